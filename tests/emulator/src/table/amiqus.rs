//! Amiqus: form bodies, no scope at all, and a `redirect_uri` on refresh.

use super::*;

const HOST: &str = "id.amiqus.co";

impl ProviderTable {
    /// Amiqus.
    pub fn amiqus() -> Self {
        ProviderTable {
            name: "amiqus",
            endpoints: vec![
                Endpoint {
                    step: Step::Authorize,
                    host: HOST,
                    path: "/oauth/authorize",
                    methods: &["GET"],
                    line: "L54",
                },
                Endpoint { step: Step::Token, host: HOST, path: "/oauth/token", methods: &["POST"], line: "L69, L105" },
                Endpoint { step: Step::Api, host: HOST, path: "/api/v2/me", methods: &["GET"], line: "L142" },
            ],
            authorize: vec![AuthorizeRule {
                path: "/oauth/authorize",
                flow: Flow::Code,
                response_type: Some("code"),
                required: &[("client_id", "L56"), ("redirect_uri", "L57"), ("response_type", "L58")],
                optional: &[("state", "L59")],
                fixed: &[],
                only: None,
            }],
            grants: vec![
                GrantRule {
                    path: "/oauth/token",
                    grant_type: "authorization_code",
                    required: &[
                        ("grant_type", "L72"),
                        ("client_id", "L73"),
                        ("client_secret", "L74"),
                        ("code", "L75"),
                        ("redirect_uri", "L76"),
                    ],
                    optional: &[],
                    auth: ClientAuth::BodySecret,
                },
                // The table (L108-112) and not the example (L120), which is a copy of the code exchange. The full
                // stop of L108 ends a sentence; it is no part of the value.
                GrantRule {
                    path: "/oauth/token",
                    grant_type: "refresh_token",
                    required: &[
                        ("grant_type", "L108"),
                        ("client_id", "L109"),
                        ("client_secret", "L110"),
                        ("refresh_token", "L111"),
                        ("redirect_uri", "L112"),
                    ],
                    optional: &[],
                    auth: ClientAuth::BodySecret,
                },
            ],
            follow_up: &[],
            logout: &[],
            client_id_name: "client_id",
            body: BodyFormat::Form("L83, L119"),
            presentation: Presentation { header: "authorization", scheme: Some("Bearer"), line: "L143" },
            scopes: Scopes { known: &[], default: None, many: false, line: "L56-59" },
            pkce: Pkce::Unknown,
            tokens: TokenPolicy {
                code_seconds: 600,
                access_seconds: 31_536_000,
                token_type: Some("Bearer"),
                expiry: ExpiryField::Seconds,
                scope_in_response: false,
                refresh_kills_access: true,
                // L103 says "before it expires" as an opportunity, not as a deadline.
                refresh_deadline: false,
                refresh_redirect_uri: true,
                code_refresh_token: true,
                implicit_refresh_token: false,
                own_refresh_token: false,
                rotation: true,
                invalid_grant_status: 400,
                spelling: Spelling::Plain,
            },
            clients: vec![TestClient::confidential("amiqus-client-41", "amiqus secret+/=&%41", &[LOOPBACK_REDIRECT])],
            echo_state: true,
            state_on_denial: true,
            implicit_in_query: false,
            hosted_redirect: None,
            personal_tokens: false,
            encoded_redirect: Some("L57"),
            extensions: Rules::default(),
        }
    }
}
