//! What a server answers to a pushed authorization request (RFC 9126 sections 2.2 and 2.3).

use oauth_proto::Client;
use url::Url;

use super::Ran;
use crate::{
    came::{Came, End},
    input::{BODY, Input},
    scenario,
};

const MEMBERS: [&str; 2] = ["status", "headers"];

/// The answer to a request that was sent at 0 s.
pub fn run(input: &Input<'_>) -> Ran {
    input.only(&[&MEMBERS[..], &BODY].concat())?;
    let mut provider = scenario::provider();
    provider.pushed_authorization_request_endpoint = Some("https://id.example/par".into());
    let client = Client::confidential(provider, scenario::registration(), "s3cret".into())?;
    let (_request, pushing) = client.pushed_authorization_code()?.push(scenario::entropy(), scenario::at(0));
    let pushed = pushing.finish(input.response()?.into())?;
    let expires_in = pushed.expires_at().since(scenario::at(0)).as_secs();
    let (url, _awaiting) = pushed.authorize(scenario::at(0)).map_err(|error| End::from(error.fault()))?;
    let url = Url::parse(url.as_str()).map_err(|why| End::Wrong(format!("the browser's URL is none: {why}")))?;
    let request_uri = url.query_pairs().find(|(name, _)| name == "request_uri").map(|(_, value)| value.into_owned());
    let request_uri = request_uri.ok_or_else(|| End::Wrong("the browser's URL has no `request_uri`".into()))?;
    Ok(Came::ok([("request_uri", request_uri.into()), ("expires_in", expires_in.into())]))
}
