//! What the compiler says to programs that use the crate.
#![allow(dead_code)] // each test file uses its own part

use std::{
    collections::BTreeMap,
    env, fs,
    path::Path,
    process::{Command, Stdio},
};

use serde::Deserialize;

/// The compiler whose messages are on record.
pub const RECORDED_WITH: &str = "1.95.0";

/// What a message calls the file of a program that a test has written.
pub const WRITTEN_BY_A_TEST: &str = "your/program.rs";

pub type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

/// Whether whole messages are compared with those on record, or recorded anew.
pub struct Words {
    /// They differ between compilers.
    pub compare: bool,
    /// `OAUTH_PROTO_BLESS` is set.
    pub bless: bool,
}

impl Words {
    pub fn of_this_compiler() -> Result<Self> {
        let output = Command::new(env::var_os("RUSTC").unwrap_or("rustc".into())).arg("--version").output()?;
        let version = String::from_utf8(output.stdout)?;
        let compiler = version.split(' ').nth(1).ok_or("rustc --version says nothing")?;
        let (compare, bless) = (compiler == RECORDED_WITH, env::var_os("OAUTH_PROTO_BLESS").is_some());
        if bless && !compare {
            return Err(format!("record with rustc {RECORDED_WITH}, or change RECORDED_WITH to {compiler}").into());
        }
        if !compare {
            println!("rustc {compiler}: whole messages not compared, they were recorded with {RECORDED_WITH}");
        }
        Ok(Self { compare, bless })
    }
}

/// What came of one program.
#[derive(Default)]
pub struct Verdict {
    pub compiled: bool,
    pub errors: Vec<Diagnostic>,
}

impl Verdict {
    pub fn said(&self) -> String {
        self.errors.iter().map(|error| plain(&error.rendered)).collect()
    }
}

/// A line of `cargo check --message-format=json`.
#[derive(Deserialize)]
#[serde(tag = "reason")]
enum Message {
    #[serde(rename = "compiler-message")]
    Said { target: Target, message: Diagnostic },
    #[serde(rename = "compiler-artifact")]
    Built { target: Target },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

#[derive(Deserialize)]
pub struct Diagnostic {
    level: String,
    code: Option<Code>,
    pub rendered: String,
    spans: Vec<Span>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
struct Span {
    line_start: usize,
    is_primary: bool,
}

impl Diagnostic {
    pub fn code(&self) -> Option<&str> {
        self.code.as_ref().map(|code| code.code.as_str())
    }

    /// The line of the program that it is about, from 1 on.
    pub fn line(&self) -> Option<usize> {
        self.spans.iter().find(|span| span.is_primary).map(|span| span.line_start)
    }
}

/// Compiles all programs at once, each by its name and path: each is an example of a package of this name, which is
/// written next to the build's own files.
pub fn check<'a>(
    package: &str,
    programs: impl Iterator<Item = (&'a str, &'a Path)>,
) -> Result<BTreeMap<String, Verdict>> {
    let root = env!("CARGO_MANIFEST_DIR");
    let tests = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = tests.join(package);
    fs::create_dir_all(&folder)?;
    let mut manifest = format!(
        "[package]\nname = \"oauth-proto-{package}\"\nedition = \"2024\"\nautoexamples = false\n\n[workspace]\n\n\
         [dependencies]\noauth-proto = {{ path = {root:?}, features = [\"device\", \"extension-grants\", \"fleet\", \"http\", \"metadata\", \"par\", \"registration\"] }}\nhttp = \"1\"\n\
         serde = {{ version = \"1\", features = [\"derive\"] }}\nserde_json = \"1\"\n"
    );
    for (name, path) in programs {
        manifest += &format!("\n[[example]]\nname = {name:?}\npath = {path:?}\ncrate-type = [\"lib\"]\n");
    }
    fs::write(folder.join("Cargo.toml"), manifest)?;
    // The versions that this build has, so that nothing is fetched.
    fs::copy(Path::new(root).join("Cargo.lock"), folder.join("Cargo.lock"))?;

    let output = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()))
        .args(["check", "--examples", "--keep-going", "--offline", "--message-format=json", "--target-dir"])
        // One for all: the crate is checked once.
        .arg(tests.join("programs"))
        .current_dir(&folder)
        .stdin(Stdio::null())
        .output()?;

    let mut verdicts: BTreeMap<String, Verdict> = BTreeMap::new();
    for line in String::from_utf8(output.stdout)?.lines() {
        match serde_json::from_str(line)? {
            // A summary such as "aborting due to 1 previous error" points nowhere.
            Message::Said { target, message } if message.level == "error" && !message.spans.is_empty() => {
                verdicts.entry(target.name).or_default().errors.push(message);
            }
            Message::Built { target } => verdicts.entry(target.name).or_default().compiled = true,
            Message::Said { .. } | Message::Other => {}
        }
    }
    if verdicts.is_empty() {
        return Err(format!("cargo check: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(verdicts)
}

/// A message without what changes with every edit and every machine: line numbers, folders, lines of other crates.
pub fn plain(rendered: &str) -> String {
    let root = format!("{}/", env!("CARGO_MANIFEST_DIR").replace('\\', "/"));
    let mut plain = String::new();
    let mut elsewhere = false;
    for line in rendered.trim_end().lines() {
        let text = line.trim_start();
        let shown = text.trim_start_matches(|digit: char| digit.is_ascii_digit());
        let numbered = shown.len() < text.len() && shown.trim_start().starts_with(['|', '-', '+', '~']);
        let arrow = ["--> ", "::: "].into_iter().find(|arrow| text.starts_with(arrow));
        let line = if let Some(arrow) = arrow {
            let place = text.trim_start_matches(arrow).replace('\\', "/").replace(&root, "");
            elsewhere = !["src/", "tests/", WRITTEN_BY_A_TEST].iter().any(|ours| place.starts_with(ours));
            let file = place.rsplitn(3, ':').last().unwrap_or_default();
            format!("  {arrow}{}", if elsewhere { "another crate" } else { file })
        } else if elsewhere && (numbered || text.starts_with('|') || text == "...") {
            continue;
        } else if numbered {
            format!("LL {}", shown.trim_start())
        } else if text.starts_with(['|', '=']) {
            format!("   {text}")
        } else if text.starts_with("and ") && text.ends_with(" others") {
            // How many they are is no part of the message: it changes with every type that has the trait.
            "        and others".into()
        } else if text.len() < line.len() {
            format!("        {text}")
        } else {
            text.into()
        };
        plain += line.trim_end();
        plain.push('\n');
    }
    plain.push('\n');
    plain
}
