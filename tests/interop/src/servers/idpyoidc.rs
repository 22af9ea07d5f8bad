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
    says: &[SAYS],
    lacks: &[LACKS],
};

const SAYS: &[(&str, &str)] = &[
    ("wrong_code", "dead: `invalid_grant` 400"),
    ("code_of_another_client", "dead: `invalid_grant` 400"),
    // Of what is used up it says `invalid_request`, and the dialect knows it.
    ("code_twice", "dead: `invalid_request` 400"),
    ("tokens_of_a_code_used_twice", "**good**"),
    ("wrong_verifier", "dead: `invalid_grant` 400"),
    ("missing_verifier", "dead: `invalid_grant` 400"),
    ("verifier_without_challenge", "taken"),
    ("other_redirect_uri", "dead: `invalid_request` 400"),
    // It does not send the browser back with an error.
    ("missing_challenge", "a page (400)"),
    ("unregistered_redirect_uri", "a page (400)"),
    ("unknown_client_at_login", "a page (401)"),
    // It drops what it does not know.
    ("unknown_scope", "taken, and granted: `read`"),
    ("unknown_scope_of_the_client", "taken, and granted: `read write`"),
    ("wrong_token_endpoint", "refused: no OAuth error 404"),
    ("basic_by_a_post_client", "refused: `invalid_client` 401"),
    ("post_by_a_basic_client", "refused: `invalid_client` 401"),
    ("odd_basic_form", "refused: `invalid_client` 401"),
    ("wrong_secret_basic", "refused: `invalid_client` 401"),
    ("wrong_secret_post", "refused: `invalid_client` 401"),
    ("unknown_client", "refused: `invalid_client` 401"),
    ("wrong_password", "dead: `invalid_grant` 400"),
    ("grant_of_another_client", "dead: `invalid_request` 400"),
    ("refresh_token_reuse", "dead: `invalid_request` 400"),
    ("family_after_reuse", "**taken**"),
    ("wrong_refresh_token", "dead: `invalid_request` 400"),
    ("refresh_token_of_another_client", "dead: `invalid_grant` 400"),
    ("lost_code_answer", "dead: `invalid_request` 400"),
    ("lost_refresh_answer", "dead: `invalid_request` 400"),
    ("par_wrong_secret", "refused: `invalid_client` 401"),
    ("par_unregistered_redirect_uri", "refused: `invalid_request` 400"),
    ("introspection_wrong_secret", "refused: `invalid_client` 401"),
    ("revocation_of_a_refresh_token", "dead: `invalid_request` 400"),
    ("access_token_after_revocation", "active"),
    ("revocation_by_another_client", "refused: `invalid_grant` 400; the token lives"),
    ("revocation_wrong_secret", "refused: `invalid_client` 401"),
    ("jwt_bearer_of_nobody", "dead: `invalid_request` 400"),
    ("token_exchange_of_a_wrong_token", "dead: `invalid_request` 400"),
    ("token_exchange_for_an_unknown_audience", "refused: `invalid_target` 400"),
];

const LACKS: &[Lack] = &[
    Lack { of: &["jwt_bearer"], because: "it takes no assertions", ends: &["http status: 404"] },
    Lack { of: &["loopback_port"], because: "it compares redirect URIs by characters", ends: &["RedirectURIError"] },
    Lack {
        of: &["denial", "denial_with_issuer", "form_post_denial"],
        because: "it has no consent page",
        ends: &["expected Err(error), found Ok"],
    },
    Lack { of: &["code_of_odd_characters"], because: "codes are base64url, and `=`", ends: &["a code like"] },
    Lack {
        of: &["implicit", "implicit_denial"],
        because: "it has no response type `token`",
        ends: &["client_id=implicit"],
    },
    Lack {
        of: &["password"],
        because: "where PKCE is turned on, it looks for the code of a password grant",
        ends: &["Unknown access grant"],
    },
    Lack {
        of: &["client_credentials"],
        because: "a client that asks for itself gets every scope that it may have",
        ends: &["the scope is Scope(\"read write\")"],
    },
    Lack {
        of: &["device"],
        because: "it has no device flow",
        ends: &["device_authorization_endpoint: is needed here and was not given"],
    },
    Lack {
        of: &["par", "par_public", "par_required", "par_declared_required", "request_uri_twice"],
        because: "a `request_uri` is refused where no `response_type` stands beside it, against RFC 9126 section 4",
        ends: &["Missing required attribute 'response_type'"],
    },
    Lack {
        of: &["par_required_not_pushed"],
        because: "it demands of no client that it pushes",
        ends: &["expected Err(error), found Ok"],
    },
    Lack {
        of: &["resource", "narrow_to"],
        because: "after a refresh a token is for the client itself",
        ends: &["the audience is [\"basic\"]"],
    },
    Lack {
        of: &[
            "resource_of_the_client",
            "unknown_resource",
            "unknown_resource_of_the_client",
            "authorization_details",
            "unknown_details",
        ],
        because: "it reads `resource` at the code grant alone, refuses none, and does not read `authorization_details`",
        ends: &["the audience is []", "expected Err(error), found Ok", "a refusal was due", "no details came back"],
    },
    Lack { of: &["api"], because: "it has no part that guards an API", ends: &["the server has no API"] },
    Lack { of: &["openid_configuration"], because: "it is set up without OpenID Connect", ends: &["(status 404)"] },
    Lack {
        of: &["metadata_device"],
        because: "it has no device flow",
        ends: &["device_authorization_endpoint: is needed here and was not given"],
    },
    Lack {
        of: &[
            "registration",
            "registration_public",
            "registration_post",
            "registration_read",
            "registration_update",
            "registration_delete",
            "registration_refused",
        ],
        because: "it has registration as a part of OpenID Connect alone",
        ends: &["registration_endpoint: is needed here and was not given"],
    },
];

fn provider(base: &str) -> Provider {
    let mut provider = Provider::new("", format!("{base}/authorize"), format!("{base}/token"));
    provider.issuer = Some(base.into());
    provider.introspection = Some(Introspection::new(format!("{base}/introspection")));
    provider.revocation = Some(Revocation::new(format!("{base}/revocation")));
    provider.pushed_authorization_request_endpoint = Some(format!("{base}/par"));
    // It reads id and secret as they stand, up to the first colon.
    provider.dialect.token.basic_encoding = BasicEncoding::None;
    provider.dialect.refresh.basic_encoding = BasicEncoding::None;
    // What it says of a code and of a refresh token that are used up.
    provider.dialect.response.error.invalid_grant.push("invalid_request".into());
    // What it calls the tokens that a client gets for itself.
    provider.dialect.response.token_types.push("access_token".into());
    provider
}
