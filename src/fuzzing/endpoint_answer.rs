//! Invariant: a token's state is what stands in the answer, and of one that is not active nothing more; a revocation is
//! done by a 2xx alone, and else hands the tokens back; a check says no by a 401 alone.

use std::{collections::BTreeSet, ops::RangeInclusive};

use serde_json::Value;

use super::{
    claims,
    input::{Input, Mode, open},
    json::{self, Json},
    scene::{self, JSON, SECRETS, at},
};
use crate::{
    AnyClient, Authorized, Introspection, Outcome, Refreshable, Response, Scope, Standing, Timestamp,
    error::EndpointFault,
    introspection::{IntrospectionResponse, Validity},
};

/// See the invariant on the first line.
pub fn endpoint_answer(data: &[u8]) {
    let (status, turn, body) = match open(data) {
        Mode::Raw(bytes) => (200, 0, bytes.to_vec()),
        Mode::Built(mut input) => {
            let status = input.pick([200, 200, 200, 204, 400, 401, 403, 429, 503, 302]);
            (status, input.byte() & 7, state(&mut input))
        }
    };
    let mut provider = scene::provider();
    provider.introspection = Some(Introspection::new("https://id.example/introspect"));
    let Some(client) = scene::client(provider) else { return };
    let answer = Answer { status, body: &body };
    let authorized = scene::refreshable(&client);
    match turn {
        5 => answer.revokes_all(authorized, &client),
        6 => answer.revokes_one(authorized, &client),
        7 => answer.checks(&authorized, &client),
        _ => answer.introspects(&authorized, &client),
    }
}

/// What a server says of a token (RFC 7662 section 2.2), nearly right.
fn state(input: &mut Input<'_>) -> Vec<u8> {
    let active = input.pick(["true", "true", "true", "false", "\"true\"", "1"]);
    let aud = input.pick(["\"api\"", "[\"api\",\"files\"]", "[]", "[7]", "{\"a\":1}"]);
    let members = [
        ("active", active),
        ("scope", "\"read write\""),
        ("client_id", "\"app\""),
        ("username", "\"alice\""),
        ("token_type", "\"Bearer\""),
        ("sub", "\"7\""),
        ("iss", "\"https://id.example\""),
        ("jti", "\"j-1\""),
        ("exp", "1800003600"),
        ("iat", "1800000000"),
        ("nbf", "1800000000.0"),
        ("aud", aud),
        ("team", "{\"id\":7}"),
    ];
    match input.byte() & 15 {
        0 => br#"{"error":"invalid_client","error_description":"no"}"#.to_vec(),
        _ => json::object(input, &members),
    }
}

struct Answer<'a> {
    status: u16,
    body: &'a [u8],
}

impl Answer<'_> {
    fn outcome(&self) -> Outcome {
        Response::new(self.status, JSON, self.body).into()
    }

    fn introspects(&self, authorized: &Authorized<Refreshable>, client: &AnyClient) {
        let (request, introspecting) = claims::must(authorized.introspect(client), "a token is asked about");
        let sent = claims::request(&request, &[]);
        assert_eq!(sent.get("token").map(String::as_str), Some(scene::ACCESS));
        match introspecting.finish(self.outcome()) {
            Ok(state) => {
                assert_eq!(self.status, 200);
                self.said(&state);
            }
            Err(fault) => self.fault(&fault, 200..=200),
        }
    }

    fn said(&self, state: &IntrospectionResponse) {
        let texts = [
            (state.client_id(), "client_id"),
            (state.username(), "username"),
            (state.token_type(), "token_type"),
            (state.sub(), "sub"),
            (state.iss(), "iss"),
            (state.jti(), "jti"),
        ];
        let instants = [(state.exp(), "exp"), (state.iat(), "iat"), (state.nbf(), "nbf")];
        let known: BTreeSet<&str> = texts.iter().map(|(_, name)| *name).chain(instants.map(|(_, name)| name)).collect();
        if !state.is_active() {
            assert!(texts.iter().all(|(said, _)| said.is_none()) && instants.iter().all(|(said, _)| said.is_none()));
            assert!(state.scope().is_none() && state.aud().next().is_none());
        }
        // Another reader decodes less or more than we do: what it cannot read says nothing against us.
        let Ok(json) = json::read(self.body) else { return };
        assert!(!json.repeats(), "a member stands there twice, and it was read");
        assert_eq!(json.at("active"), Some(&Json::Leaf(Value::Bool(state.is_active()))));
        if !state.is_active() {
            return;
        }
        let text = |name: &str| json.at(name).and_then(Json::as_str);
        for (said, name) in texts {
            assert_eq!(said, text(name), "{name}");
        }
        for (said, name) in instants {
            assert_eq!(said.is_some(), json.at(name).is_some(), "{name}");
            let seconds = match json.at(name) {
                Some(Json::Leaf(Value::Number(number))) => number.as_u64(),
                _ => None,
            };
            if let Some(seconds) = seconds {
                assert_eq!(said, Some(Timestamp::from_unix_seconds(seconds)), "{name}");
            }
        }
        assert_eq!(state.scope().cloned(), text("scope").and_then(|scope| Scope::split(scope, " ").ok()));
        let audience: Vec<&str> = match json.at("aud") {
            Some(Json::List(list)) => list.iter().filter_map(Json::as_str).collect(),
            other => other.and_then(Json::as_str).into_iter().collect(),
        };
        assert!(state.aud().eq(audience));
        for (name, value) in json.members() {
            let standard = known.contains(name.as_str()) || ["active", "scope", "aud"].contains(&name.as_str());
            let own = state.member(name).map(|text| claims::must(json::read(text.as_bytes()), "a member is JSON"));
            // A null is as good as nothing.
            let kept = Some(value).filter(|value| !standard && **value != Json::Leaf(Value::Null));
            assert!(own.as_ref() == kept || (!standard && own.as_ref() == Some(value)), "{name}");
        }
    }

    fn revokes_all(&self, authorized: Authorized<Refreshable>, client: &AnyClient) {
        let (request, revoking) = claims::must(authorized.into_token_set().revoke(client), "tokens are given up");
        assert_eq!(claims::request(&request, &[]).get("token").map(String::as_str), Some(scene::REFRESH));
        match revoking.finish(self.outcome()) {
            Ok(_) => assert!((200..300).contains(&self.status)),
            Err(error) => {
                self.fault(error.fault(), 200..=299);
                claims::error(&error, &self.hidden());
                let tokens = error.into_origin();
                assert!(!(200..300).contains(&self.status), "a yes is a yes, whatever its body");
                assert_eq!(tokens.refresh_token().expose(), scene::REFRESH, "they come back whole");
            }
        }
    }

    fn revokes_one(&self, authorized: Authorized<Refreshable>, client: &AnyClient) {
        let tokens = authorized.into_token_set();
        let (request, revoking) = claims::must(tokens.revoke_access_token(client), "a token is given up");
        assert_eq!(claims::request(&request, &[]).get("token").map(String::as_str), Some(scene::ACCESS));
        match revoking.finish(self.outcome()) {
            Ok(expired) => {
                assert!((200..300).contains(&self.status));
                assert!(matches!(expired.into_token_set().at(at(10)), Standing::Expired(_)), "it is over");
            }
            Err(error) => {
                self.fault(error.fault(), 200..=299);
                assert!(matches!(error.into_origin().at(at(10)), Standing::Authorized(_)), "it is as it was");
            }
        }
    }

    fn checks(&self, authorized: &Authorized<Refreshable>, client: &AnyClient) {
        let (request, checking) = claims::must(authorized.check(client, "me"), "a check is asked for");
        claims::request(&request, &[]);
        match checking.finish(self.outcome()) {
            Ok(Validity::Good) => assert!((200..300).contains(&self.status)),
            Ok(Validity::Rejected) => assert_eq!(self.status, 401),
            Err(fault) => self.fault(&fault, 200..=299),
        }
    }

    /// A status that is a yes brings no refusal, but where the body states an error.
    fn fault(&self, fault: &EndpointFault, yes: RangeInclusive<u16>) {
        claims::error(fault, &self.hidden());
        let refused = matches!(fault, EndpointFault::Refused(_));
        assert!(!refused || !yes.contains(&self.status) || has(self.body, "error"), "{fault:?}");
        assert!(refused || yes.contains(&self.status), "{} is a refusal, and not {fault:?}", self.status);
    }

    /// The server may say anything, even our secrets.
    fn hidden(&self) -> Vec<&'static str> {
        let said = String::from_utf8_lossy(self.body);
        SECRETS.into_iter().filter(|secret| !said.contains(secret)).collect()
    }
}

fn has(body: &[u8], name: &str) -> bool {
    json::read(body).is_ok_and(|json| json.at(name).is_some())
}
