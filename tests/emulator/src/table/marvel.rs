//! Marvel: form bodies, PKCE for public clients, `invalid_grant` with status 401. Its parameter tables are lost, so
//! RFC 6749 sections 4.1.1, 4.1.3 and 6 stand in for them.

use super::*;

const HOST: &str = "marvelapp.com";

impl ProviderTable {
    /// Marvel.
    pub fn marvel() -> Self {
        ProviderTable {
            name: "marvel",
            endpoints: vec![
                // The link of L60-62 is lost; the path is ours.
                Endpoint {
                    step: Step::Authorize,
                    host: HOST,
                    path: "/oauth/authorize",
                    methods: &["GET"],
                    line: "L60",
                },
                Endpoint {
                    step: Step::Token,
                    host: HOST,
                    path: "/oauth/token/",
                    methods: &["POST"],
                    line: "L78, L115",
                },
                // L109 names a GraphQL endpoint without an address; such an API is usually called by POST.
                Endpoint {
                    step: Step::Api,
                    host: "api.marvelapp.invalid",
                    path: "/graphql",
                    methods: &["GET", "POST"],
                    line: "L109",
                },
            ],
            authorize: vec![
                AuthorizeRule {
                    path: "/oauth/authorize",
                    flow: Flow::Code,
                    response_type: Some("code"),
                    required: &[("response_type", "RFC 6749 section 4.1.1"), ("client_id", "L60")],
                    optional: &[("redirect_uri", "L60"), ("scope", "L60"), ("state", "L60")],
                    fixed: &[],
                    only: None,
                },
                AuthorizeRule {
                    path: "/oauth/authorize",
                    flow: Flow::Implicit,
                    response_type: Some("token"),
                    required: &[("response_type", "RFC 6749 section 4.2.1"), ("client_id", "L60")],
                    optional: &[("redirect_uri", "L60"), ("scope", "L60"), ("state", "L60")],
                    fixed: &[],
                    only: Some((ClientKind::Public, "L44-46")),
                },
            ],
            grants: vec![
                GrantRule {
                    path: "/oauth/token/",
                    grant_type: "authorization_code",
                    required: &[("grant_type", "RFC 6749 section 4.1.3"), ("code", "RFC 6749 section 4.1.3")],
                    optional: &[
                        // Required if the authorization request had one; checked where the code is known.
                        ("redirect_uri", "RFC 6749 section 4.1.3"),
                        ("client_id", "RFC 6749 section 2.3.1"),
                        ("client_secret", "RFC 6749 section 2.3.1"),
                    ],
                    auth: ClientAuth::Rfc6749,
                },
                GrantRule {
                    path: "/oauth/token/",
                    grant_type: "refresh_token",
                    required: &[("grant_type", "RFC 6749 section 6"), ("refresh_token", "RFC 6749 section 6")],
                    optional: &[
                        ("scope", "RFC 6749 section 6"),
                        ("client_id", "RFC 6749 section 2.3.1"),
                        ("client_secret", "RFC 6749 section 2.3.1"),
                    ],
                    auth: ClientAuth::Rfc6749,
                },
            ],
            follow_up: &[],
            logout: &[],
            client_id_name: "client_id",
            body: BodyFormat::Form("L78"),
            presentation: Presentation { header: "authorization", scheme: Some("Bearer"), line: "L107" },
            scopes: Scopes {
                known: &[
                    "user:read",
                    "projects:read",
                    "projects:write",
                    "projects:delete",
                    "company:read",
                    "company.projects:read",
                    "company.teams:write",
                    "teams:read",
                ],
                default: Some("user:read"),
                many: true,
                line: "L60, L142-149",
            },
            pkce: Pkce::RequiredOfPublic("L46"),
            tokens: TokenPolicy {
                code_seconds: 300,
                // L113 says seven days, both examples (L94, L131) say this; the response is what a client can hold us to.
                access_seconds: 36_000,
                token_type: Some("Bearer"),
                expiry: ExpiryField::Seconds,
                scope_in_response: true,
                refresh_kills_access: false,
                refresh_deadline: false,
                refresh_redirect_uri: false,
                code_refresh_token: true,
                implicit_refresh_token: false,
                own_refresh_token: false,
                rotation: true,
                invalid_grant_status: 401,
                spelling: Spelling::Plain,
            },
            clients: vec![
                // RFC 6749 section 2.3.1 form-encodes both before Basic: a colon, a plus and a percent sign tell.
                TestClient::confidential("marvel:client+9f", "marvel secret:+/%41&=~", &[LOOPBACK_REDIRECT]),
                TestClient::public("marvel-public-2c"),
            ],
            echo_state: true,
            state_on_denial: true,
            implicit_in_query: false,
            hosted_redirect: None,
            // L8-14.
            personal_tokens: true,
            encoded_redirect: None,
            extensions: Rules::default(),
        }
    }
}
