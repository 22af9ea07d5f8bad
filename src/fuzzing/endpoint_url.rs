//! Invariant: a token goes to the origins that the provider's data names and nowhere else, and no value from outside
//! leaves its place in a URL.

use url::{Origin, Url};

use super::{
    claims,
    input::{Input, Mode, open},
    scene::{self, ACCESS, CODE, STATE, at},
    urls,
};
use crate::{
    AnyClient, Authorized, Callback, Provider, Refreshable,
    dialect::{Kept, Presentation},
};

/// See the invariant on the first line.
pub fn endpoint_url(data: &[u8]) {
    match open(data) {
        Mode::Raw(bytes) => {
            let text = String::from_utf8_lossy(bytes);
            let mut lines = text.split('\n');
            let url = lines.next().unwrap_or_default();
            shown_to(scene::provider(), url);
            endpoint(url, lines.next().unwrap_or_default());
        }
        Mode::Built(mut input) => match input.byte() & 3 {
            0 => {
                let mut provider = scene::provider();
                if input.byte() & 1 == 0 {
                    provider.dialect.presentation.query_parameter = Some(input.pick(["access_token", "a", "c"]).into());
                }
                if input.byte() & 1 == 0 {
                    provider.allow_plaintext_on_loopback = true;
                    provider = provider.api_origin(urls::url(&mut input));
                }
                shown_to(provider, &urls::url(&mut input));
            }
            1 => endpoint(&urls::url(&mut input), &urls::url(&mut input)),
            _ => from_outside(&mut input),
        },
    }
}

/// Shows a token to `url`.
fn shown_to(provider: Provider, url: &str) {
    let origins: Vec<Origin> = provider
        .api_origins
        .iter()
        .chain(provider.checks.values())
        .filter_map(|origin| Some(Url::parse(origin).ok()?.origin()))
        .collect();
    let presentation = provider.dialect.presentation.clone();
    let Some(client) = scene::client(provider) else { return };
    present(&client, &scene::refreshable(&client), url, &origins, &presentation);
}

fn present(
    client: &AnyClient,
    authorized: &Authorized<Refreshable>,
    url: &str,
    origins: &[Origin],
    presentation: &Presentation,
) {
    let to = Url::parse(url).map(|url| url.origin());
    match authorized.header_for(client, url) {
        Ok(header) => {
            claims::header(header.name(), header.expose_value());
            assert!(to.is_ok_and(|to| origins.contains(&to)), "a token is shown to another: {url:?}");
        }
        Err(error) => claims::shown(&error.to_string(), &[ACCESS]),
    }
    if let Ok(with_token) = authorized.url_for(client, url) {
        let with_token = with_token.expose();
        let parsed = claims::must(Url::parse(with_token), "the URL with the token in it is one");
        assert!(origins.contains(&parsed.origin()), "a token is shown to another: {with_token:?}");
        assert!(with_token.starts_with(url), "the URL is another: {with_token:?}");
        let name = presentation.query_parameter.as_deref().unwrap_or_default();
        let tokens: Vec<_> = parsed.query_pairs().filter(|(each, _)| each == name).map(|(_, value)| value).collect();
        assert_eq!(tokens, [ACCESS], "the token is there once");
    }
}

/// A URL that is accepted has its requests sent to the origin that another reader sees.
fn endpoint(token: &str, authorize: &str) {
    let mut provider = scene::provider();
    provider.token_endpoint = Some(token.into());
    provider.authorization_endpoint = Some(authorize.into());
    provider.allow_plaintext_on_loopback = true;
    match provider.check() {
        Ok(()) => {}
        Err(error) => return claims::shown(&error.to_string(), &[]),
    }
    let Some(client) = scene::client(provider) else { return };
    let Ok(start) = client.authorization_code() else { return };
    let (url, awaiting) = start.authorize(scene::entropy(), at(0));
    assert!(url.as_str().bytes().all(|byte| byte.is_ascii_graphic()), "{url:?}");
    let parsed = claims::must(Url::parse(url.as_str()), "the authorization URL is one");
    assert!(parsed.query_pairs().any(|(name, value)| name == "state" && value == STATE));
    let callback = format!("code={CODE}&state={STATE}");
    let (request, _) = claims::must(awaiting.receive(&client, Callback::query(&callback), at(1)), "a code is received");
    let own: Vec<String> = crate::vocabulary::query_names(token).map(std::borrow::Cow::into_owned).collect();
    claims::request(&request, &own);
    let secure = request.url().get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"));
    let host = claims::must(Url::parse(request.url()), "a URL");
    let loopback = match host.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    assert!(secure || loopback, "a code is sent in clear: {}", request.url());
}

/// Templates that values from the callback and from the answer are filled into.
fn from_outside(input: &mut Input<'_>) {
    let mut provider = scene::provider();
    let whole = ["https://eu.example.com", "https://us.example.com:8443"];
    provider.dialect.callback.keep = [
        ("label".to_owned(), Kept::DnsLabel),
        ("segment".to_owned(), Kept::PathSegment),
        ("whole".to_owned(), Kept::OneOf(whole.map(String::from).into())),
        ("text".to_owned(), Kept::Text),
    ]
    .into();
    provider.dialect.response.keep = vec!["told".into()];
    let template = match input.byte() & 3 {
        0 => urls::template(input),
        1 => "https://{label}.example.com/{segment}/token".into(),
        2 => "{whole}/token".into(),
        _ => "https://a.{label}.example.com:8443/t?x=1".into(),
    };
    provider.token_endpoint = Some(template.clone());
    provider.api_origins = vec![
        input
            .pick(["https://{told}.example.com", "https://{label}.example.com", "{whole}", "https://api.example"])
            .into(),
    ];
    (provider.follow_up_endpoint, provider.dialect.follow_up) = (None, None);
    let Some(client) = scene::client(provider) else { return };
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("code", CODE).append_pair("state", STATE);
    for name in ["label", "segment", "whole", "text"] {
        let value = match input.byte() & 3 {
            0 => input.text(12),
            1 => input
                .pick([
                    "..",
                    ".",
                    "evil.example/",
                    "a/../..",
                    "a?b",
                    "a#",
                    "%2e%2e",
                    "@evil",
                    "xn--a",
                    "",
                    "a.b",
                    "1",
                    "a:1",
                ])
                .into(),
            2 => input.pick([whole.first().copied().unwrap_or_default(), "https://eu.example.com.evil.example"]).into(),
            _ => "bakery".to_owned(),
        };
        query.append_pair(name, &value);
    }
    let awaiting = scene::awaiting_code(&client);
    let Ok((request, flight)) = awaiting.receive(&client, Callback::query(&query.finish()), at(1)) else { return };
    claims::request(
        &request,
        &crate::vocabulary::query_names(request.url()).map(|name| name.into_owned()).collect::<Vec<_>>(),
    );
    let url = claims::must(Url::parse(request.url()), "a URL");
    if !template.contains("{whole}") {
        same_shape(&template, &url);
    } else if template.starts_with("{whole}/") {
        assert!(whole.iter().any(|origin| url.as_str().starts_with(&format!("{origin}/"))), "{url}");
    }
    let told = serde_json::Value::from(input.pick(["team", "evil.example/", "a.b", "..", "xn--a", "a@b"]));
    let body = format!(r#"{{"access_token":"{ACCESS}","token_type":"Bearer","refresh_token":"r","told":{told}}}"#);
    if let Ok(crate::Granted::Refreshable(authorized)) = flight.finish(scene::answer(&body)) {
        for url in [
            "https://team.example.com/",
            "https://evil.example/",
            "https://evil.example/.example.com/",
            "https://bakery.example.com/",
            "https://a.b.example.com/",
        ] {
            let foreign = url.contains("evil") || url.contains("a.b");
            let shown = authorized.header_for(&client, url).is_ok();
            assert!(!(foreign && shown), "a token is shown to {url} by what the answer said: {told}");
        }
    }
}

/// The host has as many labels, and the path as many segments, as the template; and what is no variable is the same.
fn same_shape(template: &str, url: &Url) {
    let Some(template) = template.split(" || ").find(|each| url.as_str().len() >= each.len() / 4) else { return };
    let Some((authority, path)) = template.strip_prefix("https://").and_then(|rest| rest.split_once('/')) else {
        return;
    };
    if template.contains(['?', '#', '%'])
        || template.contains("{{")
        || template.contains("}}")
        || template.contains("||")
    {
        return;
    }
    let host = authority.split(':').next().unwrap_or_default();
    let found = url.host_str().unwrap_or_default();
    let fits = |(own, found): (&str, &str)| own.contains('{') || own.eq_ignore_ascii_case(found);
    assert_eq!(host.split('.').count(), found.split('.').count(), "{template}: {url}");
    assert!(host.split('.').zip(found.split('.')).all(fits), "{template}: {url}");
    let found = url.path().trim_start_matches('/');
    if !path.contains("//") && !path.split('/').any(|segment| segment == "." || segment == "..") {
        assert_eq!(path.trim_start_matches('/').split('/').count(), found.split('/').count(), "{template}: {url}");
    }
}
