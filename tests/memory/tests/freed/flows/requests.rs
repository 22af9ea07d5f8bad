//! Requests in each format, by each proof of the client, and what HTTP libraries are given of them.

use oauth_proto::{
    Client, RedirectUri, Registration, Scope,
    dialect::{BasicEncoding, BodyFormat, ClientAuthentication, Parameters, TokenForm},
};
use oauth_proto_memory::secrets::{self, CLIENT_SECRET, PASSWORD, USERNAME};

use super::stage::*;

pub const ALL: &[(&str, fn())] = &[
    ("each body, and each proof of the client", each_format),
    ("some parameters in the query", some_in_query),
    ("the types of the `http` crate", as_http),
    ("a token as a Basic user", basic_user),
    ("a token in the URL", in_url),
];

fn each_format() {
    for body in [BodyFormat::Form, BodyFormat::Json, BodyFormat::Query] {
        for proof in [
            ClientAuthentication::Basic,
            ClientAuthentication::Body,
            ClientAuthentication::BasicAndBody,
            ClientAuthentication::BasicAndClientId,
            ClientAuthentication::SecretAsBasicUser,
            ClientAuthentication::None,
        ] {
            for encoding in [BasicEncoding::Form, BasicEncoding::None] {
                let client = client_with(|provider| {
                    let (token, refresh) = (&mut provider.dialect.token, &mut provider.dialect.refresh);
                    (token.body, token.client_authentication, token.basic_encoding) = (body, proof, encoding);
                    (refresh.body, refresh.client_authentication, refresh.basic_encoding) = (body, proof, encoding);
                    // What a JSON writer does not know the length of.
                    for parameters in [&mut token.parameters, &mut refresh.parameters] {
                        let _: &mut Parameters = parameters.add("number", 7).add("truth", true).add("word", "a\"\\");
                    }
                });
                drop(client.password().unwrap().request(USERNAME, &PASSWORD.into(), at(0)).unwrap());
                drop(code_in_flight(&client).0.into_parts());
                drop(refreshable(&client).refresh(&client, at(2)).unwrap());
            }
        }
    }
}

fn some_in_query() {
    let client = client_with(|provider| {
        provider.dialect.token.parameters.in_query.extend(["client_id", "grant_type"].map(String::from));
        provider.dialect.token.body = BodyFormat::Query;
        provider.dialect.token.client_authentication = ClientAuthentication::Body;
    });
    drop(client.password().unwrap().request(USERNAME, &PASSWORD.into(), at(0)).unwrap());
}

fn as_http() {
    for body in [BodyFormat::Form, BodyFormat::Query] {
        let client = client_with(|provider| provider.dialect.token.body = body);
        let request = http::Request::<Vec<u8>>::try_from(code_in_flight(&client).0).unwrap();
        let (_, body) = request.into_parts();
        drop(zeroize::Zeroizing::new(body));
    }
}

/// What the `http` crate refuses is wiped, as what is dropped: no list excuses it.
pub const REFUSED: &[(&str, fn())] = &[("what the `http` crate cannot hold", too_long)];

fn too_long() {
    // Longer than the 64 KiB that a `Uri` holds: each of these characters becomes three. The secrets stand in the body beside
    // it, or in the URL itself.
    let long = |length| "/".repeat(length);
    for body in [BodyFormat::Form, BodyFormat::Query] {
        let mut provider = provider();
        provider.token_endpoint = Some(format!("https://id.example{}", long(8000)));
        provider.authorization_endpoint = provider.token_endpoint.clone();
        provider.dialect.token.body = body;
        provider.dialect.token.client_authentication = ClientAuthentication::Body;
        provider.dialect.token.parameters.in_query.extend(["client_id", "scope"].map(String::from));
        provider.dialect.authorize.scope_separator = long(15);
        let scope = Scope::new((0..250).map(|number| format!("{}{number}", long(60)))).unwrap();
        let registration = Registration::new(long(1000)).unwrap().scope(scope);
        let registration = registration.redirect_uri(RedirectUri::new("https://app.example/cb").unwrap());
        let client = Client::confidential(provider, registration, CLIENT_SECRET.into()).unwrap();

        let (request, _flight) = client.password().unwrap().request(USERNAME, &PASSWORD.into(), at(0)).unwrap();
        assert!(request.url().len() > 65_535, "{}", request.url().len());
        assert!(http::Request::<Vec<u8>>::try_from(request).is_err());
        let (url, _awaiting) = client.authorization_code().unwrap().authorize(secrets::entropy(), at(0));
        assert!(url.as_str().len() > 65_535, "{}", url.as_str().len());
        assert!(http::Uri::try_from(url).is_err());
    }
}

fn basic_user() {
    let client = client_with(|provider| {
        provider.dialect.presentation.scheme = Some("Basic".into());
        provider.dialect.presentation.form = TokenForm::BasicUser;
    });
    drop(refreshable(&client).header_for(&client, "https://api.example/me").unwrap());
}

fn in_url() {
    let client = client_with(|provider| {
        provider.dialect.presentation.query_parameter = Some("access_token".into());
        provider.checks.insert("me".into(), "https://id.example/me?lang=en".into());
    });
    let authorized = refreshable(&client);
    drop(authorized.url_for(&client, "https://api.example/me?lang=en").unwrap());
    drop(authorized.check(&client, "me").unwrap());
}
