//! Metadata, with secrets in what nobody reads, and where a reader might quote them.

use oauth_proto::{
    Limits, Provider,
    metadata::{Approval, Issuer, MetadataError, Resource, ServerMetadata, Unusable, WellKnown},
};
use serde_json::{Value, json};

use crate::{
    endings,
    secrets::{ACCESS_TOKEN, BODY, CLIENT_SECRET, CODE},
    shown::Shown,
    stage::each_outcome,
    values,
};

const ISSUER: &str = "https://id.example";

pub fn show(shown: &mut Shown) {
    let limits = Limits::default();
    let issuer = Issuer::new(ISSUER).unwrap();
    let resource = Resource::new("https://api.example").unwrap();
    shown.debug(&issuer);
    shown.debug(&resource);
    shown.debug(&WellKnown::default());
    for approval in [Approval::none(), approval()] {
        shown.debug(&approval);
    }
    let (request, fetching) = issuer.metadata(WellKnown::default(), &limits);
    values::request(shown, request);
    shown.state(&fetching);
    let (request, fetching) = resource.metadata(&limits);
    values::request(shown, request);
    shown.state(&fetching);

    // Answers that are meant for others, and some that are not.
    each_outcome(|outcome| {
        error(shown, issuer.metadata(WellKnown::default(), &limits).1.finish(outcome).unwrap_err());
    });
    each_outcome(|outcome| error(shown, resource.metadata(&limits).1.finish(outcome).unwrap_err()));
    let read = |members: Value| ServerMetadata::read(&issuer, members.to_string().as_bytes(), &limits);
    error(shown, read(json!({"issuer": "https://other.example", "token_endpoint": BODY})).unwrap_err());
    error(shown, read(json!({"issuer": ISSUER, "token_endpoint": [BODY]})).unwrap_err());
    let other = format!(r#"{{"resource":"https://other.example","x":"{BODY}"}}"#);
    let other = oauth_proto::metadata::ResourceMetadata::read(&resource, other.as_bytes(), &limits);
    error(shown, other.unwrap_err());
    let own = format!(r#"{{"resource":"https://api.example","resource_name":"{BODY}","{BODY}":"{BODY}"}}"#);
    let own = oauth_proto::metadata::ResourceMetadata::read(&resource, own.as_bytes(), &limits).unwrap();
    shown.state(&own);
    unusable(shown, own.issuer(&approval()).unwrap_err());

    let said = read(json!({
        "issuer": ISSUER, BODY: BODY, "jwks_uri": ACCESS_TOKEN, "scopes_supported": [CODE],
        "mtls_endpoint_aliases": {"token_endpoint": BODY},
    }));
    shown.state(&said.unwrap());
    // A URL may have a secret in its path or its query: the origin is shown, and no more.
    for (member, value) in [
        ("token_endpoint", json!(format!("https://other.example/{BODY}?key={ACCESS_TOKEN}"))),
        ("token_endpoint", json!(format!("https://10.0.0.1/{BODY}"))),
        ("token_endpoint", json!(format!("https://user:{CLIENT_SECRET}@id.example/"))),
        ("token_endpoint", json!(format!("https://id.example/#{BODY}"))),
        ("authorization_endpoint", json!(format!("https://id.example/?state={BODY}"))),
        ("token_endpoint_auth_methods_supported", json!(["private_key_jwt"])),
    ] {
        let said = read(json!({"issuer": ISSUER, member: value})).unwrap();
        unusable(shown, Provider::from_metadata(&said, &Approval::none()).unwrap_err());
    }
    let plain =
        json!({"issuer": ISSUER, "authorization_endpoint": ISSUER, "code_challenge_methods_supported": ["plain"]});
    unusable(shown, Provider::from_metadata(&read(plain).unwrap(), &Approval::none()).unwrap_err());
    let pointer = format!("https://other.example/?key={BODY}");
    unusable(shown, resource.metadata_at(&pointer, &Approval::none(), &limits).unwrap_err());
    unusable(shown, Issuer::new(format!("https://id.example/{BODY}/..")).unwrap_err());
    endings::config(shown, &Approval::none().origin(format!("https://id.example/{BODY}")).unwrap_err());
    endings::config(shown, &Approval::none().ignore(BODY).unwrap_err());
}

fn approval() -> Approval {
    let named = Approval::none().origin("https://id.example.net").unwrap();
    named.ignore("token_endpoint").unwrap().private_addresses().plaintext_on_loopback()
}

fn error(shown: &mut Shown, error: MetadataError) {
    shown.error(&error);
    shown.debug(&error.remedy());
    match &error {
        MetadataError::Answer(fault) => endings::endpoint(shown, fault),
        MetadataError::OtherIssuer(both) | MetadataError::OtherResource(both) => shown.debug(&**both),
        _ => {}
    }
}

fn unusable(shown: &mut Shown, unusable: Unusable) {
    shown.error(&unusable);
    if let Unusable::Invalid(error) = &unusable {
        endings::config(shown, error);
    }
}
