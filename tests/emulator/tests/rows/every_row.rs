//! The file itself: every row that can be data can be served.

use oauth_proto_emulator::rows::{Connection, Row, RowServer};

use crate::client::map;

/// Rows without `inexpressible` that are refused all the same, with the reason.
const EXCEPTIONS: &[(&str, &str)] =
    &[("bullhorn", "token_response.step2.url: the row does not say where the follow-up exchange goes")];

fn rows() -> Vec<Row> {
    Row::read_all(include_str!("../../../dialects/dialects.json")).unwrap()
}

/// A value for every variable of the row, as far as one value fits all: what comes with the callback comes with it.
fn connection_for(row: &Row) -> Connection {
    let mut connection = Connection {
        client_id: "client-1".to_owned(),
        client_secret: "secret-1".to_owned(),
        redirect_uri: "https://app.example/callback".to_owned(),
        scope: vec!["read".to_owned(), "offline_access".to_owned()],
        api_url: "https://api.row.example/me".to_owned(),
        ..Connection::default()
    };
    let everything = format!("{row:?}");
    for piece in everything.split('{').skip(1) {
        let Some((name, _)) = piece.split_once('}') else { continue };
        let legal = |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
        if !name.is_empty() && name.chars().all(legal) && !["random", "scope", "client_id"].contains(&name) {
            connection.variables.insert(name.to_owned(), format!("{}.example", name.to_lowercase()));
        }
    }
    for name in row.callback_extras.iter().chain(&row.late_bound_url_vars) {
        connection.variables.remove(name);
        let value = if name == "accounts-server" { "https://accounts.zoho.eu" } else { "from-callback" };
        connection.callback.insert(name.clone(), value.to_owned());
    }
    connection
}

#[test]
fn every_row_that_can_be_data_is_served() {
    let mut refused = Vec::new();
    for row in rows() {
        let (name, inexpressible) = (row.name.clone(), row.inexpressible.is_some());
        let connection = connection_for(&row);
        match (RowServer::start(row, connection), inexpressible) {
            (Ok(_), false) => {}
            (Err(why), true) => assert!(why.starts_with("inexpressible: "), "{name}: {why}"),
            (Err(why), false) => refused.push((name, why)),
            (Ok(_), true) => panic!("{name} is served, and its row says that it cannot be"),
        }
    }
    let refused: Vec<(&str, &str)> = refused.iter().map(|(name, why)| (name.as_str(), why.as_str())).collect();
    assert_eq!(refused, EXCEPTIONS);
}

#[test]
fn the_first_alternative_with_all_its_values_counts() {
    let zoho = || rows().into_iter().find(|row| row.name == "zoho").unwrap();
    let by_callback = connection_for(&zoho());
    let mut by_variable = by_callback.clone();
    by_variable.variables = map(&[("extension", "in")]);
    let mut by_nothing = by_callback.clone();
    by_nothing.variables.clear();
    by_nothing.callback.clear();
    RowServer::start(zoho(), by_variable).unwrap();
    let why = RowServer::start(zoho(), by_nothing).unwrap_err();
    assert!(why.starts_with("token_url: ") && why.ends_with("needs a value for `extension` or `accounts-server`"));
}
