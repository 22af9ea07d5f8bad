//! HTTP Basic (RFC 6749 section 2.3.1).

use base64::{Engine, engine::general_purpose::STANDARD};
use oauth_proto::{Client, Registration};

use super::{Ran, form, secret};
use crate::{
    came::{Came, End},
    input::Input,
    scenario,
};

pub fn run(input: &Input<'_>) -> Ran {
    input.only(&["client_id", "client_secret"])?;
    let registration = Registration::new(input.needed("client_id")?)?;
    let client = Client::confidential(scenario::provider(), registration, secret(input)?)?;
    let (request, _in_flight) = client.client_credentials()?.request(scenario::at(0))?;
    let header = request.headers().iter().find(|header| header.name() == "Authorization");
    let header = header.ok_or_else(|| End::Wrong("the request has no credentials".into()))?.expose_value();
    let decoded = decoded_basic(header).ok_or_else(|| End::Wrong(format!("{header} cannot be decoded")))?;
    let (user, password) = decoded;
    // The rule, whatever details the vector has.
    if (Some(&*user), Some(&*password)) != (input.text("client_id")?, input.text("client_secret")?) {
        return Err(End::Wrong(format!("{header} decodes to {user:?} and {password:?}")));
    }
    Ok(Came::ok([
        ("authorization_whatwg", header.into()),
        ("form_decoded_user", user.into()),
        ("form_decoded_password", password.into()),
    ]))
}

/// Id and secret, as a server that follows RFC 6749 reads them.
pub fn decoded_basic(header: &str) -> Option<(String, String)> {
    let credentials = STANDARD.decode(header.strip_prefix("Basic ")?).ok()?;
    let credentials = String::from_utf8(credentials).ok()?;
    let (user, password) = credentials.split_once(':')?;
    let decode = |text: &str| match form(format!("text={text}").as_bytes()).as_slice() {
        // Nothing that is not encoded may be taken for something else.
        [(_, value)] if text.bytes().all(|byte| byte.is_ascii_graphic()) => Some(value.clone()),
        _ => None,
    };
    Some((decode(user)?, decode(password)?))
}
