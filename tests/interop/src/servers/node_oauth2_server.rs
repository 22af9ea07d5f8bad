//! @node-oauth/oauth2-server (npm): a library with two endpoints. Its pages are ours.

use oauth_proto::{Provider, dialect::BasicEncoding};

use crate::{
    Description, Result,
    browser::{Browser, View},
    page::Page,
    server::{Lack, RESOURCES, USER, Visit},
};

pub const DESCRIPTION: Description = Description {
    name: "node-oauth2-server",
    version: "5.3.0",
    provider,
    issuer: str::to_owned,
    pass,
    public_redirect_uri: "http://127.0.0.1/cb",
    odd: ("odd client+%&=", "p w:+%&=/?~"),
    odd_raw: ("odd client+%&=", "p w:+%&=/?~"),
    resources: RESOURCES,
    minds_the_pace: false,
    says: &[SAYS],
    lacks: &[LACKS],
};

const SAYS: &[(&str, &str)] = &[
    ("denial", "refused: `access_denied`"),
    ("denial_with_issuer", "not believed, no `iss`: `access_denied`"),
    ("wrong_code", "dead: `invalid_grant` 400"),
    ("code_of_another_client", "dead: `invalid_grant` 400"),
    ("code_twice", "dead: `invalid_grant` 400"),
    // The library forgets a code, and does not know what it was good for.
    ("tokens_of_a_code_used_twice", "**good**"),
    ("wrong_verifier", "dead: `invalid_grant` 400"),
    ("missing_verifier", "dead: `invalid_grant` 400"),
    ("verifier_without_challenge", "dead: `invalid_grant` 400"),
    // It asks no public client for a challenge, and refuses a verifier without one.
    ("missing_challenge", "dead: `invalid_grant` 400"),
    // RFC 6749 section 5.2 has `invalid_grant` for it. The code is spent all the same.
    ("other_redirect_uri", "refused: `invalid_request` 400"),
    ("unregistered_redirect_uri", "a page (400)"),
    ("unknown_client_at_login", "a page (400)"),
    ("unknown_scope", "refused: `invalid_scope`"),
    ("unknown_scope_of_the_client", "refused: `invalid_scope` 400"),
    ("odd_basic_form", "refused: `invalid_client` 401"),
    ("wrong_secret_basic", "refused: `invalid_client` 401"),
    ("wrong_secret_post", "refused: `invalid_client` 400"),
    ("unknown_client", "refused: `invalid_client` 401"),
    // It has no response type `token`, and says no in the query, where nothing of this login is read.
    ("implicit_denial", "not believed, no `state`: `access_denied`"),
    ("wrong_password", "dead: `invalid_grant` 400"),
    ("grant_of_another_client", "refused: `unauthorized_client` 400"),
    ("refresh_token_reuse", "dead: `invalid_grant` 400"),
    // The library rotates, and knows no families.
    ("family_after_reuse", "**taken**"),
    ("wrong_refresh_token", "dead: `invalid_grant` 400"),
    ("refresh_token_of_another_client", "dead: `invalid_grant` 400"),
    ("wrong_token_endpoint", "refused: no OAuth error 404"),
    ("lost_code_answer", "dead: `invalid_grant` 400"),
    ("lost_refresh_answer", "dead: `invalid_grant` 400"),
    ("api_wrong_token", "`invalid_token` 401"),
    ("api_insufficient_scope", "`insufficient_scope` 403, and asks for nothing"),
    ("jwt_bearer_of_nobody", "refused: `unsupported_grant_type` 400"),
    ("token_exchange_of_a_wrong_token", "refused: `unsupported_grant_type` 400"),
    ("token_exchange_for_an_unknown_audience", "refused: `unsupported_grant_type` 400"),
];

const LACKS: &[Lack] = &[
    Lack { of: &["issuer_on_success"], because: "it sends no `iss`", ends: &["no `iss`"] },
    Lack {
        of: &["form_post", "form_post_denial"],
        because: "it does not read `response_mode`",
        ends: &["no form, but"],
    },
    Lack { of: &["implicit"], because: "it has no response type `token`", ends: &["no fragment in"] },
    Lack {
        of: &["device"],
        because: "it has no device flow",
        ends: &["device_authorization_endpoint: is needed here and was not given"],
    },
    Lack {
        of: &["pushed"],
        because: "it takes no pushed requests",
        ends: &[
            "pushed_authorization_request_endpoint: is needed here and was not given",
            "expected Err(error), found Ok",
        ],
    },
    Lack {
        of: &["asking"],
        because: "it reads neither `resource` nor `authorization_details`, and has no introspection",
        ends: &["has no `introspection`", "expected Err(error), found Ok", "a refusal was due", "no details came back"],
    },
    Lack {
        of: &["endings"],
        because: "it has neither introspection nor revocation",
        ends: &["has no `introspection`", "has no `revocation`"],
    },
    Lack {
        of: &["discovery"],
        because: "it has neither metadata nor registration",
        ends: &["(status 404)", "registration_endpoint: is needed here and was not given"],
    },
    Lack { of: &["jwt_bearer"], because: "it takes no assertions", ends: &["http status: 404"] },
    Lack { of: &["token_exchange"], because: "it has no token exchange", ends: &["unsupported_grant_type"] },
];

fn provider(base: &str) -> Provider {
    let mut provider = Provider::new("", format!("{base}/authorize"), format!("{base}/token"));
    provider.checks.insert("read".into(), format!("{base}/api"));
    // It does not undo the encoding of RFC 6749 section 2.3.1.
    provider.dialect.token.basic_encoding = BasicEncoding::None;
    provider.dialect.refresh.basic_encoding = BasicEncoding::None;
    provider
}

fn pass(browser: &Browser, page: &Page, visit: &Visit<'_>) -> Result<Option<View>> {
    let Some(form) = page.form_with("password") else { return Ok(None) };
    let form = form.fill("name", USER.0).fill("password", USER.1);
    browser.submit(form.press_as("allowed", if visit.approves { "true" } else { "false" })?).map(Some)
}
