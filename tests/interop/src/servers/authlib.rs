//! Authlib (PyPI), as a server on Flask.

use oauth_proto::{Introspection, Provider, Revocation, dialect::TokenPlace};

use super::plain_pages;
use crate::{
    Description,
    server::{Lack, RESOURCES},
};

pub const DESCRIPTION: Description = Description {
    name: "authlib",
    version: "1.9.9",
    provider,
    issuer: str::to_owned,
    pass: plain_pages::pass,
    public_redirect_uri: "http://127.0.0.1/cb",
    odd: ("odd client:+%&=", "p w:+%&=/?ü~"),
    odd_raw: ("odd", "p w:+%&=/?ü~"),
    resources: RESOURCES,
    minds_the_pace: true,
    says: SAYS,
    lacks: LACKS,
};

const SAYS: &[(&str, &str)] =
    &[("denial", "refused: `access_denied`"), ("denial_with_issuer", "refused: `access_denied`")];

const LACKS: &[Lack] = &[
    Lack {
        of: &["form_post", "form_post_denial"],
        because: "it does not read `response_mode`",
        ends: &["no form, but"],
    },
    Lack { of: &["long_code"], because: "codes have 48 characters", ends: &["it has 48 characters"] },
    Lack { of: &["code_of_odd_characters"], because: "codes are letters and digits", ends: &["a code like"] },
];

fn provider(base: &str) -> Provider {
    let mut provider = Provider::new("", format!("{base}/authorize"), format!("{base}/token"));
    provider.issuer = Some(base.into());
    provider.device_authorization_endpoint = Some(format!("{base}/device_authorization"));
    provider.introspection = Some(Introspection::new(format!("{base}/introspection")));
    provider.revocation = Some(Revocation::new(format!("{base}/revocation")));
    // The tokens of the implicit grant come in the fragment, and `iss` beside them in the query.
    provider.dialect.callback.tokens = TokenPlace::FragmentOrQuery;
    provider
}
