//! Grants beyond RFC 6749: what they present, and what an exchange brings.

use oauth_proto::{
    dialect::BodyFormat,
    extension_grants::{Exchanged, ExtensionGrant, GrantParameters, JwtBearer, SamlBearer, TokenType},
};
use oauth_proto_memory::secrets::{ASSERTION, BODY, IMPORTED_TOKEN, NEW_ACCESS_TOKEN, NEW_REFRESH_TOKEN, PARAMETER};

use super::stage::*;

pub const ALL: &[(&str, fn())] = &[
    ("grants of one's own and assertions, in each body", presented),
    ("assertions that are refused", refused),
    ("what an exchange brings", exchanged),
];

/// More than a list has room for at first.
struct Own;

impl ExtensionGrant for Own {
    const GRANT_TYPE: &'static str = "urn:example:own";

    fn parameters(&self, parameters: &mut GrantParameters) {
        for name in ["a", "b", "c", "d", "e", "f"] {
            parameters.add(name, PARAMETER);
        }
    }
}

fn presented() {
    for body in [BodyFormat::Form, BodyFormat::Json, BodyFormat::Query] {
        let client = client_with(|provider| {
            provider.dialect.token.body = body;
            provider.dialect.token.parameters.add("jti", "{random}");
        });
        drop(client.extension_grant(&Own).unwrap().request(at(0)).unwrap());
        drop(client.extension_grant(&JwtBearer::new(ASSERTION).unwrap()).unwrap().request(at(0)).unwrap());
        drop(client.extension_grant(&SamlBearer::new(BODY).unwrap()).unwrap().request(at(0)).unwrap());
        drop(refreshable(&client).exchange(&client).unwrap().request(at(2)).unwrap());
    }
}

fn refused() {
    JwtBearer::new(text(&[ASSERTION, "\n"]).as_str()).unwrap_err();
    // Base64url of a secret, to the last group, which is none.
    let encoded = base64url(IMPORTED_TOKEN);
    drop(SamlBearer::from_base64url(encoded.as_str()).unwrap());
    SamlBearer::from_base64url(text(&[&encoded, "A"]).as_str()).unwrap_err();
}

fn exchanged() {
    let client = client();
    for token in [text(&[NEW_ACCESS_TOKEN]), with_escape(NEW_ACCESS_TOKEN)] {
        for kind in ["access_token", "saml2", "no kind"] {
            let start = client.token_exchange(IMPORTED_TOKEN.into(), TokenType::JWT).unwrap();
            let start = start.actor(ASSERTION.into(), TokenType::JWT).unwrap();
            let kind = ["\",\"issued_token_type\":\"urn:ietf:params:oauth:token-type:", kind].concat();
            let members = ["{\"access_token\":\"", &token, "\",\"token_type\":\"N_A", &kind];
            let answer = [members.as_slice(), &["\",\"refresh_token\":\"", NEW_REFRESH_TOKEN, "\"}"]].concat();
            match start.request(at(0)).unwrap().1.finish(json(200, &answer)) {
                Ok(Exchanged::Other(issued)) => drop(zeroize::Zeroizing::new(oauth_proto::stored::save(&issued))),
                Ok(Exchanged::AccessToken { .. }) => panic!("it is used as none"),
                Err(_) => assert!(kind.ends_with("no kind")),
            }
        }
    }
}
