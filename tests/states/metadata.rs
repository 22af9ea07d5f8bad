//! Metadata, without a network: what is read of it, and what is made of it. Where it is: `metadata_places`.

use std::time::Duration;

use oauth_proto::{
    Client, ConfigError, Limits, Provider, Remedy,
    dialect::{ClientAuthentication, IssuerParameter},
    error::{AnswerFault, EndpointFault, Reason},
    metadata::{
        Approval, Fetching, Issuer, MetadataError, Resource, ResourceMetadata, ServerMetadata, Unusable, WellKnown,
    },
};
use serde_json::{Value, json};

use crate::scenario::{answer, registration, wire};

const ISSUER: &str = "https://id.example";

fn issuer() -> Issuer {
    Issuer::new(ISSUER).unwrap()
}

fn metadata(members: Value) -> ServerMetadata {
    ServerMetadata::read(&issuer(), with_issuer(members).as_bytes(), &Limits::default()).unwrap()
}

fn with_issuer(mut members: Value) -> String {
    members["issuer"] = ISSUER.into();
    members.to_string()
}

fn provider(members: Value) -> Result<Provider, Unusable> {
    Provider::from_metadata(&metadata(members), &Approval::none())
}

fn reason(unusable: Unusable) -> Reason {
    match unusable {
        Unusable::Invalid(error) => error.reason().clone(),
        other => panic!("{other}"),
    }
}

#[test]
fn a_request_for_metadata_says_nothing_of_who_asks() {
    let mut limits = Limits::default();
    limits.response_bytes = 7;
    let (request, fetching): (_, Fetching<Issuer>) = issuer().metadata(WellKnown::default(), &limits);
    let text = "GET https://id.example/.well-known/oauth-authorization-server\nAccept: application/json\n\n";
    assert_eq!(wire(&request), text);
    let contract = request.contract();
    assert_eq!((contract.origin(), contract.max_response_bytes()), (ISSUER, 7));
    assert!(
        contract.tls_required() && !contract.client_certificate() && contract.deadline() == Duration::from_secs(30)
    );
    let error = fetching.finish(answer(200, r#"{"issuer":"https://id.example"}"#)).unwrap_err();
    assert!(matches!(error, MetadataError::Answer(EndpointFault::Unreadable(AnswerFault::TooLarge))));
}

#[test]
fn an_answer_is_200_and_of_the_issuer_byte_for_byte() {
    let finish = |status, body: &str| {
        let (_request, fetching) = issuer().metadata(WellKnown::default(), &Limits::default());
        fetching.finish(answer(status, body))
    };
    assert!(finish(200, r#"{"issuer":"https://id.example"}"#).is_ok());
    assert!(finish(200, r#"{"\u0069ssuer":"https:\/\/id.example"}"#).is_ok(), "two ways to write one text");
    for status in [201, 204, 206, 301, 302, 400, 401, 404, 500] {
        let error = finish(status, r#"{"issuer":"https://id.example"}"#).unwrap_err();
        assert!(matches!(error, MetadataError::Answer(EndpointFault::Refused(_))), "{status}: {error}");
    }
    for other in ["https://id.example/", "https://ID.example", "https://id.example:443", "", "https://id.exampl"] {
        let error = finish(200, &json!({ "issuer": other }).to_string()).unwrap_err();
        assert!(matches!(error, MetadataError::OtherIssuer(_)), "{other}: {error}");
    }
    let unreadable = |body| match finish(200, body) {
        Err(MetadataError::Answer(EndpointFault::Unreadable(fault))) => fault,
        other => panic!("{body}: {other:?}"),
    };
    assert_eq!(unreadable("{}"), AnswerFault::Missing("issuer"));
    assert_eq!(unreadable(r#"{"issuer":null}"#), AnswerFault::Malformed("issuer"));
    assert_eq!(unreadable(r#"{"issuer":["https://id.example"]}"#), AnswerFault::Malformed("issuer"));
    assert_eq!(unreadable(r#"[{"issuer":"https://id.example"}]"#), AnswerFault::NotAnObject);
    assert_eq!(unreadable(r#"{"issuer":"https://id.example","issuer":"x"}"#), AnswerFault::Repeated);
    let long = format!("{ISSUER}/{}\u{1b}", "a".repeat(500));
    let shown = finish(200, &json!({ "issuer": long }).to_string()).unwrap_err().to_string();
    assert!(shown.len() < 400 && !shown.contains('\u{1b}'), "{shown}");
}

#[test]
fn what_is_read_and_what_is_kept() {
    let said = metadata(json!({
        "scopes_supported": ["read", "write"], "jwks_uri": "not looked at", "token_endpoint": null,
        "require_pushed_authorization_requests": true, "authorization_response_iss_parameter_supported": false,
        "mtls_endpoint_aliases": {"token_endpoint": "https://mtls.id.example/token", "x": null},
        "claims_supported": {"of": ["no", 1, null]},
    }));
    assert_eq!(said.scopes_supported(), Some(&["read".to_owned(), "write".to_owned()][..]));
    assert_eq!((said.jwks_uri(), said.token_endpoint()), (Some("not looked at"), None));
    assert!(said.require_pushed_authorization_requests() && !said.authorization_response_iss_parameter_supported());
    assert_eq!(said.mtls_endpoint_alias("token_endpoint"), Some("https://mtls.id.example/token"));
    assert_eq!((said.mtls_endpoint_alias("x"), said.code_challenge_methods_supported()), (None, None));
    assert_eq!(said.member("claims_supported"), Some(r#"{"of":["no",1,null]}"#));
    assert_eq!((said.member("issuer"), said.member("token_endpoint")), (Some(r#""https://id.example""#), None));
    let again = ServerMetadata::read(&issuer(), said.to_json().as_bytes(), &Limits::default()).unwrap();
    assert_eq!(again, said);
    for (member, value) in [
        ("token_endpoint", json!(42)),
        ("jwks_uri", json!(["https://id.example/jwks"])),
        ("scopes_supported", json!("read")),
        ("grant_types_supported", json!(["authorization_code", 1])),
        ("authorization_response_iss_parameter_supported", json!("true")),
        ("mtls_endpoint_aliases", json!([])),
        ("mtls_endpoint_aliases", json!({"token_endpoint": 1})),
    ] {
        let json = with_issuer(json!({ member: value }));
        let error = ServerMetadata::read(&issuer(), json.as_bytes(), &Limits::default()).unwrap_err();
        let MetadataError::Answer(EndpointFault::Unreadable(fault)) = error else { panic!("{error}") };
        assert_eq!(fault, AnswerFault::Malformed(member));
    }
}

#[test]
fn a_provider_is_what_its_metadata_says() {
    let provider = provider(json!({
        "authorization_endpoint": "https://id.example/authorize?own=1",
        "token_endpoint": "https://ID.example:443/token",
        "device_authorization_endpoint": "https://id.example/device",
        "pushed_authorization_request_endpoint": "https://id.example/par",
        "require_pushed_authorization_requests": true,
        "registration_endpoint": "https://elsewhere.example/register",
        "response_types_supported": ["code id_token", "code"],
        "code_challenge_methods_supported": ["plain", "S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_jwt", "client_secret_post"],
        "authorization_response_iss_parameter_supported": true,
    }))
    .unwrap();
    let mut expected = Provider::new(ISSUER, "https://id.example/authorize?own=1", "https://ID.example:443/token");
    expected.issuer = Some(ISSUER.into());
    expected.device_authorization_endpoint = Some("https://id.example/device".into());
    expected.pushed_authorization_request_endpoint = Some("https://id.example/par".into());
    expected.require_pushed_authorization_requests = true;
    expected.dialect.token.client_authentication = ClientAuthentication::Body;
    expected.dialect.refresh.client_authentication = ClientAuthentication::Body;
    expected.dialect.callback.issuer = IssuerParameter::Required;
    assert_eq!(provider, expected);
    assert_eq!(provider.identity(), ISSUER);
    assert!(!provider.allow_plaintext_on_loopback);
}

#[test]
fn what_is_not_listed_has_the_meaning_of_its_rfc() {
    let endpoints =
        json!({"authorization_endpoint": "https://id.example/authorize", "token_endpoint": "https://id.example/token"});
    let provider = provider(endpoints).unwrap();
    assert_eq!(provider.dialect, Default::default(), "Basic, PKCE, and `iss` where it comes");
    let client = Client::public(provider, registration()).unwrap();
    assert!(client.authorization_code().is_ok());
}

#[test]
fn endpoints_are_checked_by_their_names() {
    let error = |member: &str, url: &str| provider(json!({ member: url })).unwrap_err();
    for member in ["token_endpoint", "authorization_endpoint", "device_authorization_endpoint"] {
        let Unusable::Invalid(refused) = error(member, "http://id.example/x") else { panic!("{member}") };
        assert_eq!((refused.field(), refused.reason()), (member, &Reason::NotHttps));
        let Unusable::NotApproved { member: named, origin } = error(member, "https://id.example:8443/x") else {
            panic!("{member}")
        };
        assert_eq!((named, &*origin), (member, "https://id.example:8443"));
        let Unusable::PrivateAddress { member: named, host } = error(member, "https://[::1]/x") else {
            panic!("{member}")
        };
        assert_eq!((named, &*host), (member, "[::1]"));
    }
    // No text from outside is a template.
    let template = error("token_endpoint", "https://id.example/{client_id} || https://evil.example/");
    assert_eq!(reason(template), Reason::ForbiddenCharacter { at: 19 });
    // The whole is checked too: a query that would say a parameter twice.
    let twice = error("authorization_endpoint", "https://id.example/authorize?state=1");
    assert_eq!(reason(twice), Reason::ReservedName);
}

#[test]
fn what_is_approved_and_what_is_ignored() {
    let origin = |text: &str| Approval::none().origin(text).map_err(|error: ConfigError| error.reason().clone());
    assert!(origin("https://a.example/").is_ok() && origin("http://localhost:8080").is_ok());
    assert_eq!(origin("https://a.example/x"), Err(Reason::ForbiddenCharacter { at: 17 }));
    assert_eq!(origin("https://a.example?x"), Err(Reason::ForbiddenCharacter { at: 17 }));
    assert_eq!(origin("http://a.example"), Err(Reason::NotHttps));
    assert_eq!(origin("https://*.example"), Err(Reason::ForbiddenCharacter { at: 8 }));
    let misspelt = Approval::none().ignore("device_authorisation_endpoint").unwrap_err();
    let Reason::UnknownName { known } = misspelt.reason() else { panic!("{misspelt}") };
    assert!(known.iter().any(|name| **name == *"device_authorization_endpoint"));

    let said = metadata(json!({
        "authorization_endpoint": "https://elsewhere.example/authorize",
        "token_endpoint": "https://id.example/token",
        "code_challenge_methods_supported": ["plain"],
    }));
    assert!(matches!(Provider::from_metadata(&said, &Approval::none()), Err(Unusable::NotApproved { .. })));
    let elsewhere = Approval::none().origin("https://elsewhere.example").unwrap();
    assert!(matches!(Provider::from_metadata(&said, &elsewhere), Err(Unusable::NoS256 { .. })));
    // Who asks for tokens of its own needs neither.
    let without = Approval::none().ignore("authorization_endpoint").unwrap();
    assert_eq!(Provider::from_metadata(&said, &without).unwrap().authorization_endpoint, None);
}

#[test]
fn response_types_say_what_the_authorization_endpoint_is_for() {
    let with = |listed: Value| {
        let endpoint = "https://id.example/authorize";
        let methods = json!(["S256"]);
        let provider = provider(json!({
            "authorization_endpoint": endpoint, "response_types_supported": listed,
            "code_challenge_methods_supported": methods,
        }))
        .unwrap();
        (provider.authorization_endpoint.is_some(), provider.implicit_authorization_endpoint.is_some())
    };
    assert_eq!(with(Value::Null), (true, false));
    assert_eq!(with(json!(["token", "code"])), (true, false), "one for both");
    assert_eq!(with(json!(["token"])), (false, true));
    assert_eq!(with(json!(["code id_token"])), (false, false), "a type is one text");
    assert_eq!(with(json!([])), (false, false));
}

#[test]
fn of_several_servers_the_first_that_is_approved() {
    let resource = Resource::new("https://api.example.com").unwrap();
    let read = |servers: Value| {
        let json = json!({"resource": "https://api.example.com", "authorization_servers": servers}).to_string();
        ResourceMetadata::read(&resource, json.as_bytes(), &Limits::default()).unwrap()
    };
    let said =
        read(json!(["https://10.0.0.1", "https://a.example", "https://b.example/t", "https://api.example.com/as"]));
    let host = "10.0.0.1".into();
    let issuer = |approval: &Approval| said.issuer(approval).map(|issuer| issuer.as_str().to_owned());
    assert_eq!(issuer(&Approval::none()), Ok("https://api.example.com/as".into()), "its own");
    let approval = Approval::none().origin("https://b.example").unwrap();
    assert_eq!(issuer(&approval), Ok("https://b.example/t".into()));
    let private = read(json!(["https://10.0.0.1", "https://a.example"])).issuer(&Approval::none());
    assert_eq!(private, Err(Unusable::PrivateAddress { member: "authorization_servers", host }));
    for none in [json!([]), Value::Null] {
        assert_eq!(read(none).issuer(&approval), Err(Unusable::NoAuthorizationServer));
    }
}

#[test]
fn what_the_errors_say() {
    let authentication = provider(json!({"token_endpoint_auth_methods_supported": ["private_key_jwt", "x\n"]}));
    let words = "`token_endpoint_auth_methods_supported` has none of `client_secret_basic`, `client_secret_post` and `none`, which \
                 are all that this crate has: it has private_key_jwt, x\\n";
    assert_eq!(authentication.unwrap_err().to_string(), words);
    let many = json!({"token_endpoint_auth_methods_supported": vec!["x".repeat(99); 9]});
    let words = provider(many).unwrap_err().to_string();
    assert!(words.len() < 700 && words.ends_with(", …"), "{words}");
    let empty = provider(json!({"token_endpoint_auth_methods_supported": []})).unwrap_err().to_string();
    assert!(empty.ends_with("it is empty"), "{empty}");
    let lost =
        issuer().metadata(WellKnown::default(), &Limits::default()).1.finish(oauth_proto::Outcome::lost("reset"));
    let lost = lost.unwrap_err();
    assert!(lost.to_string().starts_with("the connection was lost; nothing in the request is single use"), "{lost}");
    assert_eq!(lost.remedy(), Remedy::Retry { after: None });
    assert_eq!(std::error::Error::source(&lost).map(ToString::to_string), Some("reset".into()));
    // Nothing is there; the same again would not bring it, and the other place may.
    let (_, fetching) = issuer().metadata(WellKnown::default(), &Limits::default());
    let absent = fetching.finish(crate::scenario::answer(404, "")).unwrap_err();
    assert!(absent.to_string().ends_with("; an issuer may have it at the other `WellKnown`"), "{absent}");
    assert_eq!(absent.remedy(), Remedy::Fix);
}
