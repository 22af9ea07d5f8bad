//! oidc-provider (npm).

use oauth_proto::{Introspection, Provider, Revocation};

use crate::{
    Description, Result,
    browser::{Browser, View},
    page::Page,
    server::{Lack, RESOURCES, USER, Visit},
};

pub const DESCRIPTION: Description = Description {
    name: "oidc-provider",
    version: "9.13.3",
    provider,
    issuer: str::to_owned,
    pass,
    public_redirect_uri: "http://127.0.0.1/cb",
    odd: ("odd client:+%&=", "p w:+%&=/?~"),
    odd_raw: ("odd", "p w:+%&=/?~"),
    resources: RESOURCES,
    minds_the_pace: false,
    says: &[SAYS],
    lacks: &[LACKS],
};

const SAYS: &[(&str, &str)] = &[
    ("denial", "refused: `access_denied`"),
    ("denial_with_issuer", "refused: `access_denied`"),
    ("form_post_denial", "refused: `access_denied`"),
    // Its descriptions are veiled: "grant request is invalid", whatever is wrong.
    ("wrong_code", "dead: `invalid_grant` 400"),
    ("code_of_another_client", "dead: `invalid_grant` 400"),
    ("code_twice", "dead: `invalid_grant` 400"),
    ("tokens_of_a_code_used_twice", "dead: `invalid_grant` 400"),
    ("wrong_verifier", "dead: `invalid_grant` 400"),
    ("missing_verifier", "dead: `invalid_grant` 400"),
    ("verifier_without_challenge", "dead: `invalid_grant` 400"),
    ("other_redirect_uri", "dead: `invalid_grant` 400"),
    ("missing_challenge", "refused: `invalid_request`"),
    ("unregistered_redirect_uri", "a page (400)"),
    ("unknown_client_at_login", "a page (400)"),
    // It drops what it does not know.
    ("unknown_scope", "taken, and granted: `read`"),
    ("unknown_scope_of_the_client", "taken, and granted: `read`"),
    ("basic_and_body", "refused: `invalid_request` 400"),
    // It undoes the encoding, and a `%` of the secret's own is none.
    ("odd_basic_raw", "refused: `invalid_request` 400"),
    ("wrong_secret_basic", "refused: `invalid_client` 401"),
    ("wrong_secret_post", "refused: `invalid_client` 401"),
    ("unknown_client", "refused: `invalid_client` 401"),
    ("implicit_denial", "refused: `unsupported_response_type`"),
    ("wrong_password", "refused: `unsupported_grant_type` 400"),
    // RFC 6749 section 5.2 has `unauthorized_client` for it.
    ("grant_of_another_client", "refused: `invalid_request` 400"),
    ("refresh_token_reuse", "dead: `invalid_grant` 400"),
    ("family_after_reuse", "dead: `invalid_grant` 400"),
    ("wrong_refresh_token", "dead: `invalid_grant` 400"),
    ("refresh_token_of_another_client", "dead: `invalid_grant` 400"),
    ("device_denial", "refused: `access_denied` 400"),
    ("device_code_twice", "refused: `invalid_grant` 400"),
    ("wrong_device_code", "refused: `invalid_grant` 400"),
    ("device_client_unknown", "refused: `invalid_client` 401"),
    ("device_unknown_scope", "taken"),
    ("par_required_not_pushed", "refused: `invalid_request`"),
    ("request_uri_twice", "not believed, no `state`: `invalid_request_uri`"),
    ("par_wrong_secret", "refused: `invalid_client` 401"),
    ("par_unregistered_redirect_uri", "refused: `invalid_request` 400"),
    ("unknown_resource", "refused: `invalid_target`"),
    ("unknown_resource_of_the_client", "refused: `invalid_target` 400"),
    // A login may be for several, and a token for one: `narrow_to` says which.
    ("resources", "refused: `invalid_target` 400"),
    ("unknown_details", "refused: `invalid_authorization_details`"),
    ("wrong_token_endpoint", "refused: no OAuth error 404"),
    ("lost_code_answer", "dead: `invalid_grant` 400"),
    ("lost_refresh_answer", "dead: `invalid_grant` 400"),
    ("api_wrong_token", "`invalid_token` 401"),
    ("api_insufficient_scope", "`insufficient_scope` 403, and asks for `openid`"),
    ("introspection_wrong_secret", "refused: `invalid_client` 401"),
    ("revocation_of_a_refresh_token", "dead: `invalid_grant` 400"),
    ("revocation_of_an_access_token", "and so is the refresh token: dead: `invalid_grant` 400"),
    ("access_token_after_revocation", "not active"),
    ("revocation_by_another_client", "taken; the token lives"),
    ("revocation_wrong_secret", "refused: `invalid_client` 401"),
    ("registration_delete", "refused: `invalid_token` 401"),
    ("registration_refused", "refused: `invalid_client_metadata` 400"),
    ("jwt_bearer_of_nobody", "refused: `unsupported_grant_type` 400"),
    ("token_exchange_of_a_wrong_token", "refused: `unsupported_grant_type` 400"),
    ("token_exchange_for_an_unknown_audience", "refused: `unsupported_grant_type` 400"),
];

const LACKS: &[Lack] = &[
    Lack { of: &["long_code"], because: "its codes have 43 characters", ends: &["it has 43 characters"] },
    Lack { of: &["code_of_odd_characters"], because: "its codes are base64url", ends: &["a code like"] },
    Lack {
        of: &["implicit"],
        because: "it has no response type `token` by itself",
        ends: &["unsupported_response_type"],
    },
    Lack { of: &["password"], because: "it has no password grant", ends: &["unsupported_grant_type"] },
    Lack { of: &["device_slow_down"], because: "it never says `slow_down`", ends: &["the intervals are [5s, 5s, 5s]"] },
    Lack { of: &["jwt_bearer"], because: "it takes no assertions", ends: &["http status: 404"] },
    Lack { of: &["token_exchange"], because: "it has no token exchange", ends: &["unsupported_grant_type"] },
];

fn provider(base: &str) -> Provider {
    let mut provider = Provider::new("", format!("{base}/auth"), format!("{base}/token"));
    provider.issuer = Some(base.into());
    provider.device_authorization_endpoint = Some(format!("{base}/device/auth"));
    provider.pushed_authorization_request_endpoint = Some(format!("{base}/request"));
    provider.registration_endpoint = Some(format!("{base}/reg"));
    provider.introspection = Some(Introspection::new(format!("{base}/token/introspection")));
    provider.checks.insert("openid".into(), format!("{base}/me"));
    provider.revocation = Some(Revocation::new(format!("{base}/token/revocation")));
    provider
}

fn pass(browser: &Browser, page: &Page, visit: &Visit<'_>) -> Result<Option<View>> {
    if let (false, Some(cancel)) = (visit.approves, page.link("[ Cancel ]")) {
        return browser.open(&cancel).map(Some);
    }
    let form = if let Some(login) = page.form_with("login") {
        login.fill("login", USER.0).fill("password", USER.1)
    } else if let Some(consent) = page.form_with("prompt") {
        consent
    } else if let Some(confirm) = page.form_with("confirm") {
        if visit.approves { confirm } else { confirm.press("abort")? }
    } else if let Some(entry) = page.form_with("user_code").filter(|_| !page.words().contains("was interrupted")) {
        match visit.user_code {
            Some(code) => entry.fill("user_code", code),
            None => entry, // the address had it
        }
    } else {
        return Ok(None);
    };
    browser.submit(form).map(Some)
}
