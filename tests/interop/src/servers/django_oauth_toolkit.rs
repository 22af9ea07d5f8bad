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
    says: SAYS,
    lacks: LACKS,
};

pub const JSON: Description =
    Description { name: "django-oauth-toolkit-json", provider: json_provider, says: SAYS, lacks: LACKS, ..DESCRIPTION };

const SAYS: &[(&str, &str)] =
    &[("denial", "refused: `access_denied`"), ("denial_with_issuer", "not believed, no `iss`: `access_denied`")];

const LACKS: &[Lack] = &[
    Lack {
        of: &["form_post", "form_post_denial"],
        because: "it does not read `response_mode`",
        ends: &["no form, but"],
    },
    Lack { of: &["long_code"], because: "codes have 30 characters", ends: &["it has 30 characters"] },
    Lack { of: &["code_of_odd_characters"], because: "codes are letters and digits", ends: &["a code like"] },
];

fn issuer(base: &str) -> String {
    format!("{base}/o")
}

fn provider(base: &str) -> Provider {
    let base = issuer(base);
    // Without the slash at its end an endpoint is not found.
    let mut provider = Provider::new("", format!("{base}/authorize/"), format!("{base}/token/"));
    provider.device_authorization_endpoint = Some(format!("{base}/device-authorization/"));
    provider.registration_endpoint = Some(format!("{base}/register/"));
    provider.introspection = Some(Introspection::new(format!("{base}/introspect/")));
    provider.revocation = Some(Revocation::new(format!("{base}/revoke_token/")));
    // The tokens of the implicit grant come in the fragment, and a denial comes in the query.
    provider.dialect.callback.tokens = TokenPlace::FragmentOrQuery;
    provider.issuer = Some(base);
    provider
}

/// Its introspection endpoint reads forms in this mode too.
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
