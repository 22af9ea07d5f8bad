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
    says: &[SAYS],
    lacks: &[LACKS],
};

const SAYS: &[(&str, &str)] = &[
    ("denial", "refused: `access_denied`"),
    ("denial_with_issuer", "refused: `access_denied`"),
    ("wrong_code", "dead: `invalid_grant` 400"),
    ("code_of_another_client", "dead: `invalid_grant` 400"),
    ("code_twice", "dead: `invalid_grant` 400"),
    // The code is forgotten, and with it what it was good for.
    ("tokens_of_a_code_used_twice", "**good**"),
    ("wrong_verifier", "dead: `invalid_grant` 400"),
    ("missing_verifier", "refused: `invalid_request` 400"),
    ("verifier_without_challenge", "refused: `invalid_request` 400"),
    ("other_redirect_uri", "dead: `invalid_grant` 400"),
    ("missing_challenge", "refused: `invalid_request` 400"),
    ("unregistered_redirect_uri", "a page (400)"),
    ("unknown_client_at_login", "a page (400)"),
    ("unknown_scope", "refused: `invalid_scope`"),
    ("unknown_scope_of_the_client", "refused: `invalid_scope` 400"),
    ("wrong_token_endpoint", "refused: no OAuth error 404"),
    ("basic_by_a_post_client", "refused: `invalid_client` 401"),
    ("post_by_a_basic_client", "refused: `invalid_client` 401"),
    ("wrong_secret_basic", "refused: `invalid_client` 401"),
    ("wrong_secret_post", "refused: `invalid_client` 401"),
    ("unknown_client", "refused: `invalid_client` 401"),
    ("implicit_denial", "refused: `access_denied`"),
    // RFC 6749 section 5.2 has `invalid_grant` for it.
    ("wrong_password", "refused: `invalid_request` 400"),
    ("grant_of_another_client", "refused: `unauthorized_client` 400"),
    ("refresh_token_reuse", "dead: `invalid_grant` 400"),
    // Rotation is the library's, and families are the application's.
    ("family_after_reuse", "**taken**"),
    ("wrong_refresh_token", "dead: `invalid_grant` 400"),
    ("refresh_token_of_another_client", "dead: `invalid_grant` 400"),
    ("lost_code_answer", "dead: `invalid_grant` 400"),
    ("lost_refresh_answer", "dead: `invalid_grant` 400"),
    ("device_denial", "refused: `access_denied` 400"),
    ("wrong_device_code", "refused: `invalid_request` 400"),
    ("device_client_unknown", "refused: `invalid_client` 400"),
    ("device_unknown_scope", "refused: `invalid_scope` 400"),
    ("api_wrong_token", "`invalid_token` 401"),
    ("introspection_wrong_secret", "refused: `invalid_client` 401"),
    ("revocation_of_a_refresh_token", "dead: `invalid_grant` 400"),
    ("access_token_after_revocation", "not active"),
    ("revocation_by_another_client", "refused: `invalid_grant` 400; the token lives"),
    ("revocation_wrong_secret", "refused: `invalid_client` 401"),
    ("jwt_bearer_of_nobody", "dead: `invalid_grant` 400"),
    ("token_exchange_of_a_wrong_token", "refused: `unsupported_grant_type` 400"),
];

const LACKS: &[Lack] = &[
    Lack {
        of: &["form_post", "form_post_denial"],
        because: "it does not read `response_mode`",
        ends: &["no form, but"],
    },
    Lack { of: &["long_code"], because: "codes have 48 characters", ends: &["it has 48 characters"] },
    Lack { of: &["code_of_odd_characters"], because: "codes are letters and digits", ends: &["a code like"] },
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
        of: &["asking"],
        because: "it reads neither `resource` nor `authorization_details`",
        ends: &["the audience is []", "expected Err(error), found Ok", "a refusal was due", "no details came back"],
    },
    Lack {
        of: &["api_insufficient_scope"],
        because: "its 403 has no `WWW-Authenticate`",
        ends: &["expected Challenged::InsufficientScope"],
    },
    Lack { of: &["openid_configuration"], because: "it is set up without OpenID Connect", ends: &["(status 404)"] },
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
        because: "registration is left to the application, and not set up",
        ends: &["registration_endpoint: is needed here and was not given"],
    },
    Lack {
        of: &["token_exchange", "token_exchange_for_an_unknown_audience"],
        because: "it has no token exchange",
        ends: &["client_id=exchange"],
    },
];

fn provider(base: &str) -> Provider {
    let mut provider = Provider::new("", format!("{base}/authorize"), format!("{base}/token"));
    provider.issuer = Some(base.into());
    provider.device_authorization_endpoint = Some(format!("{base}/device_authorization"));
    provider.introspection = Some(Introspection::new(format!("{base}/introspection")));
    provider.revocation = Some(Revocation::new(format!("{base}/revocation")));
    provider.checks.insert("read".into(), format!("{base}/api"));
    // The tokens of the implicit grant come in the fragment, and `iss` beside them in the query.
    provider.dialect.callback.tokens = TokenPlace::FragmentOrQuery;
    provider
}
