//! MOTAR: `clientId`, a secret only on refresh, `response_type=implicit`, a nonce outside any ID token, and a header
//! called `Authentication`. The sandbox is the same dialect on another host, with another client.

use super::*;

impl ProviderTable {
    /// MOTAR.
    pub fn motar() -> Self {
        on_host("api.motar.io", "motar-app-5d", "motar secret+/=&%41", "motar-public-8e")
    }

    /// MOTAR's sandbox (L2).
    pub fn motar_sandbox() -> Self {
        on_host("sandbox.motar.io", "motar-sandbox-app-6a", "motar sandbox secret+/=&%41", "motar-sandbox-public-1b")
    }
}

fn on_host(host: &'static str, id: &str, secret: &str, public_id: &str) -> ProviderTable {
    let rule = |flow, response_type| AuthorizeRule {
        path: "/oauth/signin",
        flow,
        response_type: Some(response_type),
        required: &[("clientId", "L11"), ("response_type", "L12"), ("redirect_uri", "L13"), ("state", "L14")],
        optional: &[("app_login", "L15"), ("nonce", "L16")],
        fixed: &[("app_login", "true", "L15")],
        only: None,
    };
    ProviderTable {
        name: "motar",
        endpoints: vec![
            Endpoint { step: Step::Authorize, host, path: "/oauth/signin", methods: &["GET"], line: "L5-6" },
            Endpoint { step: Step::Token, host, path: "/oauth/token", methods: &["POST"], line: "L18-19" },
            Endpoint { step: Step::Logout, host, path: "/oauth/logout", methods: &["POST"], line: "L30-31" },
            Endpoint {
                step: Step::ValidateToken,
                host,
                path: "/oauth/token/validate",
                methods: &["GET"],
                line: "L38-39",
            },
            Endpoint {
                step: Step::ValidateSession,
                host,
                path: "/oauth/session/validate",
                methods: &["GET"],
                line: "L46-47",
            },
            // Our invention: the document shows no resource.
            Endpoint { step: Step::Api, host, path: "/v1/me", methods: &["GET"], line: "L44" },
        ],
        authorize: vec![rule(Flow::Code, "code"), rule(Flow::Implicit, "implicit")],
        grants: vec![
            GrantRule {
                path: "/oauth/token",
                grant_type: "authorization_code",
                required: &[("clientId", "L27"), ("grant_type", "L28"), ("code", "L25")],
                optional: &[],
                auth: ClientAuth::IdentifierOnly,
            },
            GrantRule {
                path: "/oauth/token",
                grant_type: "refresh_token",
                required: &[
                    ("clientId", "L27"),
                    ("client_secret", "L26"),
                    ("grant_type", "L28"),
                    ("refresh_token", "L24"),
                ],
                optional: &[],
                auth: ClientAuth::BodySecret,
            },
        ],
        follow_up: &[],
        logout: &[("refresh_token", "L36")],
        client_id_name: "clientId",
        // The document names no format for any POST.
        body: BodyFormat::Form("RFC 6749 section 4.1.3"),
        presentation: Presentation { header: "authentication", scheme: None, line: "L44, L52" },
        scopes: Scopes { known: &[], default: None, many: false, line: "L11-16" },
        // L3 urges "PKCE flow", but no table gives a parameter for it.
        pkce: Pkce::Unknown,
        tokens: TokenPolicy {
            code_seconds: 300,
            access_seconds: 3600,
            token_type: Some("Bearer"),
            expiry: ExpiryField::Seconds,
            scope_in_response: false,
            refresh_kills_access: false,
            refresh_deadline: false,
            refresh_redirect_uri: false,
            code_refresh_token: true,
            // L12, against RFC 6749 section 4.2.2.
            implicit_refresh_token: true,
            own_refresh_token: false,
            rotation: true,
            invalid_grant_status: 400,
            spelling: Spelling::Plain,
        },
        clients: vec![TestClient::confidential(id, secret, &[LOOPBACK_REDIRECT]), TestClient::public(public_id)],
        echo_state: true,
        state_on_denial: true,
        implicit_in_query: false,
        hosted_redirect: None,
        personal_tokens: false,
        encoded_redirect: None,
        extensions: Rules::default(),
    }
}
