//! What the types refuse, by the rule and not by the vector: no program that does it compiles, or no call takes it.

use serde_json::Value;

use crate::vector::Vector;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A flow without state, or with the caller's own.
    StateIsMade,
    /// A code challenge by any method but S256.
    S256Alone,
    /// The client credentials of a client that has none.
    CredentialsNeedASecret,
    /// A public client's login without PKCE.
    PublicNeedsPkce,
}

impl Rule {
    pub const ALL: [Self; 4] =
        [Self::StateIsMade, Self::S256Alone, Self::CredentialsNeedASecret, Self::PublicNeedsPkce];

    pub fn why(self) -> &'static str {
        match self {
            Self::StateIsMade => {
                "each login's state is made of `Entropy`, and waits in the state that `authorize` returns: no call takes \
                 one, and none leaves it out (RFC 6749 section 10.12)"
            }
            Self::S256Alone => {
                "`CodeVerifier::challenge` takes no method, and a login's URL says S256: `plain` does not exist \
                 (RFC 7636 section 4.2, RFC 9700 section 2.1.1)"
            }
            Self::CredentialsNeedASecret => "`Client<Public>` does not authenticate (RFC 6749 section 4.4)",
            Self::PublicNeedsPkce => "nothing else binds a code to a client without a secret (RFC 9700 section 2.1.1)",
        }
    }

    /// The program that shows it, of those that must not compile.
    pub fn program(self) -> Option<&'static str> {
        match self {
            Self::StateIsMade => Some("tests/ui/forge_state.rs"),
            Self::S256Alone => None,
            Self::CredentialsNeedASecret => Some("tests/ui/public_client_credentials.rs"),
            Self::PublicNeedsPkce => Some("tests/ui/public_client_without_pkce.rs"),
        }
    }

    /// The rule that this vector goes against.
    pub fn against(vector: &Vector) -> Option<Self> {
        let Vector { op, input, expected, .. } = vector;
        let text = |name: &str| input.get(name).and_then(Value::as_str);
        let lacks = |member: &str, name: &str| {
            let names = expected.detail.get(member).and_then(Value::as_array);
            names.is_some_and(|names| names.iter().any(|each| each == name))
        };
        let no_secret = match text("auth") {
            Some("client_secret_basic" | "client_secret_post") => text("client_secret").is_none(),
            auth => auth == Some("none"),
        };
        let other_method = |name| text(name).is_some_and(|method| method != "S256");
        match op.as_str() {
            "authorization_response" if text("expected_state") == Some("") => Some(Self::StateIsMade),
            "build_authorization_url" if text("state") == Some("") || lacks("query_lacks", "state") => {
                Some(Self::StateIsMade)
            }
            "pkce_challenge" if other_method("method") => Some(Self::S256Alone),
            "build_authorization_url" if other_method("code_challenge_method") => Some(Self::S256Alone),
            "build_token_request" => match text("grant") {
                Some("client_credentials") if no_secret => Some(Self::CredentialsNeedASecret),
                Some("authorization_code") if no_secret && lacks("body_lacks", "code_verifier") => {
                    Some(Self::PublicNeedsPkce)
                }
                _ => None,
            },
            _ => None,
        }
    }
}

#[test]
fn each_program_is_there() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for program in Rule::ALL.into_iter().filter_map(Rule::program) {
        let text = std::fs::read_to_string(root.join(program)).unwrap_or_else(|why| panic!("{program}: {why}"));
        assert!(text.contains("//@ error:"), "{program} is one that compiles");
    }
}
