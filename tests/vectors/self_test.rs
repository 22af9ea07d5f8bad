//! The harness itself: a vector that says something else must fail.

use serde_json::{Value, json};

use crate::{
    came::Came,
    judge::judge,
    kinds, report_of,
    run::{Ran, Verdict},
    vector::Expected,
};

/// Another value, which must not hold.
fn changed(name: &str, value: &Value, came: &Came) -> Value {
    if name == "kind" {
        let ours = came.error.map_or(&[][..], kinds::of);
        return kinds::all().find(|kind| !ours.contains(kind)).into();
    }
    // What is there is not lacking.
    if let Some(fact) = name.strip_suffix("_lacks").and_then(|of| came.facts.get(of)) {
        return json!([fact[0][0]]);
    }
    match value {
        Value::Null => "not null".into(),
        Value::Bool(truth) => (!truth).into(),
        Value::Number(_) => u64::MAX.into(),
        Value::String(text) => format!("{text}!").into(),
        Value::Array(list) => list.iter().cloned().chain([json!("not there")]).collect(),
        Value::Object(_) => Value::Null,
    }
}

#[test]
fn what_says_something_else_fails() {
    let (mut flipped, mut details) = (0, 0);
    for Ran { id, verdict, judged, .. } in report_of(None).runs {
        let (Verdict::Passed { unsaid }, Some((expected, came))) = (verdict, judged) else { continue };
        let other = Expected { expect: expected.expect.flipped(), ..expected.clone() };
        assert!(judge(&other, &came).is_err(), "{id}: with the other outcome it passes");
        flipped += 1;
        for (name, value) in &expected.detail {
            if unsaid.iter().any(|each| each == &format!("`{name}`")) {
                continue;
            }
            let mut other = expected.clone();
            other.detail.insert(name.clone(), changed(name, value, &came));
            assert!(judge(&other, &came).is_err(), "{id}: with another `{name}` it passes: {:?}", other.detail);
            details += 1;
        }
    }
    assert!(flipped >= crate::PASS && details > flipped / 2, "{flipped} outcomes and {details} details");
}
