//! Grants beyond RFC 6749: what they present, and what an exchange brings that is no access token.

use oauth_proto::{
    Outcome,
    dialect::BodyFormat,
    extension_grants::{Exchanged, ExtensionGrant, GrantParameters, IssuedToken, JwtBearer, SamlBearer, TokenType},
    stored,
};

use crate::{
    endings,
    secrets::{ASSERTION, BODY, IMPORTED_TOKEN, NEW_ACCESS_TOKEN, NEW_REFRESH_TOKEN, PARAMETER, PASSWORD},
    shown::Shown,
    stage::{at, client, client_with, each_outcome, imported, other_client, tokens},
    values,
};

/// What it adds is secret.
struct Own;

impl ExtensionGrant for Own {
    const GRANT_TYPE: &'static str = "urn:example:own";

    fn parameters(&self, parameters: &mut GrantParameters) {
        parameters.add("password", PASSWORD).add("hint", PARAMETER);
    }
}

pub fn show(shown: &mut Shown) {
    presented(shown);
    exchanged(shown);
    refused(shown);
}

fn presented(shown: &mut Shown) {
    let mut parameters = GrantParameters::new();
    Own.parameters(&mut parameters);
    shown.debug(&parameters);
    let (jwt, saml) = (JwtBearer::new(ASSERTION).unwrap(), SamlBearer::new(BODY).unwrap());
    shown.debug(&jwt);
    shown.debug(&saml);
    shown.serialize(&TokenType::JWT);
    for body in [BodyFormat::Form, BodyFormat::Json, BodyFormat::Query] {
        let client = client_with(|provider| provider.dialect.token.body = body);
        let starts = || {
            let own = client.extension_grant(&Own).unwrap();
            [own, client.extension_grant(&jwt).unwrap(), client.extension_grant(&saml).unwrap()]
        };
        starts().iter().for_each(|start| shown.state(start));
        for start in starts() {
            let (request, flight) = start.request(at(0)).unwrap();
            values::request(shown, request);
            shown.state(&flight);
        }
    }
    endings::each(shown, || client().extension_grant(&jwt).unwrap().request(at(0)).unwrap());
}

fn exchange() -> oauth_proto::Unauthorized<oauth_proto::grant::TokenExchange> {
    let start = client().token_exchange(IMPORTED_TOKEN.into(), TokenType::ACCESS_TOKEN).unwrap();
    start.actor(ASSERTION.into(), TokenType::JWT).unwrap()
}

/// An answer of this kind.
fn answer(issued_type: &TokenType, more: &str) -> Outcome {
    tokens(NEW_ACCESS_TOKEN, &format!(r#","issued_token_type":"{}"{more}"#, issued_type.as_str()))
}

/// A token that is no access token, with one that renews it.
pub fn issued_token() -> IssuedToken {
    let more = format!(r#","refresh_token":"{NEW_REFRESH_TOKEN}","expires_in":60,"scope":"read""#);
    let exchanged = exchange().request(at(0)).unwrap().1.finish(answer(&TokenType::SAML2, &more)).unwrap();
    let Exchanged::Other(issued) = exchanged else { panic!("an access token") };
    assert!(stored::save(&issued).contains(NEW_ACCESS_TOKEN));
    issued
}

fn exchanged(shown: &mut Shown) {
    shown.state(&exchange());
    let (request, flight) = exchange().request(at(0)).unwrap();
    values::request(shown, request);
    shown.state(&flight);
    shown.state(&issued_token());
    shown.debug(issued_token().extras());
    for kind in [TokenType::ACCESS_TOKEN, TokenType::SAML2] {
        shown.state(&exchange().request(at(0)).unwrap().1.finish(answer(&kind, "")).unwrap());
    }
    // None of these says what it brings.
    each_outcome(|outcome| {
        let error = exchange().request(at(0)).unwrap().1.finish(outcome).unwrap_err();
        endings::finish(shown, &error);
        shown.state(&error);
    });
    let odd = tokens(NEW_ACCESS_TOKEN, &format!(r#","issued_token_type":"{NEW_REFRESH_TOKEN}""#));
    endings::finish(shown, &exchange().request(at(0)).unwrap().1.finish(odd).unwrap_err());
}

/// What a secret is given to by mistake says nothing of it.
fn refused(shown: &mut Shown) {
    struct Odd(&'static str, String);
    impl ExtensionGrant for Odd {
        const GRANT_TYPE: &'static str = "urn:example:odd";
        fn parameters(&self, parameters: &mut GrantParameters) {
            parameters.add(self.0, self.1.as_str());
        }
    }
    let client = client();
    let own = |name, value: String| client.extension_grant(&Odd(name, value)).unwrap_err();
    endings::config(shown, &own("hint", format!("{PARAMETER}\n")));
    endings::config(shown, &own("scope", PARAMETER.into()));
    endings::config(shown, &JwtBearer::new(format!("{ASSERTION}\n")).unwrap_err());
    endings::config(shown, &SamlBearer::from_base64url(format!("{ASSERTION}=")).unwrap_err());
    endings::config(shown, &TokenType::new(IMPORTED_TOKEN).unwrap_err());
    endings::config(shown, &exchange().actor(IMPORTED_TOKEN.into(), TokenType::JWT).unwrap_err());
    endings::config(shown, &exchange().resource(IMPORTED_TOKEN).unwrap_err());
    endings::config(shown, &exchange().audience(&format!("{PARAMETER}\n")).unwrap_err());
    let token = format!("{IMPORTED_TOKEN}\n").into();
    endings::config(shown, &client.token_exchange(token, TokenType::JWT).unwrap_err());
    let oauth_proto::Standing::Authorized(authorized) = imported(&client).at(at(0)) else { panic!() };
    endings::request(shown, authorized.exchange(&other_client()).unwrap().request(at(0)).unwrap_err());
}
