//! The unnamed fifth provider: JSON for every grant, a token header without a scheme, and codes and refresh tokens
//! that contain a percent sequence as part of their value.

use super::*;

const HOST: &str = "fifth.invalid";

impl ProviderTable {
    /// The provider whose document names neither itself nor its host.
    pub fn fifth() -> Self {
        let grant = |grant_type, required| GrantRule {
            path: "/token",
            grant_type,
            required,
            optional: &[],
            auth: ClientAuth::BodySecret,
        };
        // The two addresses differ by flow, so `response_type` is redundant; the links that would show whether it is
        // there are lost.
        let authorize = |path, flow, response_type| AuthorizeRule {
            path,
            flow,
            response_type: Some(response_type),
            required: &[("client_id", "L5"), ("redirect_uri", "L5")],
            optional: &[("response_type", "RFC 6749 section 3.1.1")],
            fixed: &[],
            only: None,
        };
        ProviderTable {
            name: "fifth",
            endpoints: vec![
                Endpoint { step: Step::Authorize, host: HOST, path: "/login", methods: &["GET"], line: "L5" },
                Endpoint { step: Step::Authorize, host: HOST, path: "/login/implicit", methods: &["GET"], line: "L21" },
                Endpoint { step: Step::Token, host: HOST, path: "/token", methods: &["POST"], line: "L5" },
                Endpoint { step: Step::Api, host: "api.fifth.invalid", path: "/me", methods: &["GET"], line: "L5" },
            ],
            authorize: vec![
                authorize("/login", Flow::Code, "code"),
                authorize("/login/implicit", Flow::Implicit, "token"),
            ],
            grants: vec![
                grant(
                    "authorization_code",
                    &[("grant_type", "L12"), ("client_id", "L13"), ("client_secret", "L14"), ("code", "L15")],
                ),
                grant(
                    "password",
                    &[
                        ("grant_type", "L32"),
                        ("client_id", "L33"),
                        ("client_secret", "L34"),
                        ("username", "L35"),
                        ("password", "L36"),
                    ],
                ),
                grant("client_credentials", &[("grant_type", "L49"), ("client_id", "L50"), ("client_secret", "L51")]),
                grant(
                    "refresh_token",
                    &[("grant_type", "L64"), ("client_id", "L65"), ("client_secret", "L66"), ("refresh_token", "L67")],
                ),
            ],
            follow_up: &[],
            logout: &[],
            client_id_name: "client_id",
            body: BodyFormat::Json("L11-16"),
            presentation: Presentation { header: "authorization", scheme: None, line: "L5" },
            scopes: Scopes { known: &[], default: None, many: false, line: "L5" },
            pkce: Pkce::Unknown,
            tokens: TokenPolicy {
                code_seconds: 300,
                access_seconds: 1200,
                token_type: Some("Bearer"),
                expiry: ExpiryField::Seconds,
                scope_in_response: false,
                refresh_kills_access: false,
                refresh_deadline: false,
                refresh_redirect_uri: false,
                code_refresh_token: true,
                implicit_refresh_token: false,
                own_refresh_token: true,
                rotation: true,
                invalid_grant_status: 400,
                spelling: Spelling::PercentSequence,
            },
            clients: vec![
                TestClient::confidential(
                    "6E0F2B51-90AC-4C7E-8D13-5B2A7741D0E9",
                    "D3B8A1F4-27C6-4E95-B0FA-81C9E6D25A70",
                    &[LOOPBACK_REDIRECT],
                ),
                TestClient::public("0B9D7E62-5F18-4A3C-A6D4-C27F10E88B35"),
            ],
            echo_state: true,
            state_on_denial: true,
            implicit_in_query: false,
            hosted_redirect: None,
            personal_tokens: false,
            encoded_redirect: None,
            extensions: Rules::default(),
        }
    }
}
