//! Our answers as data: one line of JSON for each vector, so that another library's can be laid beside them.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::{
    came::Came,
    kinds, report_of,
    run::{Ran, Verdict},
    vector::Expect,
};

/// Names a file: every answer is written to it.
pub const FILE: &str = "OAUTH_PROTO_VECTORS_ANSWERS";

pub fn write(runs: &[Ran], file: &Path) {
    let lines: String = runs.iter().map(|ran| format!("{}\n", answer(ran))).collect();
    fs::write(file, lines).unwrap_or_else(|why| panic!("{}: {why}", file.display()));
}

/// What came, whatever the vector says of it. Where nothing came, why.
fn answer(ran: &Ran) -> Value {
    let mut answer = match (&ran.verdict, &ran.judged) {
        (_, Some((_, came))) => of_what_came(came),
        (Verdict::ByConstruction(rule), _) => json!({"outcome": "refused by construction", "why": rule.why()}),
        (Verdict::NotSupported(what), _) => json!({"outcome": "not supported", "why": what}),
        (verdict, _) => json!({"outcome": "none", "why": format!("{verdict:?}")}),
    };
    answer["id"] = ran.id.as_str().into();
    answer["op"] = ran.op.as_str().into();
    answer
}

fn of_what_came(came: &Came) -> Value {
    match came.expect {
        Expect::Ok => json!({"outcome": "ok", "facts": came.facts}),
        Expect::Error => {
            let kinds = came.error.map_or(&[][..], kinds::of);
            json!({"outcome": "error", "error": came.error, "kinds": kinds, "facts": came.facts})
        }
    }
}

#[test]
fn an_answer_is_what_came_and_not_what_was_expected() {
    let report = report_of(None);
    let of = |id: &str| answer(report.runs.iter().find(|ran| ran.id == id).unwrap());
    let taken = of("AR-001");
    assert_eq!((&taken["outcome"], &taken["facts"]["code"]), (&json!("ok"), &json!("SplxlOBeZQQYbYS6WxSbIA")));
    let refused = of("AR-005");
    assert_eq!(refused["outcome"], "error");
    assert_eq!(
        (&refused["error"], &refused["kinds"]),
        (&json!("CallbackFault::StateMissing"), &json!(["state_missing"]))
    );
    // The vector wants an error here, and we decided otherwise.
    assert_eq!(of("TR-056")["outcome"], "ok");
    assert_eq!(of("PK-011")["outcome"], "refused by construction");
    assert_eq!(of("DO-001")["why"], "op `dpop`");
    let none = report.runs.iter().map(answer).find(|answer| answer["outcome"] == "none");
    assert_eq!(none, None);
}
