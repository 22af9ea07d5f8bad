//! The challenges of an API (RFC 9110 section 11.6.1, RFC 6750 section 3).

use oauth_proto::{
    Limits, Response,
    challenge::{Challenge, ResourceErrorCode},
};
use serde_json::{Value, json};

use super::Ran;
use crate::{
    came::{Came, End},
    input::Input,
    kinds,
};

pub fn run(input: &Input<'_>) -> Ran {
    input.only(&["headers"])?;
    let fields = input.texts("headers")?.into_iter().map(|line| ("WWW-Authenticate", line));
    let response = Response::new(401, fields, "");
    let challenges = match response.challenges(&Limits::default()) {
        Ok(challenges) => challenges,
        // Nothing to act on is as good as no challenge.
        Err(fault) => return Err(End::from(Came::error(kinds::of_challenge(fault), [("challenges", Value::Null)]))),
    };
    let wants_nonce = |challenge: &Challenge<'_>| challenge.error() == Some(ResourceErrorCode::UseDpopNonce);
    let nonce = challenges.of_scheme("DPoP").any(wants_nonce);
    let list: Value = challenges.iter().map(in_the_vectors_words).collect();
    Ok(Came::ok([("challenges", list), ("dpop_nonce_required", nonce.into())]))
}

fn in_the_vectors_words(challenge: &Challenge<'_>) -> Value {
    let parameters: serde_json::Map<_, _> =
        challenge.parameters().map(|(name, value)| (name.to_owned(), value.into())).collect();
    let mut words = json!({"scheme": challenge.scheme(), "parameters": parameters});
    if let Some(text) = challenge.token68() {
        words["token68"] = text.into();
    }
    words
}
