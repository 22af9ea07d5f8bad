//! What the fuzzers found, each as small as it gets.

use oauth_proto::{AccessOnly, AwaitingCode, Provider, TokenSet, stored};

#[test]
fn a_member_without_a_name_is_named_all_the_same() {
    let error = Provider::from_json(r#"{"":1}"#).unwrap_err();
    assert_eq!(error.field(), r#""""#);
    let error = Provider::from_json(r#"{"dialect":{"token":{"":1}}}"#).unwrap_err();
    assert_eq!(error.field(), r#"dialect.token."""#);
}

#[test]
fn the_name_of_a_variable_is_shown_without_control_characters() {
    let with = |url: &str| Provider::new("example", "https://id.example/authorize", url).check().unwrap_err();
    let error = with("https://id.example/{a\u{1f}\u{1b}[31m}");
    assert_eq!(error.field(), "token_endpoint");
    assert!(!error.to_string().chars().any(char::is_control), "{error}");
    assert!(error.to_string().contains(r"{a\u{1f}\u{1b}[31m}"), "{error}");
}

#[test]
fn a_damaged_row_shows_no_secret_as_the_name_of_a_field() {
    let damaged = |name: &str| {
        let row = format!(r#"{{"kind":"awaiting_code/1","{name}":1}}"#);
        stored::load::<AwaitingCode>(row.as_bytes()).unwrap_err().to_string()
    };
    for name in ["access_tokn:tok3n-2YotnFZFEjr1zCsicMWpAA", "tok3n-2YotnFZFEj", "averylongsecretoflowercaseletters"] {
        let error = damaged(name);
        assert!(error.contains("unknown field, expected one of `kind`, `login`, `verifier`"), "{error}");
        assert!(!error.contains(name), "{error}");
    }
    assert!(damaged("surprise").contains("unknown field `surprise`"));
}

#[test]
fn the_path_to_a_damaged_extra_shows_no_name_of_its_own() {
    let row = r#"{"kind":"token_set/1","capability":"access_only","access_token":"A1","extras":{"tok3n-2Yotn":1}}"#;
    let error = stored::load::<TokenSet<AccessOnly>>(row.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("extras.…: not of the right type"), "{error}");
}

#[test]
fn a_file_that_is_a_number_too_large_is_named_as_the_whole() {
    for text in ["66666660002079473864e20794", "1e999"] {
        let error = Provider::from_json(text).unwrap_err();
        assert_eq!(error.to_string(), "provider: cannot be read: not of the right type");
    }
}
