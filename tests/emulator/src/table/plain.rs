//! No provider of the documents, but what a server is like that follows RFC 6749 to the letter: every grant, and
//! nothing of its own.

use super::*;

const HOST: &str = "plain.invalid";
const TOKEN: &str = "/token";

impl ProviderTable {
    /// The same, with an exchange that no RFC knows: a short-lived token for a long-lived one, and no refresh token.
    pub fn two_steps() -> Self {
        let mut table = ProviderTable::plain();
        table.name = "two steps";
        table.endpoints.push(Endpoint {
            step: Step::FollowUp,
            host: HOST,
            path: "/long_lived",
            methods: &["GET"],
            line: "no document",
        });
        table.follow_up = &[("grant_type", "no document"), ("access_token", "no document")];
        table.tokens.code_refresh_token = false;
        table
    }

    /// RFC 6749 as it stands, with RFC 7636 for public clients.
    pub fn plain() -> Self {
        let authorize = |flow, response_type, required| AuthorizeRule {
            path: "/authorize",
            flow,
            response_type: Some(response_type),
            required,
            optional: &[("redirect_uri", "RFC 6749 section 3.1.2"), ("state", "RFC 6749 section 4.1.1")],
            fixed: &[],
            only: None,
        };
        let grant = |grant_type, required, optional| GrantRule {
            path: TOKEN,
            grant_type,
            required,
            optional,
            auth: ClientAuth::Rfc6749,
        };
        const CODE: &str = "RFC 6749 section 4.1.3";
        const CLIENT: [Param; 2] =
            [("client_id", "RFC 6749 section 2.3.1"), ("client_secret", "RFC 6749 section 2.3.1")];
        ProviderTable {
            name: "plain",
            endpoints: vec![
                Endpoint {
                    step: Step::Authorize,
                    host: HOST,
                    path: "/authorize",
                    methods: &["GET"],
                    line: "RFC 6749 section 3.1",
                },
                Endpoint {
                    step: Step::Token,
                    host: HOST,
                    path: TOKEN,
                    methods: &["POST"],
                    line: "RFC 6749 section 3.2",
                },
                Endpoint {
                    step: Step::Api,
                    host: "api.plain.invalid",
                    path: "/me",
                    methods: &["GET"],
                    line: "RFC 6749 section 7",
                },
            ],
            authorize: vec![
                authorize(
                    Flow::Code,
                    "code",
                    &[("response_type", "RFC 6749 section 4.1.1"), ("client_id", "RFC 6749 section 4.1.1")],
                ),
                authorize(
                    Flow::Implicit,
                    "token",
                    &[("response_type", "RFC 6749 section 4.2.1"), ("client_id", "RFC 6749 section 4.2.1")],
                ),
            ],
            grants: vec![
                grant(
                    "authorization_code",
                    &[("grant_type", CODE), ("code", CODE)],
                    // Required if the authorization request had one; checked where the code is known.
                    const { &[("redirect_uri", CODE), CLIENT[0], CLIENT[1]] },
                ),
                grant(
                    "password",
                    &[
                        ("grant_type", "RFC 6749 section 4.3.2"),
                        ("username", "RFC 6749 section 4.3.2"),
                        ("password", "RFC 6749 section 4.3.2"),
                    ],
                    &CLIENT,
                ),
                grant("client_credentials", &[("grant_type", "RFC 6749 section 4.4.2")], &CLIENT),
                grant(
                    "refresh_token",
                    &[("grant_type", "RFC 6749 section 6"), ("refresh_token", "RFC 6749 section 6")],
                    &CLIENT,
                ),
            ],
            follow_up: &[],
            logout: &[],
            client_id_name: "client_id",
            body: BodyFormat::Form("RFC 6749 appendix B"),
            presentation: Presentation {
                header: "authorization",
                scheme: Some("Bearer"),
                line: "RFC 6750 section 2.1",
            },
            scopes: Scopes { known: &[], default: None, many: false, line: "RFC 6749 section 3.3" },
            pkce: Pkce::RequiredOfPublic("RFC 9700 section 2.1.1"),
            tokens: TokenPolicy {
                // RFC 6749 section 4.1.2: ten minutes at most.
                code_seconds: 600,
                access_seconds: 3600,
                token_type: Some("Bearer"),
                expiry: ExpiryField::Seconds,
                scope_in_response: false,
                refresh_kills_access: false,
                refresh_deadline: false,
                refresh_redirect_uri: false,
                code_refresh_token: true,
                implicit_refresh_token: false,
                own_refresh_token: false,
                rotation: true,
                invalid_grant_status: 400,
                spelling: Spelling::Plain,
            },
            clients: vec![
                TestClient::confidential("plain-client-3b", "plain secret:+/%41&=~", &[LOOPBACK_REDIRECT]),
                TestClient::public("plain-public-7d"),
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
