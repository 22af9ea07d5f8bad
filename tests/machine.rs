//! The table that the playground's picture is drawn from is what the compiler allows, no more and no less.
//!
//! For each line of the table, a program makes its call, takes the next state out of the result by the line's pattern,
//! and must compile. For each state and each call that no line has, a program must be refused, and for the right reason;
//! the compiler's words to it are what the playground shows. To record them anew, and then to review them:
//!
//! ```text
//! OAUTH_PROTO_BLESS=1 cargo test --test machine
//! ```

#[path = "support/compiler.rs"]
mod compiler;
#[path = "../examples/playground/machine/refusals.rs"]
mod refusals;
#[path = "../examples/playground/machine/transitions.rs"]
mod transitions;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use compiler::{Result, Verdict, WRITTEN_BY_A_TEST};
use transitions::{CALLS, TRANSITIONS, Transition, allows, is_namesake, states};

const IMPORTS: &str = "\
#![allow(unused_imports, unused_must_use, unreachable_patterns, clippy::all)]
use oauth_proto::{*, error::*, grant::*, revocation::*};
";

/// There is no such method, or it is not public, or a bound of it does not hold.
const REASONS: [&str; 3] = ["E0599", "E0624", "E0277"];
/// The number of arguments is wrong.
const REASON_OF_NAMESAKES: [&str; 1] = ["E0061"];

/// What a call may name, and its type.
const ARGUMENTS: [(&str, &str); 7] = [
    ("client", "&AnyClient"),
    ("now", "Timestamp"),
    ("callback", "Callback<'_>"),
    ("outcome", "Outcome"),
    ("entropy", "Entropy"),
    ("url", "&str"),
    ("unauthorized", "Unauthorized<AuthorizationCode>"),
];

fn parameters(state: &str, call: &str) -> String {
    let words: Vec<&str> = call.split(|char: char| !char.is_alphanumeric() && char != '_').collect();
    let used = ARGUMENTS.iter().filter(|(name, _)| words.contains(name));
    used.fold(format!("state: {state}"), |all, (name, kind)| format!("{all}, {name}: {kind}"))
}

/// A function that makes the call of the line, and returns the state that it leads to.
fn allowed((number, line): (usize, &Transition)) -> String {
    let Transition { from, call, ending, to } = line;
    let body = match ending {
        Some(ending) => {
            format!("match {call} {{ {ending} => {{ let next: Box<{to}> = next.into(); Some(*next) }} _ => None }}")
        }
        None => format!("{call}; Some(state)"),
    };
    format!("pub fn allowed_{number}({}) -> Option<{to}> {{ {body} }}\n", parameters(from, call))
}

/// Writes the program, and gives its path.
fn write(name: &str, text: &str) -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("machine");
    fs::create_dir_all(&folder)?;
    let path = folder.join(format!("{name}.rs"));
    fs::write(&path, text)?;
    Ok(path)
}

/// Each state with each call that it does not allow.
fn not_allowed() -> impl Iterator<Item = (&'static str, &'static str)> {
    states().into_iter().flat_map(|state| CALLS.map(|call| (state, call))).filter(|(state, call)| !allows(state, call))
}

/// What was said to each call, by the line that makes it: the error's code, and its words.
fn words_by_line(verdict: &Verdict) -> BTreeMap<usize, (&str, String)> {
    let mut words = BTreeMap::new();
    for error in &verdict.errors {
        let line = error.line().unwrap_or_default();
        // The compiler names it as it is seen from its package.
        let rendered = error.rendered.replace("--> refused.rs", &format!("--> {WRITTEN_BY_A_TEST}"));
        let said = || (error.code().unwrap_or_default(), compiler::plain(&rendered).trim_end().to_owned());
        words.entry(line).or_insert_with(said);
    }
    words
}

#[test]
fn the_table_is_what_the_compiler_allows() -> Result<()> {
    let program: String = IMPORTS.to_owned() + &TRANSITIONS.iter().enumerate().map(allowed).collect::<String>();
    let allowed = write("allowed", &program)?;

    // The call stands on the second line of three.
    let mut program = IMPORTS.to_owned();
    let mut calls_by_line = BTreeMap::new();
    for (state, call) in not_allowed() {
        let (number, line) = (calls_by_line.len(), program.lines().count() + 2);
        program += &format!("pub fn refused_{number}({}) {{\n    {call};\n}}\n", parameters(state, call));
        calls_by_line.insert(line, (state, call));
    }
    let refused = write("refused", &program)?;

    let mut verdicts = compiler::check("machine", [("allowed", &*allowed), ("refused", &*refused)].into_iter())?;
    let verdict = verdicts.remove("allowed").unwrap_or_default();
    assert!(verdict.compiled, "a line of the table is wrong:\n{}", verdict.said());

    let verdict = verdicts.remove("refused").unwrap_or_default();
    let words = words_by_line(&verdict);
    let taken: Vec<_> = calls_by_line.iter().filter(|(line, _)| !words.contains_key(line)).collect();
    assert!(taken.is_empty(), "the table lacks what compiles: {taken:#?}");
    let strays: Vec<_> = words.iter().filter(|(line, _)| !calls_by_line.contains_key(line)).collect();
    assert!(strays.is_empty(), "these errors are not about a call: {strays:#?}");

    let mut said: BTreeMap<&str, BTreeMap<&str, String>> = BTreeMap::new();
    for (line, (code, words)) in words {
        let (state, call) = calls_by_line[&line];
        let namesake = is_namesake(state, call);
        let reasons = if namesake { &REASON_OF_NAMESAKES[..] } else { &REASONS };
        assert!(
            reasons.contains(&code),
            "{state}: {call} is refused for another reason than that it is not allowed: {words}"
        );
        if !namesake {
            said.entry(state).or_default().insert(call, words);
        }
    }
    on_record(&said)
}

fn on_record(said: &BTreeMap<&str, BTreeMap<&str, String>>) -> Result<()> {
    let policy = compiler::Words::of_this_compiler()?;
    if policy.bless {
        return record(said);
    }
    // Whatever the compiler: no words are missing, and none are of a call that is allowed or gone.
    let pairs: BTreeSet<_> = said.iter().flat_map(|(state, calls)| calls.keys().map(|call| (*state, *call))).collect();
    let recorded: BTreeSet<_> = refusals::recorded().collect();
    let differ: Vec<_> = pairs.symmetric_difference(&recorded).collect();
    assert!(differ.is_empty(), "not recorded, or no longer refused: {differ:#?}; see the head of this file");
    if policy.compare {
        for (state, call) in pairs {
            assert_eq!(
                refusals::words(state, call),
                Some(&*said[state][call]),
                "{state}: {call}; see the head of this file"
            );
        }
    }
    Ok(())
}

/// Writes a file for each box of the picture.
fn record(said: &BTreeMap<&str, BTreeMap<&str, String>>) -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/playground/machine/refusals");
    for (name, _) in refusals::FILES {
        let of_this: BTreeMap<_, _> = said.iter().filter(|(state, _)| state.split('<').next() == Some(name)).collect();
        fs::write(folder.join(format!("{name}.json")), serde_json::to_string_pretty(&of_this)? + "\n")?;
    }
    Ok(())
}

#[test]
fn each_state_can_be_reached_and_left() {
    for state in states() {
        let begins = state.starts_with("Unauthorized");
        assert!(
            begins || TRANSITIONS.iter().any(|line| line.to == state && line.from != state),
            "{state} is not reached"
        );
        assert!(TRANSITIONS.iter().any(|line| line.from == state && line.to != state), "{state} is not left");
    }
    for call in CALLS {
        assert!(call == transitions::CLONE || TRANSITIONS.iter().any(|line| line.call == call), "{call} leads nowhere");
    }
}
