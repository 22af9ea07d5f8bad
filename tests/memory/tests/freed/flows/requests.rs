//! Requests in each format, by each proof of the client, and what HTTP libraries are given of them.

use oauth_proto::dialect::{BasicEncoding, BodyFormat, ClientAuthentication, Parameters, TokenForm};
use oauth_proto_memory::secrets::{PASSWORD, USERNAME};

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
