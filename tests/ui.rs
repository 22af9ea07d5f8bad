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
//! [`compiler::RECORDED_WITH`] alone. To record it anew, and then to review it:
//!
//! ```text
//! OAUTH_PROTO_BLESS=1 cargo test --test ui
//! ```
//!
//! Neither trybuild nor `ui_test` does this: half of our words stand in the source lines that a message shows, where
//! `ui_test` does not look, and trybuild compares the whole text or nothing.

#[path = "support/compiler.rs"]
mod compiler;

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use compiler::{Diagnostic, Result, Verdict};

#[test]
fn illegal_programs_are_refused_in_our_words() -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let programs = Program::all(&folder)?;
    let mut verdicts = compiler::check("ui", programs.iter().map(|program| (&*program.name, &*program.path)))?;
    let words = compiler::Words::of_this_compiler()?;

    let mut faults = Vec::new();
    let mut legal = 0;
    for program in &programs {
        let verdict = verdicts.remove(&program.name).unwrap_or_default();
        legal += usize::from(program.expected == Expected::Compiles);
        let mut found = program.faults(&verdict);
        let record = program.path.with_extension("stderr");
        if program.expected != Expected::Compiles && words.compare {
            let said = verdict.said();
            if words.bless && found.is_empty() {
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

fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.collect::<std::result::Result<Vec<_>, _>>()?;
    let mut files: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|found| found == extension));
    files.sort();
    Ok(files)
}
