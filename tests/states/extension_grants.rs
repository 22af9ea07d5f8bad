//! Extension grants before anything is sent: what goes out, and what is refused.

use oauth_proto::{
    Confidential, ConfigError, InDoubt, Intent, Provider, Remedy, Scope, Secret,
    dialect::BodyFormat,
    error::{Mismatch, Reason, RequestFault},
    extension_grants::{ExtensionGrant, GrantParameters, JwtBearer, SamlBearer, TokenType},
    grant::{Extension, TokenExchange},
    stored,
};

use crate::scenario::{BASIC, Scenario, at, wire};

/// A grant that adds just these.
struct With<'a>(&'a [(&'static str, &'a str)]);

impl ExtensionGrant for With<'_> {
    const GRANT_TYPE: &'static str = "urn:example:with";

    fn parameters(&self, parameters: &mut GrantParameters) {
        for (name, value) in self.0 {
            parameters.add(*name, *value);
        }
    }
}

/// One of this grant type.
macro_rules! of_type {
    ($scenario:expr, $begin:ident, $grant_type:expr) => {{
        struct OfType;
        impl ExtensionGrant for OfType {
            const GRANT_TYPE: &'static str = $grant_type;
            fn parameters(&self, _: &mut GrantParameters) {}
        }
        $scenario.client.$begin(&OfType).map(drop).map_err(refused)
    }};
}

fn refused(error: ConfigError) -> (String, Reason) {
    (error.field().to_owned(), error.reason().clone())
}

fn body(scenario: &Scenario<Confidential>, grant: &impl ExtensionGrant) -> String {
    let (request, _) = scenario.client.extension_grant(grant).unwrap().request(at(0)).unwrap();
    std::str::from_utf8(request.expose_body()).unwrap().to_owned()
}

#[test]
fn the_request_as_it_stands_on_the_wire() {
    let head = format!(
        "POST https://id.example/token\nContent-Type: application/x-www-form-urlencoded\nAccept: application/json\n\
         Authorization: {BASIC}\n\n"
    );
    let scenario = Scenario::new();
    let grant = With(&[("b", "1 2"), ("a", "\u{e4}&=+%")]);
    let (request, flight) = scenario.client.extension_grant(&grant).unwrap().request(at(7)).unwrap();
    let rest = "grant_type=urn%3Aexample%3Awith&scope=read+write&b=1+2&a=%C3%A4%26%3D%2B%25";
    assert_eq!(wire(&request), format!("{head}{rest}"));
    assert_eq!(flight.sent_at(), at(7));

    let start = scenario.client.token_exchange("S1".into(), TokenType::JWT).unwrap();
    let start = start.actor("T1".into(), TokenType::ID_TOKEN).unwrap().scope(Scope::default());
    let start = start.requested_token_type(TokenType::SAML1).unwrap().audience("a b").unwrap();
    let start = start.resource("https://backend.example/").unwrap();
    let start = start.requested_token_type(TokenType::SAML2).unwrap(); // another one, in its place
    let rest = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange\
                &subject_token=S1&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt\
                &actor_token=T1&actor_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aid_token\
                &audience=a+b&requested_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Asaml2\
                &resource=https%3A%2F%2Fbackend.example%2F";
    assert_eq!(wire(&start.request(at(0)).unwrap().0), format!("{head}{rest}"));

    let public = Scenario::public();
    let grant = JwtBearer::new("e30.e30.c2ln").unwrap();
    let (request, _) = public.client.extension_grant(&grant).unwrap().scope(Scope::default()).request(at(0)).unwrap();
    assert!(wire(&request).ends_with(
        "\n\ngrant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&client_id=app&assertion=e30.e30.c2ln"
    ));
}

#[test]
fn grant_types_that_are_refused() {
    let scenario = Scenario::new();
    let error = |reason| Err(("grant_type".to_owned(), reason));
    assert_eq!(of_type!(scenario, extension_grant, "urn:example:own"), Ok(()));
    assert_eq!(of_type!(scenario, extension_grant, "https://id.example/own?v=1"), Ok(()));
    assert_eq!(of_type!(scenario, extension_grant, "x+y-1.z:a"), Ok(()));
    assert_eq!(of_type!(scenario, extension_grant, ""), error(Reason::Empty));
    assert_eq!(of_type!(scenario, extension_grant, "password"), error(Reason::NotAUri));
    assert_eq!(of_type!(scenario, extension_grant, "urn:"), error(Reason::NotAUri));
    assert_eq!(of_type!(scenario, extension_grant, ":own"), error(Reason::NotAUri));
    assert_eq!(of_type!(scenario, extension_grant, "7n:own"), error(Reason::NotAUri));
    assert_eq!(of_type!(scenario, extension_grant, "u_n:own"), error(Reason::NotAUri));
    assert_eq!(of_type!(scenario, extension_grant, "//id.example/own"), error(Reason::NotAUri));
    assert_eq!(of_type!(scenario, extension_grant, "urn:example#own"), error(Reason::HasFragment));
    assert_eq!(of_type!(scenario, extension_grant, "urn:my own"), error(Reason::ForbiddenCharacter { at: 6 }));
    assert_eq!(of_type!(scenario, extension_grant, "urn:\u{e4}"), error(Reason::ForbiddenCharacter { at: 4 }));

    // A server that names its grant against RFC 6749 section 4.5.
    assert_eq!(of_type!(scenario, extension_grant_of_a_plain_name, "delegation"), Ok(()));
    assert_eq!(of_type!(scenario, extension_grant_of_a_plain_name, "x-1_2.3"), Ok(()));
    assert_eq!(of_type!(scenario, extension_grant_of_a_plain_name, ""), error(Reason::Empty));
    let colon = error(Reason::ForbiddenCharacter { at: 3 });
    assert_eq!(of_type!(scenario, extension_grant_of_a_plain_name, "urn:example:own"), colon);
    for outcome in [
        of_type!(scenario, extension_grant_of_a_plain_name, "authorization_code"),
        of_type!(scenario, extension_grant_of_a_plain_name, "password"),
        of_type!(scenario, extension_grant_of_a_plain_name, "client_credentials"),
        of_type!(scenario, extension_grant_of_a_plain_name, "refresh_token"),
    ] {
        assert_eq!(outcome, error(Reason::ReservedName));
    }
}

#[test]
fn parameters_that_are_refused() {
    let scenario = Scenario::with(|provider| {
        provider.token_endpoint = Some("https://id.example/token?tenant=7&audience=x".into());
        provider.dialect.token.parameters.rename("scope", "scopes").rename("client_id", "cid").add("api", "2");
    });
    let with = |parameters: &[(&'static str, &str)]| {
        scenario.client.extension_grant(&With(parameters)).map(drop).map_err(refused)
    };
    let error = |name: &str, reason| Err((format!("parameters.{name}"), reason));
    assert_eq!(with(&[]), Ok(()));
    // What other grants of RFC 6749 send, this one may: a server's own grant with a user's name, for instance.
    assert_eq!(with(&[("username", "ada"), ("password", "pa55"), ("code", "c")]), Ok(()));
    for name in [
        "grant_type",
        "scope",
        "scopes",
        "client_id",
        "cid",
        "client_secret",
        "client_assertion",
        "client_assertion_type",
        "resource",
        "authorization_details",
        "api",
    ] {
        assert_eq!(with(&[("x", "1"), (name, "1")]), error(name, Reason::ReservedName), "{name}");
    }
    assert_eq!(with(&[("", "1")]), error("", Reason::Empty));
    assert_eq!(with(&[("a", "")]), error("a", Reason::Empty));
    assert_eq!(with(&[("a b", "1")]), error("a b", Reason::ForbiddenCharacter { at: 1 }));
    assert_eq!(with(&[("a\n", "1")]), error("a\\n", Reason::ForbiddenCharacter { at: 1 }));
    assert_eq!(with(&[("a", "1\r\n")]), error("a", Reason::ForbiddenCharacter { at: 1 }));
    assert_eq!(with(&[("a", "1"), ("b", "1"), ("a", "2")]), error("a", Reason::Repeated));
    // What stands in the endpoint's own query is there already.
    assert_eq!(with(&[("tenant", "8")]), error("tenant", Reason::Repeated));
    assert_eq!(with(&[("audience", "y")]), error("audience", Reason::Repeated));

    // An object has each name once (RFC 8259 section 4); a query may have two.
    let two = With(&[("audience", "1"), ("b", "1"), ("audience", "2")]);
    for (format, expected) in [
        (BodyFormat::Form, Ok(())),
        (BodyFormat::Query, Ok(())),
        (BodyFormat::Json, error("audience", Reason::Repeated)),
    ] {
        let scenario = Scenario::with(|provider| provider.dialect.token.body = format);
        assert_eq!(scenario.client.extension_grant(&two).map(drop).map_err(refused), expected);
    }
    let json = Scenario::with(|provider| provider.dialect.token.body = BodyFormat::Json);
    let expected = r#"{"grant_type":"urn:example:with","scope":"read write","a":"\""}"#;
    assert_eq!(body(&json, &With(&[("a", "\"")])), expected);
}

#[test]
fn assertions_that_are_refused() {
    let error = |reason| Err(("assertion".to_owned(), reason));
    let jwt = |text: &str| JwtBearer::new(text).map(drop).map_err(refused);
    assert_eq!(jwt("eyJ-_9.e30.c2ln"), Ok(()));
    assert_eq!(jwt("a.b.c.d.e"), Ok(()), "one that is encrypted");
    assert_eq!(jwt(""), error(Reason::Empty));
    assert_eq!(jwt("e30.e30.c2ln\n"), error(Reason::ForbiddenCharacter { at: 12 }));
    assert_eq!(jwt("e30=.e30.c2ln"), error(Reason::ForbiddenCharacter { at: 3 }));
    assert_eq!(SamlBearer::new("").map(drop).map_err(refused), error(Reason::Empty));
    let saml = |text: &str| SamlBearer::from_base64url(text).map(drop).map_err(refused);
    assert_eq!(saml("PEEvPg"), Ok(()));
    assert_eq!(saml(""), error(Reason::Empty));
    assert_eq!(saml("PEEvPg=="), error(Reason::ForbiddenCharacter { at: 6 }));
    assert_eq!(saml("PEEv+g"), error(Reason::ForbiddenCharacter { at: 4 }), "the alphabet of the bindings");
    assert_eq!(saml("PEEv\nPg"), error(Reason::ForbiddenCharacter { at: 4 }));
    // RFC 7522 section 2.1: the padding bits are zero.
    assert_eq!(saml("PEEvPh"), error(Reason::NotBase64Url));
    assert_eq!(saml("PEEvP"), error(Reason::NotBase64Url));

    let scenario = Scenario::new();
    let grant_type = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Asaml2-bearer&scope=read+write";
    let expected = format!("{grant_type}&assertion=PEEvPg");
    assert_eq!(body(&scenario, &SamlBearer::new("<A/>").unwrap()), expected);
    assert_eq!(body(&scenario, &SamlBearer::from_base64url("PEEvPg").unwrap()), expected);
}

#[test]
fn what_an_exchange_may_not_ask_for() {
    let scenario = Scenario::new();
    let start = || scenario.client.token_exchange("S1".into(), TokenType::JWT).unwrap();
    let subject = |text: String| {
        let start = scenario.client.token_exchange(text.into(), TokenType::JWT);
        start.map(drop).map_err(refused)
    };
    let long = Reason::WrongLength { min: 1, max: 65536 };
    let error = |name: &str, reason| Err((name.to_owned(), reason));
    assert_eq!(subject("s".repeat(65536)), Ok(()));
    assert_eq!(subject("s".repeat(65537)), error("subject_token", long.clone()));
    assert_eq!(subject(String::new()), error("subject_token", Reason::Empty));
    assert_eq!(subject("s\n".into()), error("subject_token", Reason::ForbiddenCharacter { at: 1 }));
    let actor = |text: &str| start().actor(text.into(), TokenType::JWT).map(drop).map_err(refused);
    assert_eq!(actor("\u{e4}"), error("actor_token", Reason::ForbiddenCharacter { at: 0 }));
    let two = start().actor("T1".into(), TokenType::JWT).unwrap().actor("T2".into(), TokenType::JWT);
    assert_eq!(two.map(drop).map_err(refused), error("parameters.actor_token", Reason::Repeated));

    assert_eq!(start().audience("").map(drop).map_err(refused), error("parameters.audience", Reason::Empty));

    let token_type = |uri: String| TokenType::new(uri).map(drop).map_err(refused);
    let uri = |length: usize| format!("urn:{}", "a".repeat(length - 4));
    assert_eq!(token_type(uri(1024)), Ok(()));
    assert_eq!(token_type(uri(1025)), error("token_type", Reason::WrongLength { min: 1, max: 1024 }));
    assert_eq!(token_type("jwt".into()), error("token_type", Reason::NotAUri));

    // A dialect that adds one of its parameters.
    let scenario = Scenario::with(|provider| _ = provider.dialect.token.parameters.add("subject_token", "x"));
    let start = scenario.client.token_exchange("S1".into(), TokenType::JWT);
    assert_eq!(start.map(drop).map_err(refused), error("parameters.subject_token", Reason::ReservedName));
}

#[test]
fn a_provider_that_cannot_be_asked_is_told_at_once() {
    let starts = |tweak: fn(&mut Provider)| {
        let client = Scenario::with(tweak).client;
        let own = client.extension_grant(&With(&[])).map(drop).map_err(refused);
        let exchange = client.token_exchange("S1".into(), TokenType::JWT).map(drop).map_err(refused);
        assert_eq!(own, exchange);
        own
    };
    let missing = Err(("token_endpoint".to_owned(), Reason::Missing));
    assert_eq!(starts(|provider| provider.token_endpoint = None), missing);
    // RFC 6749 section 4.5: the grant type alone says which grant it is.
    let unnamed = Err(("dialect.token.parameters.omit.grant_type".to_owned(), Reason::NotOmittable));
    assert_eq!(starts(|provider| _ = provider.dialect.token.parameters.omit("grant_type")), unnamed);
    assert_eq!(starts(|provider| _ = provider.dialect.token.parameters.rename("grant_type", "grant")), Ok(()));
}

#[test]
fn a_request_that_cannot_be_made_hands_the_intent_back() {
    let random = |provider: &mut Provider| _ = provider.dialect.token.parameters.add("jti", "{random}");
    let public = Scenario::public_with(random).client;
    let error = public.extension_grant(&With(&[("a", "1")])).unwrap().request(at(0)).unwrap_err();
    assert_eq!((error.fault(), error.remedy()), (RequestFault::NotBound, Remedy::LogIn));
    let intent: Intent = error.into_origin();
    assert_eq!(intent.scope().as_str(), "read write");

    // With a secret there is something to make it of: new with each parameter, and with each instant.
    let scenario = Scenario::with(random);
    let one = body(&scenario, &With(&[("a", "1"), ("b", "1"), ("c", "1")]));
    let other = body(&scenario, &With(&[("a", "1"), ("b", "1"), ("c", "2")]));
    let jti = |body: &str| body.rsplit_once("&jti=").unwrap().1.to_owned();
    assert_eq!(jti(&one).len(), 43);
    assert_ne!(jti(&one), jti(&other));
    assert_eq!(one, body(&scenario, &With(&[("a", "1"), ("b", "1"), ("c", "1")])));

    let foreign = Scenario::with(|provider| provider.name = "elsewhere".into()).client;
    let error = scenario.refreshable().exchange(&foreign).unwrap().request(at(0)).unwrap_err();
    assert_eq!((error.fault(), error.remedy()), (RequestFault::WrongClient(Mismatch::Server), Remedy::Fix));
}

#[test]
fn no_state_keeps_what_was_presented() {
    let scenario = Scenario::with(|provider| _ = provider.dialect.token.parameters.omit("scope"));
    let secret = "S3cr3t.e30.c2ln";
    let start = scenario.client.extension_grant(&JwtBearer::new(secret).unwrap()).unwrap();
    assert!(!format!("{start:?}").contains(secret));
    let (_, flight) = start.request(at(0)).unwrap();
    let journal = r#"{"kind":"in_flight/extension/1","origin":{"server":"example","client_id":"app","redirect_uri":"https://app.example/cb"},"sent_at":1800000000000}"#;
    assert_eq!(stored::save(&flight), journal, "what was not asked for is not kept either");
    let in_doubt: InDoubt<Extension> = stored::load(journal.as_bytes()).unwrap();
    assert_eq!(
        in_doubt.assume_unspent(),
        stored::load::<InDoubt<Extension>>(journal.as_bytes()).unwrap().assume_spent()
    );

    let start = scenario.client.token_exchange(secret.into(), TokenType::JWT).unwrap();
    let start = start.actor(Secret::from("4ct0r"), TokenType::JWT).unwrap();
    let (_, flight) = start.request(at(0)).unwrap();
    assert_eq!(stored::save(&flight), journal.replace("extension", "token_exchange"));
    let error = stored::load::<InDoubt<TokenExchange>>(journal.as_bytes()).unwrap_err().to_string();
    assert_eq!(
        error,
        "kind: expected `in_flight/token_exchange/1`, found `in_flight/extension/1`; load it as the state of that tag (`stored::kind`), or by the release that wrote it"
    );
}
