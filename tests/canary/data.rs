//! The provider's data. It holds no secret but the values of its variables, and an application may print and store it.

use oauth_proto::{
    Introspection, Limits, Provider, Revocation, catalog,
    dialect::{
        Added, AuthorizeStep, CallbackStep, Dialect, ErrorMembers, ExpiryEncoding, Fragment, Kept, OkMember,
        Parameters, Presentation, RefreshAnswer, RefreshStep, Renames, ResponseStep, TokenStep,
    },
    providers::FifthUrls,
};

use crate::{
    endings,
    secrets::VARIABLE,
    shown::Shown,
    stage::{client_with, full_provider},
};

pub fn show(shown: &mut Shown) {
    let provider = full_provider();
    assert!(provider.variables.values().any(|value| value == VARIABLE));
    // As serde writes it, it has its variables: see `by_decision`.
    shown.debug(&provider);
    shown.serialize(&provider_without_variables());
    let mut entry = catalog::get("amiqus").unwrap();
    shown.serialize(&entry);
    entry.provider = provider.clone();
    shown.debug(&entry);
    shown.serialize(&Revocation::new("https://id.example/logout"));
    shown.serialize(&Introspection::new("https://id.example/introspect"));
    shown.serialize(&Limits::default());
    let url = || String::from("https://id.example/");
    let urls = FifthUrls { code_login: url(), implicit_login: url(), token_endpoint: url(), api_origin: url() };
    shown.serialize(&urls);

    let Dialect { authorize, callback, token, refresh, response, presentation, .. } = &provider.dialect;
    shown.serialize::<Dialect>(&provider.dialect);
    shown.serialize::<AuthorizeStep>(authorize);
    shown.serialize::<CallbackStep>(callback);
    shown.serialize::<TokenStep>(token);
    shown.serialize::<RefreshStep>(refresh);
    shown.serialize::<ResponseStep>(response);
    shown.serialize::<Presentation>(presentation);
    shown.serialize::<ErrorMembers>(&response.error);
    shown.serialize::<Parameters>(&token.parameters);
    shown.serialize::<Renames>(&token.parameters.rename);
    shown.serialize(&OkMember::new("ok", true));
    for added in [Added::from(true), Added::from(7), Added::from("{key}")] {
        shown.serialize(&added);
    }
    shown.serialize(&Kept::OneOf(vec!["x".into()]));
    shown.serialize(&Fragment::Route("/login".into()));
    shown.serialize(&Fragment::Suffix("end".into()));
    shown.serialize(&ExpiryEncoding::ConstantSeconds(7));
    shown.serialize(&RefreshAnswer::ExtendsSeconds(7));
    mistakes(shown);
}

fn provider_without_variables() -> Provider {
    let mut provider = full_provider();
    provider.variables.clear();
    provider
}

/// A provider's data that is refused, with a secret in what is wrong; each reason that holds something at least once.
fn mistakes(shown: &mut Shown) {
    let mistakes: Vec<fn(&mut Provider)> = vec![
        |provider| _ = provider.variables.insert("key".into(), format!("{VARIABLE}\n")),
        |provider| _ = provider.variables.insert("key".into(), VARIABLE.repeat(300)),
        |provider| _ = provider.variables.insert("stranger".into(), VARIABLE.into()),
        |provider| _ = provider.variables.insert("scope".into(), VARIABLE.into()),
        |provider| _ = provider.variables.insert("hook".into(), VARIABLE.into()),
        |provider| _ = provider.variables.remove("key"),
        |provider| provider.token_endpoint = Some("https://{key}/token".into()),
        |provider| provider.token_endpoint = Some("https://id.example/{key}".into()),
        |provider| provider.token_endpoint = Some(format!("https://user:{VARIABLE}@id.example/")),
        |provider| provider.token_endpoint = Some(format!("https://id.example/#{VARIABLE}")),
        |provider| provider.token_endpoint = Some(format!("http://id.example/{VARIABLE}")),
        |provider| provider.token_endpoint = Some(format!("https://id.example/{VARIABLE}{{")),
        |provider| provider.token_endpoint = Some("https://id.example/{hook}".into()),
        |provider| _ = provider.dialect.token.headers.insert("X-Key".into(), format!("{VARIABLE}\n")),
        |provider| _ = provider.dialect.token.headers.insert("X-Key".into(), "{key}".repeat(5000)),
        |provider| _ = provider.dialect.token.parameters.add("key", format!("{VARIABLE}{{")),
        |provider| _ = provider.dialect.token.parameters.add("key", format!("{VARIABLE}\u{7}")),
        |provider| _ = provider.dialect.token.parameters.add("code", VARIABLE),
        |provider| _ = provider.dialect.token.parameters.omit("stranger"),
        |provider| provider.dialect.presentation.scheme = Some(format!("{VARIABLE} x")),
        |provider| provider.dialect.presentation.header = format!("{VARIABLE} x"),
        |provider| provider.dialect.response.status = 7,
        |provider| provider.dialect.response.media_types = Some(vec![VARIABLE.into()]),
        |provider| provider.limits.json_depth = 1000,
        |provider| {
            provider.dialect.callback.keep.insert("shop".into(), Kept::DnsLabel);
            provider.token_endpoint = Some("https://{shop}.com/".into());
        },
        |provider| {
            provider.dialect.callback.keep.insert("tenant".into(), Kept::PathSegment);
            provider.token_endpoint = Some("https://id.example/x{tenant}".into());
        },
    ];
    let mut refused = 0;
    for mistake in mistakes {
        let mut provider = full_provider();
        mistake(&mut provider);
        let Err(error) = provider.check() else { continue };
        endings::config(shown, &error);
        refused += 1;
    }
    assert!(refused > 20, "{refused} of these are mistakes");
    let client = client_with(|provider| provider.dialect.callback.implicit_refresh_token = false);
    endings::config(shown, &client.implicit_with_refresh().unwrap_err());
}
