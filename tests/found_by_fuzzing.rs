//! What the fuzzers found, each as small as it gets.

use oauth_proto::Provider;

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
