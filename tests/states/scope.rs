//! Scope: a set of tokens, whatever their order.

use oauth_proto::Scope;

fn scope(text: &str) -> Scope {
    Scope::new(text.split_whitespace()).unwrap()
}

#[test]
fn scopes_of_the_same_tokens_are_equal() {
    for (one, other) in [("", ""), ("read", "read"), ("read write", "write read"), ("a b c", "c a b"), ("a a b", "b a")]
    {
        assert_eq!(scope(one), scope(other));
        assert_eq!(scope(other), scope(one));
    }
    // Neither a part of a scope nor a part of a token will do, nor another case (RFC 6749 section 3.3).
    for (one, other) in [("read", ""), ("read write", "read"), ("a b", "a c"), ("read", "rea"), ("read", "Read")] {
        assert_ne!(scope(one), scope(other));
        assert_ne!(scope(other), scope(one));
    }
}

#[test]
fn a_scope_holds_its_tokens_and_no_part_of_them() {
    let granted = scope("user:read projects");
    assert!(granted.contains("user:read") && granted.contains("projects"));
    for token in ["", "user", "read", "project", "user:read projects", "Projects"] {
        assert!(!granted.contains(token), "{token:?}");
    }
    for (part, is_subset) in
        [("", true), ("projects", true), ("projects user:read", true), ("projects admin", false), ("user", false)]
    {
        assert_eq!(scope(part).is_subset_of(&granted), is_subset, "{part}");
    }
    assert!(!granted.is_subset_of(&scope("projects")));
}

#[test]
fn a_scope_keeps_its_order_and_each_token_once() {
    let kept = scope("write read write admin read");
    assert_eq!(kept.as_str(), "write read admin");
    assert_eq!(kept.iter().collect::<Vec<_>>(), ["write", "read", "admin"]);
    // It is no secret.
    assert_eq!(
        (kept.to_string().as_str(), format!("{kept:?}").as_str()),
        (kept.as_str(), r#"Scope("write read admin")"#)
    );
    assert!(!kept.is_empty() && scope("").is_empty() && Scope::default().is_empty());
    assert_eq!(scope("").iter().count(), 0);
}
