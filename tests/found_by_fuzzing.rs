//! What the fuzzers found, each as small as it gets.

use oauth_proto::Provider;

#[test]
fn a_member_without_a_name_is_named_all_the_same() {
    let error = Provider::from_json(r#"{"":1}"#).unwrap_err();
    assert_eq!(error.field(), r#""""#);
    let error = Provider::from_json(r#"{"dialect":{"token":{"":1}}}"#).unwrap_err();
    assert_eq!(error.field(), r#"dialect.token."""#);
}
