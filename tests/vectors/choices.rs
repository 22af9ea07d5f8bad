//! How the vectors that leave the choice are decided: by default strict, total and lossless.

use crate::vector::{Expect, Expected};

/// A decision.
pub struct Choice {
    pub id: &'static str,
    pub ours: Ours,
    /// The reason, and where it is written.
    pub why: &'static str,
}

#[derive(Clone, Copy)]
pub enum Ours {
    AsTheVectorSays,
    /// What comes instead; the details are JSON.
    Otherwise(Expect, &'static str),
}

use Expect::{Error, Ok};
use Ours::{AsTheVectorSays as Same, Otherwise};

const fn choice(id: &'static str, ours: Ours, why: &'static str) -> Choice {
    Choice { id, ours, why }
}

/// A null says what an absent member says, and what was presented is spent already: to refuse would lose the tokens.
const NULL: &str = "RFC 6749 section 5.1: optional, and servers send nulls: read as absent, or the tokens are lost";

#[rustfmt::skip] // one decision, one line
const TABLE: &[Choice] = &[
    choice("AR-021", Same, "RFC 6749 section A.7: `error` has a character at least; whether it is a yes or a no cannot be told"),
    choice("AR-023", Same, "RFC 9207 section 2.4: compared wherever it is there"),
    choice("AR-036", Same, "RFC 6749 section 4.1.2 knows no ID token; nobody asked for one (`callback.id_token`)"),
    choice("AR-037", Otherwise(Ok, r#"{"code":"foo"}"#), "RFC 6749 section 4.1.2: the name is in no response of a server's, and unrecognized parameters must be ignored"),
    choice("AR-040", Same, "RFC 6749 section 4.1.2: unrecognized parameters must be ignored, how often they stand there or not"),
    choice("AR-050", Same, "RFC 6749 appendix B: each byte may be escaped. A state of ours is ASCII"),
    choice("AR-051", Same, "RFC 6749 section A.11: a code is printable ASCII"),
    choice("AR-052", Same, "RFC 6749 section A.11: a code is printable ASCII"),
    choice("AR-053", Same, "RFC 6749 appendix B: UTF-8; two readers of one callback must not see two codes"),
    choice("AR-054", Same, "RFC 3986 section 2.1: no such escape; two readers of one callback must not see two codes"),
    choice("BU-007", Same, "RFC 6749 section 3.1: no parameter twice"),
    choice("BU-016", Same, "RFC 9700 section 2.6: http to loopback alone"),
    choice("BU-017", Same, "RFC 8252 section 8.3: not recommended, in wide use, and it leaves no machine"),
    choice("CB-010", Same, "RFC 6749 appendix B: UTF-8, form-encoded. That a secret is ASCII (section A.2) is the server's to keep"),
    choice("CB-013", Same, "RFC 6749 appendix B: UTF-8, form-encoded"),
    choice("CB-015", Same, "RFC 6749 appendix B: encoded, no byte can break the header"),
    choice("CB-016", Same, "RFC 6749 section 2.3.1: an empty secret proves nothing"),
    choice("EX-002", Same, "RFC 6749 section 5.1: a lifetime is over at its end"),
    choice("EX-009", Same, "RFC 6749 section 5.1: not usable at that instant; `Keeper` asks again after half a life at the earliest"),
    choice("PA-002", Same, "RFC 9126 section 2.2: 201; at any other status nothing says that the request was taken"),
    choice("PA-007", Same, "RFC 9126 section 2.2: a positive integer"),
    choice("RG-003", Otherwise(Ok, r#"{"client_id":"foo","client_secret":null}"#), "RFC 7591 section 2: a null says what an absent member says"),
    choice("RG-007", Otherwise(Ok, r#"{"client_id":"foo"}"#), "RFC 7591 section 3.2.1 has 201; the client in the answer exists, and nobody else would know it"),
    choice("RF-004", Same, "RFC 6749 section 6: the server breaks it, and the application sees what was granted"),
    choice("RV-007", Same, "RFC 7009 section 2.2 says 200, and servers that have nothing to say 204: the token is over either way"),
    choice("MD-001", Same, "RFC 8414 section 2: which members a server needs depends on its grants; what is missing is missed where it is used"),
    choice("MD-021", Same, "RFC 9207 section 3: true or false; two readers of one text must not see two promises"),
    choice("RM-005", Same, "RFC 9728 section 2: a JSON array"),
    choice("TE-019", Otherwise(Error, r#"{"kind":"unexpected_status","status":400,"error":null}"#), "RFC 6749 section 5.2: only JSON states an error; a 4xx refuses whatever its body is"),
    choice("TE-020", Same, "RFC 6749 section 5.2: the words are read whatever the status; a 5xx leaves in doubt what was spent"),
    choice("TE-021", Same, "RFC 9110 section 10.2.3"),
    choice("TE-022", Otherwise(Error, r#"{"kind":"unexpected_status","status":400,"error":null}"#), "RFC 6749 section 5.2: only JSON states an error, unless `response.format` says form; a 4xx refuses whatever its body is"),
    choice("TE-023", Same, "RFC 6749 section 5.2: kept word for word, escaped where it is shown"),
    choice("TE-024", Same, "RFC 6749 section A.7: what breaks the grammar states no error"),
    choice("TE-025", Same, "house rule: bodies up to 256 KiB"),
    choice("TR-008", Same, "RFC 9449 section 5, RFC 6749 section 7.1: a type that the client does not understand must not be used"),
    choice("TR-013", Same, "RFC 8693 section 2.2.1: `issued_token_type` is required; without it nobody knows what came"),
    choice("TR-026", Same, "RFC 6749 section A.12: a token is printable ASCII"),
    choice("TR-029", Same, NULL),
    choice("TR-032", Same, "RFC 6749 section A.14: digits; house rule: integral"),
    choice("TR-033", Same, "RFC 8259 section 6; house rule: integral"),
    choice("TR-040", Same, "RFC 8259 section 6: beyond what is read of a number, and no lifetime"),
    choice("TR-056", Otherwise(Ok, r#"{"access_token":"2YotnFZFEjr1zCsicMWpAA","refresh_token":null}"#), NULL),
    choice("TR-063", Otherwise(Ok, r#"{"access_token":"2YotnFZFEjr1zCsicMWpAA","scope_changed":false}"#), NULL),
    choice("TR-066", Same, "house rule: servers send stray spaces, and no token is empty (RFC 6749 section A.4)"),
    choice("TR-067", Otherwise(Ok, r#"{"access_token":"2YotnFZFEjr1zCsicMWpAA"}"#), "RFC 6749 section 5.1: unrecognized members must be ignored"),
    choice("TR-077", Same, "RFC 8259 section 8.1: a reader may ignore a BOM; to refuse it would lose the tokens"),
    choice("TR-088", Same, "RFC 8259 section 9: depth is limited (`Limits::json_depth`)"),
    choice("TR-089", Same, "house rule: bodies up to 256 KiB (`Limits::response_bytes`)"),
    choice("TR-094", Same, "RFC 6749 section 5.1: application/json; another type is a setting (`response.media_types`)"),
    choice("TR-095", Same, "RFC 6749 section 5.1: application/json; another type is a setting (`response.media_types`)"),
    choice("TR-096", Same, "RFC 6749 section 5.1: application/json; a form is a setting (`response.format`)"),
    choice("TR-098", Same, "RFC 6749 section 5.1: success is 200; another status is a setting (`response.status`)"),
    choice("DP-009", Same, "RFC 9110 section 10.2.3: a server may ask for a longer wait under any status"),
    choice("DP-010", Otherwise(Ok, r#"{"waits":[5],"next_wait":10}"#), "RFC 8628 section 3.5: back off and go on; house rule: a `Retry-After` that cannot be read is none"),
    choice("DP-012", Same, "RFC 8628 section 3.5: the code says to go on; house rule: an error is read by its code, not by its status"),
    choice("DV-011", Otherwise(Ok, r#"{"interval":5}"#), "RFC 8628 section 3.2: optional; house rule: a null says what an absent member says"),
    choice("DV-012", Same, "RFC 8628 section 3.2: a time to wait; nobody is asked without a pause"),
    choice("DV-014", Same, "house rule: numbers saturate"),
    choice("DV-015", Same, "RFC 8628 section 3.2: a number; nobody who writes a text there is read by others"),
    choice("DV-016", Same, "RFC 8628 section 3.2: the minimum amount of time; a fraction is rounded up"),
    choice("DV-017", Otherwise(Ok, r#"{"verification_uri_complete":null}"#), "RFC 8628 section 3.2: optional; house rule: a null says what an absent member says"),
    choice("DV-018", Same, "RFC 8628 section 3.2 knows no alias"),
    choice("DV-019", Same, "RFC 8628 section 5.4: what is shown to the user leads to a page of the web, or nowhere"),
    choice("TR-102", Same, NULL),
    choice("WA-015", Same, "RFC 9110 section 11.2: each name once; house rule: such a challenge is ignored"),
    choice("WA-050", Same, "RFC 9110 section 11.2: each name once; house rule: such a challenge is ignored"),
    choice("WA-060", Same, "RFC 6750 section 3: each attribute once; house rule: such a challenge is ignored"),
    choice("WK-019", Same, "RFC 8414 section 2: scheme, host, and optionally port and path; and so no user information"),
];

pub fn all() -> &'static [Choice] {
    TABLE
}

/// How this vector is decided, if it is.
pub fn of(id: &str) -> Option<&'static Choice> {
    TABLE.iter().find(|choice| choice.id == id)
}

impl Ours {
    /// What comes, where that is not what the vector says.
    pub fn instead(self) -> Option<Expected> {
        match self {
            Same => None,
            Otherwise(expect, detail) => {
                let detail = serde_json::from_str(detail).unwrap_or_else(|why| panic!("{detail}: {why}"));
                Some(Expected { expect, detail })
            }
        }
    }
}

#[test]
fn each_is_decided_once_and_with_a_source() {
    for (at, choice) in TABLE.iter().enumerate() {
        let Choice { id, ours, why } = choice;
        assert!(TABLE[..at].iter().all(|other| other.id != *id), "{id} is decided twice");
        assert!(why.contains("RFC ") || why.contains("house rule"), "{id}: no source");
        drop(ours.instead());
    }
}
