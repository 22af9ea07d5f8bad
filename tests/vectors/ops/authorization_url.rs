//! The way out (RFC 6749 section 4.1.1, RFC 7636 section 4.3).

use oauth_proto::{Client, CodeVerifier, Provider, RedirectUri, Registration, dialect::Pkce};
use url::Url;

use super::{Ran, as_the_vector_says};
use crate::{
    came::{Came, End, pairs},
    input::Input,
    scenario,
};

const MEMBERS: [&str; 9] = [
    "authorization_endpoint",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "pkce",
    "code_verifier",
    "code_challenge_method",
    "extra",
];

pub fn run(input: &Input<'_>) -> Ran {
    input.only(&MEMBERS)?;
    let endpoint = input.needed("authorization_endpoint")?;
    let mut provider = Provider::new("example", endpoint, "https://id.example/token");
    if input.flag("pkce")? == Some(false) {
        provider.dialect.authorize.pkce = Pkce::PublicClientsOnly;
    }
    let mut registration = Registration::new(input.needed("client_id")?)?;
    if let Some(uri) = input.text("redirect_uri")? {
        registration = registration.redirect_uri(RedirectUri::new(uri)?);
    }
    let client = Client::confidential(provider, registration, "s3cret".into())?;
    let mut login = client.authorization_code()?;
    if let Some(scope) = input.scope("scope")? {
        login = login.scope(scope);
    }
    for (name, value) in input.pairs("extra")? {
        // It is asked for in each request, and so it is no parameter of this one alone.
        login = if name == "resource" { login.resource(value)? } else { login.parameter(name, value)? };
    }
    let given = input.text("code_verifier")?.map(CodeVerifier::new).transpose()?;

    let (url, awaiting) = login.authorize(scenario::entropy(), scenario::at(0));
    let url = url.as_str();
    let parsed = Url::parse(url).map_err(|why| End::Wrong(format!("{url} is no URL: {why}")))?;
    let mut query: Vec<_> = parsed.query_pairs().into_owned().collect();
    if let Some(state) = input.text("state")? {
        as_the_vector_says(&mut query, "state", awaiting.state().expose(), state);
    }
    if let Some(given) = given {
        let made = CodeVerifier::new(scenario::VERIFIER)?.challenge();
        as_the_vector_says(&mut query, "code_challenge", made.as_str(), given.challenge().as_str());
    }
    let question_marks = url.matches('?').count();
    Ok(Came::ok([("query", pairs(query)), ("question_marks", question_marks.into())]))
}
