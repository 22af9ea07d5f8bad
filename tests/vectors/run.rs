//! One vector, from its input to a verdict.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{
    came::{Came, End},
    choices,
    construction::Rule,
    input::Input,
    judge::judge,
    ops,
    vector::{Entry, Expect, Expected, Level, Vector},
};

#[derive(Debug)]
pub enum Verdict {
    /// With the details that the crate has no words for.
    Passed {
        unsaid: Vec<String>,
    },
    Failed {
        why: String,
        expected: String,
        came: String,
    },
    /// It leaves the choice, and nobody made it.
    Undecided {
        expected: String,
        came: String,
    },
    ByConstruction(Rule),
    NotSupported(String),
}

/// What came of one vector.
pub struct Ran {
    pub id: String,
    pub op: String,
    pub verdict: Verdict,
    /// What it was judged by, and what came: to judge it by something else.
    pub judged: Option<(Expected, Came)>,
}

pub fn run(entry: &Entry) -> Ran {
    let mut judged = None;
    let verdict = match &entry.vector {
        Ok(vector) => verdict(vector, &mut judged),
        Err(why) => failed(format!("malformed: {why}"), "a vector".into(), "none".into()),
    };
    Ran { id: entry.id.clone(), op: entry.op.clone(), verdict, judged }
}

fn verdict(vector: &Vector, judged: &mut Option<(Expected, Came)>) -> Verdict {
    if let Some(rule) = Rule::against(vector) {
        return Verdict::ByConstruction(rule);
    }
    let expected = &vector.expected;
    let ran = catch_unwind(AssertUnwindSafe(|| ops::run(&vector.op, &Input(&vector.input))));
    let mut came = match ran {
        Ok(End::Came(came)) => *came,
        Ok(End::NotSupported(what)) => return Verdict::NotSupported(what),
        Ok(End::Malformed(why)) => return failed(format!("malformed: {why}"), words(expected), "nothing".into()),
        Ok(End::Wrong(why)) => return failed(why, words(expected), "what is wrong in any case".into()),
        Err(_) => return failed("it panics".into(), words(expected), "a panic".into()),
    };
    came.facts.insert("no_panic", true.into());

    let by_vector = judge(expected, &came);
    if vector.level == Level::Binding {
        let verdict = verdict_of(by_vector, expected, &came);
        *judged = Some((expected.clone(), came));
        return verdict;
    }
    let Some(choice) = choices::of(&vector.id) else {
        return Verdict::Undecided { expected: words(expected), came: came.to_string() };
    };
    let Some(instead) = choice.ours.instead() else {
        let verdict = verdict_of(by_vector, expected, &came);
        *judged = Some((expected.clone(), came));
        return verdict;
    };
    if by_vector.is_ok_and(|unsaid| unsaid.is_empty()) {
        return failed("decided otherwise, and it is as the vector says".into(), words(&instead), came.to_string());
    }
    let verdict = verdict_of(judge(&instead, &came), &instead, &came);
    *judged = Some((instead, came));
    verdict
}

fn verdict_of(judged: Result<Vec<String>, String>, expected: &Expected, came: &Came) -> Verdict {
    match judged {
        Ok(unsaid) => Verdict::Passed { unsaid },
        Err(why) => failed(why, words(expected), came.to_string()),
    }
}

fn failed(why: String, expected: String, came: String) -> Verdict {
    Verdict::Failed { why, expected, came }
}

fn words(expected: &Expected) -> String {
    let outcome = match expected.expect {
        Expect::Ok => "ok",
        Expect::Error => "error",
    };
    format!("{outcome} {}", serde_json::to_string(&expected.detail).unwrap_or_default())
}
