//! Marq: JSON bodies, no `response_type`, a refresh address of its own, an expiry in milliseconds since 1970.

use super::*;

const HOME: &str = "app.Marq.com";
const USERS: &str = "users.app.Marq.com";
const HOSTED: HostedRedirect = HostedRedirect { host: HOME, pattern: "/oauth2/clients/{client}/redirect" };

impl ProviderTable {
    /// Marq.
    pub fn marq() -> Self {
        ProviderTable {
            name: "marq",
            endpoints: vec![
                Endpoint {
                    step: Step::Authorize,
                    host: HOME,
                    path: "/oauth2/authorize",
                    methods: &["GET"],
                    line: "L34",
                },
                Endpoint { step: Step::Token, host: USERS, path: "/oauth2/token", methods: &["POST"], line: "L51-52" },
                Endpoint {
                    step: Step::Token,
                    host: USERS,
                    path: "/oauth2/refreshToken",
                    methods: &["POST"],
                    line: "L83",
                },
                // The document speaks of "Marq APIs" without an address.
                Endpoint { step: Step::Api, host: "api.marq.invalid", path: "/v1/me", methods: &["GET"], line: "L75" },
            ],
            authorize: vec![AuthorizeRule {
                path: "/oauth2/authorize",
                flow: Flow::Code,
                response_type: None,
                required: &[("client_id", "L36"), ("redirect_uri", "L40"), ("scope", "L44")],
                optional: &[],
                fixed: &[],
                only: None,
            }],
            grants: vec![
                GrantRule {
                    path: "/oauth2/token",
                    grant_type: "authorization_code",
                    required: &[("code", "L56"), ("client_id", "L58"), ("client_secret", "L60"), ("grant_type", "L62")],
                    optional: &[],
                    auth: ClientAuth::BodySecret,
                },
                GrantRule {
                    path: "/oauth2/refreshToken",
                    grant_type: "refresh_token",
                    required: &[
                        ("refresh_token", "L86"),
                        ("client_id", "L87"),
                        ("client_secret", "L88"),
                        ("grant_type", "L89"),
                    ],
                    optional: &[],
                    auth: ClientAuth::BodySecret,
                },
            ],
            follow_up: &[],
            logout: &[],
            client_id_name: "client_id",
            body: BodyFormat::Json("L53, L83"),
            presentation: Presentation { header: "authorization", scheme: Some("Bearer"), line: "L75-77" },
            scopes: Scopes { known: &["data-service.admin"], default: None, many: false, line: "L46" },
            pkce: Pkce::Unknown,
            tokens: TokenPolicy {
                // L50 says "short-lived" without a number.
                code_seconds: 300,
                access_seconds: 3600,
                token_type: None,
                expiry: ExpiryField::EpochMillis,
                scope_in_response: false,
                refresh_kills_access: true,
                refresh_deadline: true,
                refresh_redirect_uri: false,
                code_refresh_token: true,
                implicit_refresh_token: false,
                own_refresh_token: false,
                rotation: true,
                invalid_grant_status: 400,
                spelling: Spelling::Plain,
            },
            clients: vec![TestClient::confidential(
                "marq-client-7Qm2",
                "marq-secret-Vx81Lk0pZt",
                // L26: the code is appended, so a query that is already there must survive.
                &[
                    "http://127.0.0.1:4180/callback?keep=1",
                    "https://app.Marq.com/oauth2/clients/marq-client-7Qm2/redirect",
                ],
            )],
            echo_state: true,
            state_on_denial: true,
            implicit_in_query: false,
            hosted_redirect: Some(HOSTED),
            personal_tokens: false,
            encoded_redirect: None,
            extensions: Rules::default(),
        }
    }
}
