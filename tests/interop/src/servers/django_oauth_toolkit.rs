//! django-oauth-toolkit (PyPI), in its two modes: its token endpoint reads forms, or JSON alone.

use oauth_proto::{
    Introspection, Provider, Revocation,
    dialect::{BodyFormat, TokenPlace},
};

use crate::{
    Description, Result,
    browser::{Browser, View},
    page::Page,
    server::{Lack, USER, Visit},
};

pub const DESCRIPTION: Description = Description {
    name: "django-oauth-toolkit",
    version: "3.4.1",
    provider,
    issuer,
    pass,
    public_redirect_uri: "http://127.0.0.1/cb",
    odd: ("odd client:+%&=", "p w:+%&=/?ü~"),
    odd_raw: ("odd", "p w:+%&=/?ü~"),
    resources: ("https://files.example/", "https://mail.example/"),
    minds_the_pace: false,
    says: &[SAYS],
    lacks: &[LACKS],
};

pub const JSON: Description = Description {
    name: "django-oauth-toolkit-json",
    provider: json_provider,
    says: &[JSON_SAYS, SAYS],
    lacks: &[JSON_LACKS, LACKS],
    ..DESCRIPTION
};

const SAYS: &[(&str, &str)] = &[
    ("denial", "refused: `access_denied`"),
    // Its errors have no `iss`, whatever its metadata say.
    ("denial_with_issuer", "not believed, no `iss`: `access_denied`"),
    ("wrong_code", "dead: `invalid_grant` 400"),
    ("code_of_another_client", "dead: `invalid_grant` 400"),
    ("code_twice", "dead: `invalid_grant` 400"),
    // The code is forgotten, and with it what it was good for.
    ("tokens_of_a_code_used_twice", "**good**"),
    ("wrong_verifier", "dead: `invalid_grant` 400"),
    ("missing_verifier", "refused: `invalid_request` 400"),
    // RFC 9700 section 4.8.2 has a refusal for it.
    ("verifier_without_challenge", "taken"),
    // RFC 6749 section 5.2 has `invalid_grant` for it. The code is as good as before.
    ("other_redirect_uri", "refused: `invalid_request` 400"),
    ("missing_challenge", "refused: `invalid_request`"),
    ("unregistered_redirect_uri", "a page (400)"),
    ("unknown_client_at_login", "a page (400)"),
    ("unknown_scope", "refused: `invalid_scope`"),
    ("unknown_scope_of_the_client", "refused: `invalid_scope` 400"),
    ("wrong_token_endpoint", "refused: no OAuth error 404"),
    ("odd_basic_raw", "refused: `invalid_client` 401"),
    ("wrong_secret_basic", "refused: `invalid_client` 401"),
    ("wrong_secret_post", "refused: `invalid_client` 401"),
    ("unknown_client", "refused: `invalid_client` 401"),
    ("implicit_denial", "refused: `access_denied`"),
    ("wrong_password", "dead: `invalid_grant` 400"),
    ("grant_of_another_client", "refused: `unauthorized_client` 400"),
    ("refresh_token_reuse", "dead: `invalid_grant` 400"),
    ("family_after_reuse", "dead: `invalid_grant` 400"),
    ("wrong_refresh_token", "dead: `invalid_grant` 400"),
    ("refresh_token_of_another_client", "dead: `invalid_grant` 400"),
    ("lost_code_answer", "dead: `invalid_grant` 400"),
    ("lost_refresh_answer", "dead: `invalid_grant` 400"),
    ("device_denial", "refused: `access_denied` 400"),
    // A code and a status of its own.
    ("wrong_device_code", "refused: `device_not_found` 404"),
    ("device_client_unknown", "refused: `invalid_request` 400"),
    ("device_unknown_scope", "taken"),
    ("unknown_resource", "refused: `invalid_target`"),
    ("unknown_resource_of_the_client", "refused: `invalid_target` 400"),
    ("api_wrong_token", "`invalid_token` 401"),
    ("api_insufficient_scope", "`insufficient_scope` 403, and asks for nothing"),
    // An empty page.
    ("introspection_wrong_secret", "refused: no OAuth error 403"),
    ("revocation_of_a_refresh_token", "dead: `invalid_grant` 400"),
    ("revocation_of_an_access_token", "and so is the refresh token: dead: `invalid_grant` 400"),
    ("access_token_after_revocation", "not active"),
    ("revocation_by_another_client", "taken; the token lives"),
    ("revocation_wrong_secret", "refused: `invalid_client` 401"),
    ("registration_delete", "refused: `invalid_token` 401"),
    ("registration_refused", "refused: `invalid_client_metadata` 400"),
    ("jwt_bearer_of_nobody", "refused: `unsupported_grant_type` 400"),
    ("token_exchange_of_a_wrong_token", "refused: `unsupported_grant_type` 400"),
];

const JSON_SAYS: &[(&str, &str)] = &[("device_unknown_scope", "refused: `invalid_request` 400")];

const JSON_LACKS: &[Lack] = &[
    Lack {
        of: &[
            "device",
            "device_complete_uri",
            "device_denial",
            "device_slow_down",
            "device_code_twice",
            "wrong_device_code",
        ],
        because: "in this mode its device authorization endpoint reads neither a form nor JSON",
        ends: &["Missing client_id parameter"],
    },
    Lack {
        of: &["resources", "narrow_to"],
        because: "several `resource` parameters are a form's",
        ends: &["goes only with a body that is a form"],
    },
];

const LACKS: &[Lack] = &[
    Lack {
        of: &["form_post", "form_post_denial"],
        because: "it does not read `response_mode`",
        ends: &["no form, but"],
    },
    Lack { of: &["long_code"], because: "codes have 30 characters", ends: &["it has 30 characters"] },
    Lack { of: &["code_of_odd_characters"], because: "codes are letters and digits", ends: &["a code like"] },
    Lack {
        of: &["device_complete_uri"],
        because: "it has no `verification_uri_complete`",
        ends: &["no `verification_uri_complete`"],
    },
    Lack { of: &["device_slow_down"], because: "it has no `slow_down`", ends: &["the intervals are [5s, 5s, 5s]"] },
    Lack {
        of: &["device_code_twice"],
        because: "a device code that was used is as good as before",
        ends: &["found Ok(Granted("],
    },
    Lack {
        of: &["pushed"],
        because: "it takes no pushed requests",
        ends: &["pushed_authorization_request_endpoint: is needed here and was not given", "client_id=par"],
    },
    Lack {
        of: &["narrow_to"],
        because: "a refresh token is for no more resources than the access token that came with it",
        ends: &["cannot request resources beyond the original refresh token scope"],
    },
    Lack {
        of: &["authorization_details", "unknown_details"],
        because: "it does not read `authorization_details`",
        ends: &["no details came back", "expected Err(error), found Ok"],
    },
    Lack {
        of: &["introspection_of_a_refresh_token"],
        because: "it describes access tokens alone",
        ends: &["it is not active"],
    },
    Lack { of: &["openid_configuration"], because: "OpenID Connect is not turned on", ends: &["(status 404)"] },
    Lack {
        of: &["metadata_device"],
        because: "its metadata name no device authorization endpoint",
        ends: &["device_authorization_endpoint: is needed here and was not given"],
    },
    Lack { of: &["jwt_bearer"], because: "it takes no assertions", ends: &["http status: 404"] },
    Lack {
        of: &["token_exchange", "token_exchange_for_an_unknown_audience"],
        because: "it has no token exchange",
        ends: &["client_id=exchange"],
    },
];

fn issuer(base: &str) -> String {
    format!("{base}/o")
}

fn provider(base: &str) -> Provider {
    let api = format!("{base}/api");
    let base = issuer(base);
    // Without the slash at its end an endpoint is not found.
    let mut provider = Provider::new("", format!("{base}/authorize/"), format!("{base}/token/"));
    provider.device_authorization_endpoint = Some(format!("{base}/device-authorization/"));
    provider.registration_endpoint = Some(format!("{base}/register/"));
    provider.introspection = Some(Introspection::new(format!("{base}/introspect/")));
    provider.revocation = Some(Revocation::new(format!("{base}/revoke_token/")));
    // The tokens of the implicit grant come in the fragment, and a denial comes in the query.
    provider.dialect.callback.tokens = TokenPlace::FragmentOrQuery;
    provider.checks.insert("read".into(), api);
    // Some of its errors say that they are HTML, and are JSON.
    provider.dialect.response.media_types = Some(vec!["application/json".into(), "text/html".into()]);
    provider.issuer = Some(base);
    provider
}

/// Its introspection endpoint goes on reading forms.
fn json_provider(base: &str) -> Provider {
    let mut provider = provider(base);
    provider.dialect.token.body = BodyFormat::Json;
    provider.dialect.refresh.body = BodyFormat::Json;
    provider.revocation.iter_mut().for_each(|revocation| revocation.body = BodyFormat::Json);
    provider
}

fn pass(browser: &Browser, page: &Page, visit: &Visit<'_>) -> Result<Option<View>> {
    let answer = if visit.approves { "accept" } else { "deny" };
    let form = if let Some(login) = page.form_with("username") {
        login.fill("username", USER.0).fill("password", USER.1)
    } else if let Some(consent) = page.form_with("response_type") {
        // The button to cancel has no name.
        if visit.approves { consent.press("allow")? } else { consent }
    } else if let (Some(code), Some(entry)) = (visit.user_code, page.form_with("user_code")) {
        entry.fill("user_code", code)
    } else if let Some(confirmed) = page.forms().find_map(|form| form.press_as("action", answer).ok()) {
        confirmed
    } else {
        return Ok(None);
    };
    browser.submit(form).map(Some)
}
