//! Programs that must not compile, and what the compiler says to whoever writes one.
//!
//! One `cargo check` compiles every `tests/ui/*.rs`, and the test reads what came of it. The head of a program says what
//! must come, on any stable compiler:
//!
//! ```text
//! //@ error: E0277            the one error, by its code or lint; `none` for an error that has no code
//! //@ mistake: ...            our words for what is wrong,
//! //@ section: RFC ...        where that is written,
//! //@ instead: ...            and the call to make
//! ```
//!
//! `//@ rustc's own words: why` stands for the last three where no line of ours can be shown; `//@ compiles` alone marks
//! a legal twin, which shows that the others fail for their mistake and not for a missing dependency.
//!
//! The whole message is in `name.stderr`, as part of the API. It differs between compilers, so it is compared on
//! [`RECORDED_WITH`] alone. To record it anew, and then to review it:
//!
//! ```text
//! OAUTH_PROTO_BLESS=1 cargo test --test ui
//! ```
//!
//! Neither trybuild nor `ui_test` does this: half of our words stand in the source lines that a message shows, where
//! `ui_test` does not look, and trybuild compares the whole text or nothing.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde::Deserialize;

/// The compiler whose messages are in `tests/ui/*.stderr`.
const RECORDED_WITH: &str = "1.95.0";

type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

#[test]
fn illegal_programs_are_refused_in_our_words() -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let programs = Program::all(&folder)?;
    let mut verdicts = check(&programs)?;
    let compiler = compiler()?;
    let same_compiler = compiler == RECORDED_WITH;
    let bless = env::var_os("OAUTH_PROTO_BLESS").is_some();
    if bless && !same_compiler {
        return Err(format!("record with rustc {RECORDED_WITH}, or change RECORDED_WITH to {compiler}").into());
    }

    let mut faults = Vec::new();
    let mut legal = 0;
    for program in &programs {
        let verdict = verdicts.remove(&program.name).unwrap_or_default();
        legal += usize::from(program.expected == Expected::Compiles);
        let mut found = program.faults(&verdict);
        let record = program.path.with_extension("stderr");
        if program.expected != Expected::Compiles && same_compiler {
            let said = verdict.said();
            if bless && found.is_empty() {
                fs::write(&record, said)?;
            } else if fs::read_to_string(&record).unwrap_or_default() != said {
                found.push(format!("it is not what {} holds; see the head of tests/ui.rs", record.display()));
            }
        }
        if !found.is_empty() {
            faults.push(format!("{}: {}\n{}", program.name, found.join("; "), verdict.said()));
        }
    }
    for record in files(&folder, "stderr")? {
        if !record.with_extension("rs").exists() {
            faults.push(format!("{}: no such program any more", record.display()));
        }
    }

    let illegal = programs.len() - legal;
    assert!(faults.is_empty(), "{} of {} programs:\n\n{}", faults.len(), programs.len(), faults.join("\n\n"));
    assert!(illegal >= 20 && legal > 0, "{illegal} illegal and {legal} legal programs: some are missing");
    if !same_compiler {
        println!("rustc {compiler}: whole messages not compared, they were recorded with {RECORDED_WITH}");
    }
    println!("{illegal} programs are refused, {legal} legal ones compile");
    Ok(())
}

struct Program {
    name: String,
    path: PathBuf,
    text: String,
    expected: Expected,
}

#[derive(PartialEq)]
enum Expected {
    Compiles,
    Error { code: Option<String>, words: Vec<String> },
}

impl Program {
    fn all(folder: &Path) -> Result<Vec<Self>> {
        files(folder, "rs")?.into_iter().map(Self::read).collect()
    }

    fn read(path: PathBuf) -> Result<Self> {
        let text = fs::read_to_string(&path)?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let head: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("//@ ")).collect();
        let expected = Expected::read(&head).ok_or_else(|| format!("{name}: its head is not as tests/ui.rs says"))?;
        Ok(Self { name, path, text, expected })
    }

    /// What is wrong with what the compiler said.
    fn faults(&self, verdict: &Verdict) -> Vec<String> {
        let codes: Vec<Option<&str>> = verdict.errors.iter().map(Diagnostic::code).collect();
        let mut faults = Vec::new();
        match &self.expected {
            Expected::Compiles if verdict.compiled => {}
            Expected::Compiles => faults.push("it does not compile".into()),
            Expected::Error { code, words } => {
                if codes != [code.as_deref()] {
                    faults.push(format!("not the error {code:?}, alone, but {codes:?}"));
                }
                // Not in a line of the program's own, which the message shows too.
                let said = verdict.said();
                let ours = |line: &str| {
                    let shown = line.split_once("| ").map_or(line, |(_, shown)| shown).trim();
                    !self.text.lines().any(|own| own.trim() == shown)
                };
                let missing =
                    words.iter().filter(|words| !said.lines().any(|line| line.contains(*words) && ours(line)));
                faults.extend(missing.map(|words| format!("it does not say \"{words}\"")));
            }
        }
        faults
    }
}

impl Expected {
    fn read(head: &[&str]) -> Option<Self> {
        if let ["compiles"] = head {
            return Some(Self::Compiles);
        }
        let [error, rest @ ..] = head else { return None };
        let code = Some(error.strip_prefix("error: ")?).filter(|code| *code != "none").map(Into::into);
        let words = match rest {
            [why] if why.strip_prefix("rustc's own words: ")?.len() > 20 => Vec::new(),
            [mistake, section, instead] => {
                let section = section.strip_prefix("section: ")?;
                if !section.starts_with("RFC ") || !section.contains(" section ") {
                    return None;
                }
                let words = [mistake.strip_prefix("mistake: ")?, section, instead.strip_prefix("instead: ")?];
                words.map(Into::into).into()
            }
            _ => return None,
        };
        Some(Self::Error { code, words })
    }
}

/// What came of one program.
#[derive(Default)]
struct Verdict {
    compiled: bool,
    errors: Vec<Diagnostic>,
}

impl Verdict {
    fn said(&self) -> String {
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
struct Diagnostic {
    level: String,
    code: Option<Code>,
    rendered: String,
    spans: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

impl Diagnostic {
    fn code(&self) -> Option<&str> {
        self.code.as_ref().map(|code| code.code.as_str())
    }
}

/// Compiles all programs at once: each is an example of a package that is written next to the build's own files.
fn check(programs: &[Program]) -> Result<BTreeMap<String, Verdict>> {
    let root = env!("CARGO_MANIFEST_DIR");
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ui");
    fs::create_dir_all(&package)?;
    let mut manifest = format!(
        "[package]\nname = \"oauth-proto-ui\"\nedition = \"2024\"\nautoexamples = false\n\n[workspace]\n\n\
         [dependencies]\noauth-proto = {{ path = {root:?}, features = [\"device\", \"extension-grants\", \"fleet\", \"http\", \"metadata\", \"par\", \"registration\"] }}\nhttp = \"1\"\n\
         serde = {{ version = \"1\", features = [\"derive\"] }}\nserde_json = \"1\"\n"
    );
    for Program { name, path, .. } in programs {
        manifest += &format!("\n[[example]]\nname = {name:?}\npath = {path:?}\ncrate-type = [\"lib\"]\n");
    }
    fs::write(package.join("Cargo.toml"), manifest)?;
    // The versions that this build has, so that nothing is fetched.
    fs::copy(Path::new(root).join("Cargo.lock"), package.join("Cargo.lock"))?;

    let output = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()))
        .args(["check", "--examples", "--keep-going", "--offline", "--message-format=json", "--target-dir"])
        .arg(package.join("target"))
        .current_dir(&package)
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

fn compiler() -> Result<String> {
    let output = Command::new(env::var_os("RUSTC").unwrap_or("rustc".into())).arg("--version").output()?;
    let version = String::from_utf8(output.stdout)?;
    Ok(version.split(' ').nth(1).ok_or("rustc --version says nothing")?.into())
}

fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.collect::<std::result::Result<Vec<_>, _>>()?;
    let mut files: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|found| found == extension));
    files.sort();
    Ok(files)
}

/// A message without what changes with every edit and every machine: line numbers, folders, lines of other crates.
fn plain(rendered: &str) -> String {
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
            elsewhere = !["src/", "tests/"].iter().any(|ours| place.starts_with(ours));
            let file = place.rsplitn(3, ':').last().unwrap_or_default();
            format!("  {arrow}{}", if elsewhere { "another crate" } else { file })
        } else if elsewhere && (numbered || text.starts_with('|') || text == "...") {
            continue;
        } else if numbered {
            format!("LL {}", shown.trim_start())
        } else if text.starts_with(['|', '=']) {
            format!("   {text}")
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
