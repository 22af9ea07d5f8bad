//! Hundreds of real providers: each row of the file is driven through its whole documented life, over real HTTP, against
//! a server that is configured by the row itself and not by the crate's data.
//!
//! The file is `tests/dialects/dialects.json`, or the one that `OAUTH_PROTO_DIALECTS` names: any of the same schema.

#[path = "dialects/catalog.rs"]
mod catalog;
#[path = "dialects/connection.rs"]
mod connection;
#[path = "dialects/drive.rs"]
mod drive;
#[path = "dialects/map.rs"]
mod map;
#[path = "dialects/report.rs"]
mod report;
#[path = "dialects/sharp.rs"]
mod sharp;

use std::{env, fs, io::Write};

use oauth_proto::Provider;
use oauth_proto_emulator::rows::{Row, RowServer};

use crate::{
    drive::Reads,
    report::{Report, Verdict},
};

/// Names the file of rows, in place of the one beside this test.
const FILE: &str = "OAUTH_PROTO_DIALECTS";

/// Rows of the file beside this test that are not driven, and the step where each stops.
const NOT_EXPRESSIBLE: [(&str, &str); 10] = [
    ("agiloft", "refresh: a parameter is derived from the client's secret"),
    ("braintree-sandbox", "exchange: a vendor's library sends it, and nobody says what"),
    ("bullhorn", "after each exchange and refresh: a second one, of which the row gives no URL"),
    ("certn-partner", "exchange: there is no token endpoint"),
    ("microsoft-admin", "callback: it brings a tenant and no code"),
    ("okta-cc", "exchange: the client signs an assertion"),
    ("revolut-business", "exchange: the client signs an assertion"),
    ("sentry-oauth", "callback: the code comes by a webhook"),
    ("shopline-oauth", "exchange: requests are signed, and a refresh has no token"),
    ("slack", "response: it brings two pairs of tokens"),
];

/// Rows of our own, for what the schema can say and the file does not; and those of them that are refused on purpose.
const BEYOND: [(&str, &str); 5] = [
    ("nothing-binds-the-code", "neither a secret nor PKCE: refused by design"),
    ("signed", "exchange: the client signs an assertion"),
    ("two-places-for-a-token", "response: two places for one member"),
    ("unknown-special", "nobody knows what it means"),
    ("a-grant-of-tomorrow", "a grant that the crate does not have"),
];

/// How many rows pass at least.
const PASS: usize = 259;

fn rows(json: &str) -> Vec<Row> {
    Row::read_all(json).unwrap_or_else(|why| panic!("the file of rows cannot be read: {why}"))
}

/// Drives a row with each of its connections. It passes if all of them do.
fn verdict(row: &Row) -> Verdict {
    for (named, connection) in connection::connections(row) {
        let provider = match map::provider(row, &connection) {
            Ok(provider) => provider,
            Err(why) => return Verdict::NotExpressible(why),
        };
        let server = match RowServer::start(row.clone(), connection.clone()) {
            Ok(server) => server,
            Err(why) => return Verdict::NotExpressible(format!("the row's server: {why}")),
        };
        // As data: through a provider file and back.
        let file = serde_json::to_string(&provider).unwrap();
        match Provider::from_json(&file) {
            Ok(read) => assert_eq!(read, provider, "{}", row.name),
            Err(why) => return Verdict::Failed(format!("{named}: the provider is refused: {why}")),
        }
        let reads = Reads { kept: &row.response_extras, errors: true };
        if let Err(why) = drive::drive(row, &connection, &server, &provider, &reads) {
            let deviations = server.deviations().join("; ");
            return Verdict::Failed(format!("{named}: {why} [{deviations}]"));
        }
    }
    Verdict::Passed
}

fn report(rows: &[Row]) -> Report {
    let mut report = Report::default();
    rows.iter().for_each(|row| report.note(row, verdict(row)));
    report
}

#[test]
fn every_row_is_spoken_to_as_it_says() {
    let of_others = env::var_os(FILE);
    let json = match &of_others {
        Some(path) => fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display())),
        None => include_str!("dialects/dialects.json").to_owned(),
    };
    let rows = rows(&json);
    assert!(!rows.is_empty(), "the file has no rows");
    let report = report(&rows);
    // Past the capture of the test runner: what came of the rows is the point of this test.
    writeln!(std::io::stdout(), "\n{report}").unwrap();
    assert_eq!(report.failed(), Vec::<String>::new());
    if of_others.is_none() {
        let left: Vec<&str> = report.not_expressible().into_iter().map(|(name, _)| name).collect();
        assert_eq!(left, NOT_EXPRESSIBLE.map(|(name, _)| name));
        assert!(report.passed() >= PASS, "{} rows pass", report.passed());
    }
}

#[test]
fn what_the_schema_can_say_and_the_file_does_not() {
    let report = report(&rows(include_str!("dialects/beyond.json")));
    assert_eq!(report.failed(), Vec::<String>::new());
    let left: Vec<&str> = report.not_expressible().into_iter().map(|(name, _)| name).collect();
    assert_eq!(left, BEYOND.map(|(name, _)| name));
}
