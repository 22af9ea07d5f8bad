//! Requests to endpoints that issue no tokens, and their answers. Their parameters and members have the names of their
//! RFCs: no dialect renames them.

use std::{ops::RangeInclusive, sync::Arc};

use crate::{
    client::AnyClient,
    dialect::{BodyFormat, Pair, Placed},
    error::{AnswerFault, EndpointFault, ErrorCode, ErrorResponse},
    http::{Body, Header, Method, Outcome, Request, Response, Target},
    json::Object,
    vocabulary::{Endpoint, Limits, Wiped, length},
};

const JSON: &str = "application/json";

/// A form with these parameters, from a client that proves itself as at the token endpoint: that is what RFC 7009, 7662,
/// 8628 and 9126 have in common.
pub(crate) fn endpoint_request(client: &AnyClient, endpoint: &Endpoint, own: &[Pair<'_>]) -> Request {
    request_in(BodyFormat::Form, client, endpoint, own)
}

/// The same in another format, where a provider's data has it so.
pub(crate) fn request_in(body: BodyFormat, client: &AnyClient, endpoint: &Endpoint, own: &[Pair<'_>]) -> Request {
    let token = &client.provider().dialect.token;
    let proof = client.proof(token.client_authentication, token.basic_encoding);
    // RFC 6749 section 3.2: no parameter twice. A pushed request has the client's id in any case.
    let says_who = own.iter().any(|pair| pair.name == "client_id");
    let client_id = (proof.client_id && !says_who).then(|| Pair::new("client_id", client.client_id()));
    let client_secret = proof.secret.map(|secret| Pair::new("client_secret", secret.expose()));
    let credentials = proof.header.map(|credentials| Header::shared("Authorization", Arc::clone(credentials)));
    let pairs: Vec<_> = own.iter().copied().chain(client_id).chain(client_secret).collect();
    post(body, client, endpoint, &pairs, credentials)
}

/// The same from a client that does not say who it is: where a provider's data has it so.
pub(crate) fn anonymous_request(
    body: BodyFormat,
    client: &AnyClient,
    endpoint: &Endpoint,
    own: &[Pair<'_>],
) -> Request {
    post(body, client, endpoint, own, None)
}

/// One function for all of them: a copy of the encoders for each would be built by every user.
fn post(
    body: BodyFormat,
    client: &AnyClient,
    endpoint: &Endpoint,
    pairs: &[Pair<'_>],
    credentials: Option<Header>,
) -> Request {
    let target = Target::Endpoint(endpoint.text().clone());
    let Placed { url, content_type, body } = body.place(target, pairs.iter().copied());
    let content_type = content_type.map(|content_type| Header::plain("Content-Type", content_type));
    let headers = content_type.into_iter().chain([Header::plain("Accept", JSON)]).chain(credentials).collect();
    Request::new(Method::Post, url, headers, Body::from(body), client.provider().contract(endpoint))
}

/// What came of a request to such an endpoint: an answer with the status of success.
#[derive(Debug)]
pub(crate) struct EndpointAnswer(Response);

impl EndpointAnswer {
    /// Takes the answer, if it has a status of success.
    pub(crate) fn read(outcome: Outcome, success: RangeInclusive<u16>, limits: &Limits) -> Result<Self, EndpointFault> {
        match outcome {
            Outcome::Answered(response) if success.contains(&response.status()) => Ok(Self(response)),
            Outcome::Answered(response) => {
                let stated = object(&response, limits).ok().and_then(|object| stated_error(&object, &response, limits));
                let response = stated.unwrap_or_else(|| refusal(ErrorCode::Unstated, &response, limits));
                Err(EndpointFault::Refused(Box::new(response)))
            }
            Outcome::NotSent(why) => Err(EndpointFault::NotSent(why)),
            Outcome::Lost(why) => Err(EndpointFault::Lost(why)),
        }
    }

    /// The object that it holds. One that states an error is a refusal, whatever its status.
    pub(crate) fn object(&self, limits: &Limits) -> Result<Object<'_>, EndpointFault> {
        let object = object(&self.0, limits)?;
        match stated_error(&object, &self.0, limits) {
            Some(response) => Err(EndpointFault::Refused(Box::new(response))),
            None => Ok(object),
        }
    }
}

fn object<'r>(response: &'r Response, limits: &Limits) -> Result<Object<'r>, AnswerFault> {
    let body = response.expose_body();
    if body.len() > length(limits.response_bytes) {
        return Err(AnswerFault::TooLarge);
    }
    let content_type = response.content_type().and_then(|field| limits.header(field)).unwrap_or_default();
    // RFC 9110 section 8.3.1: the type without its parameters, whatever its case.
    if !content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(JSON) {
        return Err(AnswerFault::ContentType);
    }
    Object::read(body, limits)
}

/// The error of RFC 6749 section 5.2, which all of these endpoints answer with.
fn stated_error(object: &Object<'_>, response: &Response, limits: &Limits) -> Option<ErrorResponse> {
    let text = |name| object.text(name).ok().flatten();
    object.json("error")?;
    let words = |text: Option<Wiped<'_>>| text.as_deref().map(Box::from);
    let mut refusal = refusal(ErrorCode::stated(text("error").as_deref()), response, limits);
    refusal.description = words(text("error_description"));
    refusal.uri = words(text("error_uri"));
    Some(refusal)
}

fn refusal(code: ErrorCode, response: &Response, limits: &Limits) -> ErrorResponse {
    let (status, retry_after) = (Some(response.status()), response.wait(limits));
    ErrorResponse { code, description: None, uri: None, status, retry_after }
}
