//! The code challenge (RFC 7636 section 4.2).

use oauth_proto::CodeVerifier;

use super::{Ran, form};
use crate::{
    came::{Came, End},
    input::Input,
    scenario::{self, Scenario},
};

pub fn run(input: &Input<'_>) -> Ran {
    input.only(&["code_verifier", "method"])?;
    let challenge = CodeVerifier::new(input.needed("code_verifier")?)?.challenge();
    // The method is what a login says of such a challenge.
    let (url, _awaiting) = Scenario::public().login().authorize(scenario::entropy(), scenario::at(0));
    let query = form(url.as_str().split_once('?').map_or("", |(_, query)| query).as_bytes());
    let said = |name: &str| query.iter().find(|(each, _)| each == name).map(|(_, value)| value.as_str());
    let own = CodeVerifier::new(scenario::VERIFIER)?.challenge();
    if said("code_challenge") != Some(own.as_str()) {
        return Err(End::Wrong("a login does not send the challenge of its verifier".into()));
    }
    let method = said("code_challenge_method").unwrap_or_default();
    Ok(Came::ok([("code_challenge", challenge.as_str().into()), ("code_challenge_method", method.into())]))
}
