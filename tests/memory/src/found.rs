//! Who left a secret behind: what was freed, and the calls that led there.

use std::fmt;

use crate::Hit;

/// One call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Frame {
    /// Whose code it is: `oauth-proto`, `test`, or a dependency's name.
    pub package: String,
    /// As the backtrace writes it.
    pub function: String,
    /// File and line, from the package's own folder on.
    pub place: String,
}

/// A secret that was found, and how it came there.
pub struct Found {
    pub hit: Hit,
    /// The type of the value that was dropped, where one was: a buffer inside it went with it.
    pub dropped: Option<String>,
    /// The calls, the innermost first, without those of the standard library.
    pub frames: Vec<Frame>,
}

impl Found {
    pub fn new(hit: Hit) -> Self {
        let (dropped, frames) = read(&hit.backtrace.to_string());
        Self { hit, dropped, frames }
    }

    /// Who freed the block.
    pub fn by(&self) -> &Frame {
        &self.frames[0]
    }

    /// Whether the value that was dropped, or the function that let go of a buffer, is `what`.
    pub fn is_of(&self, what: &str) -> bool {
        match &self.dropped {
            Some(dropped) => dropped.starts_with(what),
            None => self.by().function.trim_start_matches('<').starts_with(what),
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Hit { step, form, bytes, .. } = &self.hit;
        let dropped = self.dropped.as_deref().unwrap_or("a buffer that was let go of");
        write!(f, "{step}: as {form:?} in {bytes} bytes of {dropped}")?;
        let ours = self.frames.iter().find(|frame| frame.package == "oauth-proto").filter(|ours| *ours != self.by());
        for Frame { package, function, place } in [Some(self.by()), ours].into_iter().flatten() {
            write!(f, "\n    {package} {place} {function}")?;
        }
        Ok(())
    }
}

/// `12: function` and, on the line after it, `at place`, in a backtrace.
fn read(backtrace: &str) -> (Option<String>, Vec<Frame>) {
    let mut lines = backtrace.lines().map(str::trim).peekable();
    let (mut dropped, mut frames) = (None, Vec::new());
    while let Some(line) = lines.next() {
        let Some((_, function)) = line.split_once(": ") else { continue };
        let Some(place) = lines.next_if(|next| next.starts_with("at ")) else { continue };
        // `__rustc::__rust_dealloc` and its like stand where the allocator is declared.
        if function.starts_with("__rust") {
            continue;
        }
        match package(&place[3..]) {
            Some((package, place)) => frames.push(Frame { package, function: function.into(), place }),
            // The outermost of them is the value that somebody let go of.
            None if frames.is_empty() => {
                let value = function.strip_prefix("core::ptr::drop_in_place<").and_then(|rest| rest.strip_suffix('>'));
                dropped = value.map(String::from).or(dropped);
            }
            None => {}
        }
    }
    assert!(
        !frames.is_empty(),
        "this test needs line numbers: run it in a profile with debug information\n{backtrace}"
    );
    (dropped, frames)
}

/// Whose file it is, and its path within that package. None for the standard library and for this one.
fn package(place: &str) -> Option<(String, String)> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/");
    let place = place.rsplit_once(':').map_or(place, |(place, _column)| place).replace('\\', "/");
    if place.contains("/rustc/") || place.contains("/library/") {
        return None;
    }
    if let Some((_, rest)) = place.split_once("/registry/src/") {
        let mut parts = rest.splitn(3, '/');
        let (_index, package, path) = (parts.next()?, parts.next()?, parts.next()?);
        let name = package.rsplit_once('-').map_or(package, |(name, _version)| name);
        return Some((name.into(), path.into()));
    }
    let own = place.strip_prefix("./").or(place.strip_prefix(root));
    match own.or(place.split_once("/tests/memory/").map(|(_, path)| path)) {
        Some(path) if path.starts_with("src/") => None,
        Some(path) => Some(("test".into(), path.into())),
        None => Some(("oauth-proto".into(), place.rfind("/src/").map_or(&*place, |at| &place[at + 1..]).into())),
    }
}
