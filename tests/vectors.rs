//! Protocol vectors, given to the public API one by one: what a client must make of each URL, body and status.
//!
//! The vectors are the `*.json` files of `tests/vectors`, or of the folder that `OAUTH_PROTO_VECTORS` names: any of the
//! same schema. To see what came of them: `cargo test --test vectors -- --nocapture`; to have it as data: name a file in
//! `OAUTH_PROTO_VECTORS_ANSWERS`.

#[path = "vectors/answers.rs"]
mod answers;
#[path = "vectors/came.rs"]
mod came;
#[path = "vectors/choices.rs"]
mod choices;
#[path = "vectors/construction.rs"]
mod construction;
#[path = "scenario/devices.rs"]
mod devices;
#[path = "vectors/input.rs"]
mod input;
#[path = "vectors/judge.rs"]
mod judge;
#[path = "vectors/kinds.rs"]
mod kinds;
#[path = "vectors/ops/mod.rs"]
mod ops;
#[path = "scenario/registration.rs"]
mod registration_scenario;
#[path = "vectors/report.rs"]
mod report;
#[path = "vectors/run.rs"]
mod run;
#[path = "scenario/mod.rs"]
mod scenario;
#[path = "vectors/self_test.rs"]
mod self_test;
#[path = "vectors/unseen.rs"]
mod unseen;
#[path = "vectors/vector.rs"]
mod vector;

use std::{
    env,
    ffi::OsStr,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use crate::{
    report::Report,
    vector::{Entry, of_another_schema},
};

/// Names the folder of vectors, in place of the one beside this test.
const FOLDER: &str = "OAUTH_PROTO_VECTORS";

/// How many vectors of the folder beside this test pass at least.
const PASS: usize = 241;

/// What they ask for and the crate does not have.
const NOT_SUPPORTED: [&str; 3] = ["op `dpop`", "op `jarm_claims`", "option `dpop`"];

/// What they say of our answers and the crate has no words for.
const UNSAID: [&str; 0] = [];

/// The vectors of a folder, by file.
fn entries(folder: &Path) -> Vec<(String, Vec<Entry>)> {
    let files = fs::read_dir(folder).and_then(|files| files.map(|file| Ok(file?.path())).collect());
    let mut files: Vec<PathBuf> = files.unwrap_or_else(|why| panic!("{}: {why}", folder.display()));
    files.retain(|path| path.extension() == Some(OsStr::new("json")));
    files.sort();
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        let entries = vector::read(&name, &text);
        (name, entries)
    };
    files.into_iter().map(read).collect()
}

/// Runs what is in the folder, or in the one beside this test.
fn report_of(folder: Option<&OsStr>) -> Report {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let folder = folder.map_or(own, PathBuf::from);
    let mut report = Report::default();
    for (file, entries) in entries(&folder) {
        if of_another_schema(&entries) {
            report.left_out.push(file);
        } else {
            report.runs.extend(entries.iter().map(run::run));
        }
    }
    report
}

#[test]
fn every_vector_is_answered_as_it_says() {
    let of_others = env::var_os(FOLDER);
    let report = report_of(of_others.as_deref());
    // In one go, past what other tests print: what came of the vectors is the point of this test.
    let text = format!("\n{report}\n");
    std::io::stdout().lock().write_all(text.as_bytes()).unwrap();
    if let Some(file) = env::var_os(answers::FILE) {
        answers::write(&report.runs, Path::new(&file));
    }
    assert!(!report.runs.is_empty(), "there are no vectors");
    let failed = report.failed();
    assert!(failed.is_empty(), "{} of {} vectors fail: see above", failed.len(), report.runs.len());
    if of_others.is_none() {
        assert!(report.passed() >= PASS, "{} vectors pass", report.passed());
        assert_eq!(report.undecided(), Vec::<&str>::new());
        assert_eq!(report.not_supported().into_keys().collect::<Vec<_>>(), NOT_SUPPORTED);
        assert_eq!(report.unsaid(), UNSAID);
        assert_eq!(report.left_out, Vec::<String>::new());
        let ids: Vec<&str> = report.runs.iter().map(|ran| ran.id.as_str()).collect();
        let stale = choices::all().iter().find(|choice| !ids.contains(&choice.id));
        assert!(stale.is_none(), "a decision about no vector: {:?}", stale.map(|choice| choice.id));
    }
}
