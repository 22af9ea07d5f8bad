//! idpyoidc (PyPI), as a server on Flask.

use oauth_proto::{Introspection, Provider, Revocation, dialect::BasicEncoding};

use super::plain_pages;
use crate::{
    Description,
    server::{Lack, RESOURCES},
};

const CALLBACK: &str = "https://client.example/cb";

pub const DESCRIPTION: Description = Description {
    name: "idpyoidc",
    version: "5.0.0",
    provider,
    issuer: str::to_owned,
    pass: plain_pages::pass,
    public_redirect_uri: CALLBACK,
    odd: ("odd client+%&=", "p w:+%&=/?ü~"),
    odd_raw: ("odd client+%&=", "p w:+%&=/?ü~"),
    resources: RESOURCES,
    minds_the_pace: false,
    says: SAYS,
    lacks: LACKS,
};

const SAYS: &[(&str, &str)] = &[];

const LACKS: &[Lack] = &[
    Lack { of: &["loopback_port"], because: "it compares redirect URIs by characters", ends: &["RedirectURIError"] },
    Lack {
        of: &["denial", "denial_with_issuer", "form_post_denial"],
        because: "it has no consent page",
        ends: &["expected Err(error), found Ok"],
    },
    Lack { of: &["code_of_odd_characters"], because: "codes are base64url, and `=`", ends: &["a code like"] },
];

fn provider(base: &str) -> Provider {
    let mut provider = Provider::new("", format!("{base}/authorize"), format!("{base}/token"));
    provider.issuer = Some(base.into());
    provider.introspection = Some(Introspection::new(format!("{base}/introspection")));
    provider.revocation = Some(Revocation::new(format!("{base}/revocation")));
    // It reads id and secret as they stand, up to the first colon.
    provider.dialect.token.basic_encoding = BasicEncoding::None;
    provider.dialect.refresh.basic_encoding = BasicEncoding::None;
    // What it calls the tokens that a client gets for itself.
    provider.dialect.response.token_types.push("access_token".into());
    provider
}
