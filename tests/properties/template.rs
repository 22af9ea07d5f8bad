//! Templates in a provider file: what they become, and where the values of a callback may stand.

use oauth_proto::{Callback, CallbackError, dialect::Kept, error::Reason};
use proptest::{collection::vec, prelude::*};

use crate::{
    scenario::{self, STATE, Scenario, at},
    wire::{client, form},
};

/// A piece of a template: a text that stands for itself, or a variable by its number.
#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    Variable(usize),
}

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let text = prop_oneof!["[{}]{1,4}", "\\PC{0,6}", "[ -~]{0,6}"];
    vec(prop_oneof![3 => text.prop_map(Piece::Text), 2 => (0usize..4).prop_map(Piece::Variable)], 0..6)
}

/// Names of variables, as odd as they may be.
const NAMES: [&str; 3] = ["v", "a b.c", "\u{e4}\u{1F600}"];

/// The text of a template, and what it stands for where variable 3 is the client's id.
fn template(pieces: &[Piece], values: &[String; 3]) -> (String, String) {
    let (mut text, mut meant) = (String::new(), String::new());
    for piece in pieces {
        match piece {
            Piece::Text(literal) => {
                text += &literal.replace('{', "{{").replace('}', "}}");
                meant += literal;
            }
            Piece::Variable(at) => {
                text += &format!("{{{}}}", NAMES.get(*at).unwrap_or(&"client_id"));
                meant += values.get(*at).map_or("app", String::as_str);
            }
        }
    }
    (text, meant)
}

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn a_template_becomes_what_was_meant(pieces in pieces(), values in ["\\PC{0,5}", "[{}]{1,3}", "[ -~]{0,5}"]) {
        let (text, meant) = template(&pieces, &values);
        let mut provider = scenario::provider();
        for (name, value) in NAMES.iter().zip(&values) {
            provider.variables.insert((*name).into(), value.clone());
        }
        // Each is named, so that none is misspelt.
        let all: String = NAMES.iter().map(|name| format!("{{{name}}}")).collect();
        provider.dialect.token.parameters.add("all", all).add("p", text.as_str());
        let request = client(provider).password().unwrap().request("ada", &"x".into(), at(0)).unwrap().0;
        let sent = form(std::str::from_utf8(request.expose_body()).unwrap());
        prop_assert_eq!(
            sent.get("p").map(|value| value.as_str().unwrap()),
            Some(&*meant).filter(|meant| !meant.is_empty())
        );
    }

    #[test]
    fn any_text_is_a_template_or_refused_at_its_field(
        text in "\\PC{0,20}|[{}a ]{0,9}|(\\{[a-z_]{0,9}\\}| \\|\\| |\\{\\{|.){0,5}",
    ) {
        let mut provider = scenario::provider();
        provider.dialect.token.parameters.add("p", text.as_str());
        provider.dialect.refresh.headers.insert("X-P".into(), text.clone());
        provider.dialect.callback.keep.insert("x".into(), Kept::PathSegment);
        if let Err(error) = provider.check() {
            let own = ["dialect.token.parameters.add.p", "dialect.refresh.headers.X-P"].contains(&error.field());
            let reason = matches!(
                error.reason(),
                Reason::BrokenTemplate | Reason::UnsetVariable(_) | Reason::ForbiddenCharacter { .. }
            );
            prop_assert!(own && reason, "{:?} {}", text, error);
            let braces = text.contains(['{', '}']);
            prop_assert!(braces || matches!(error.reason(), Reason::ForbiddenCharacter { .. }), "{:?} {}", text, error);
        }
        // In a URL, too: it is one, or none.
        let mut provider = scenario::provider();
        provider.dialect.callback.keep.insert("x".into(), Kept::DnsLabel);
        provider.token_endpoint = Some(format!("https://id.example/{text}"));
        drop((provider.check(), provider.unset_variables(), provider.identity()));
    }

    #[test]
    fn a_value_of_a_callback_never_leaves_its_place(
        value in "\\PC{0,12}|[-a-zA-Z0-9.]{1,9}|(xn--|XN--)[a-z0-9-]{0,6}|[ -~]{0,9}",
    ) {
        let scenario = Scenario::with(|provider| {
            provider.token_endpoint = Some("https://{label}.example.com:8443/{segment}/token?v=1".into());
            provider.dialect.callback.keep.insert("label".into(), Kept::DnsLabel);
            provider.dialect.callback.keep.insert("segment".into(), Kept::PathSegment);
        });
        for (label, segment) in [(&*value, "s"), ("l", &*value), (&*value, &*value)] {
            let mut query = url::form_urlencoded::Serializer::new(format!("code=C1&state={STATE}"));
            let query = query.append_pair("label", label).append_pair("segment", segment).finish();
            match scenario.awaiting_code().receive(&scenario.client, Callback::query(&query), at(1)) {
                Ok((request, _)) => {
                    let url = url::Url::parse(request.url()).unwrap();
                    let host = url.host_str().unwrap().strip_suffix(".example.com").unwrap();
                    prop_assert!(!host.is_empty() && !host.contains('.'), "{}", request.url());
                    prop_assert_eq!(
                        (url.port(), url.query(), url.fragment(), url.username()),
                        (Some(8443), Some("v=1"), None, "")
                    );
                    prop_assert_eq!(url.path_segments().unwrap().collect::<Vec<_>>(), [segment, "token"]);
                    prop_assert_eq!(request.url(), format!("https://{label}.example.com:8443/{segment}/token?v=1"));
                }
                Err(CallbackError::NotOurs { .. }) => {}
                Err(error) => prop_assert!(false, "{:?}: {}", value, error),
            }
        }
    }
}
