//! oidc-provider (npm).

use oauth_proto::{Introspection, Provider, Revocation};

use crate::{
    Description, Result,
    browser::{Browser, View},
    page::Page,
    server::{Lack, USER, Visit},
};

pub const DESCRIPTION: Description = Description {
    name: "oidc-provider",
    version: "9.13.3",
    provider,
    pass,
    public_redirect_uri: "http://127.0.0.1/cb",
    odd: ("odd client:+%&=", "p w:+%&=/?~"),
    says: &[
        ("denial", "refused: `access_denied`"),
        ("denial_with_issuer", "refused: `access_denied`"),
        ("form_post_denial", "refused: `access_denied`"),
    ],
    lacks: &[
        Lack { feature: "long_code", because: "codes have 43 characters", ends: "it has 43 characters" },
        Lack { feature: "code_of_odd_characters", because: "codes are base64url", ends: "a code like" },
    ],
};

fn provider(base: &str) -> Provider {
    let mut provider = Provider::new("", format!("{base}/auth"), format!("{base}/token"));
    provider.issuer = Some(base.into());
    provider.device_authorization_endpoint = Some(format!("{base}/device/auth"));
    provider.pushed_authorization_request_endpoint = Some(format!("{base}/request"));
    provider.registration_endpoint = Some(format!("{base}/reg"));
    provider.introspection = Some(Introspection::new(format!("{base}/token/introspection")));
    provider.revocation = Some(Revocation::new(format!("{base}/token/revocation")));
    provider.dialect.response.keep.push("authorization_details".into());
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
    } else if let (Some(code), Some(entry)) = (visit.user_code, page.form_with("user_code")) {
        entry.fill("user_code", code)
    } else {
        return Ok(None);
    };
    browser.submit(form).map(Some)
}
