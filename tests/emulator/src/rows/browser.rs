//! A stand-in for the user's browser, and for the page behind a `#` that forwards to the server.

use std::net::SocketAddr;

use serde_json::Value;
use ureq::Agent;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

use crate::answer::Refusal;
use crate::rows::authorize::DECISION;
use crate::rows::plan::Plan;
use crate::rows::row::Fragment;
use crate::user_agent;

/// Every host name leads to one address.
#[derive(Debug)]
struct Everywhere(SocketAddr);

impl Resolver for Everywhere {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut addresses = self.empty();
        addresses.push(self.0);
        Ok(addresses)
    }
}

/// An HTTP client for which every host is that address. It follows no redirect and takes every status as an answer.
pub(crate) fn agent(address: SocketAddr) -> Agent {
    Agent::with_parts(user_agent::config(), DefaultConnector::new(), Everywhere(address))
}

/// What the browser asks for in the end: over http, and without the fragment, which only a page can read.
pub(crate) fn address_of(plan: &Plan, authorization_url: &str) -> Result<String, Refusal> {
    let name = &plan.row.name;
    let deviates = |field: &str, what: String| {
        Refusal::Deviates(format!("{what}, in the authorization URL `{authorization_url}` (row {name}, {field})"))
    };
    let rest =
        authorization_url.strip_prefix("https://").ok_or_else(|| deviates("authorize_url", "no https".to_owned()))?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or("");
    if host.contains('@') {
        return Err(deviates("authorize_url", "credentials before the host".to_owned()));
    }
    let (place, fragment) = match rest.split_once('#') {
        Some((place, fragment)) => (place, Some(fragment)),
        None => (rest, None),
    };
    match (&plan.row.authorize_fragment, fragment) {
        (None, None) => Ok(format!("http://{place}")),
        (None, Some(_)) => Err(deviates("authorize_fragment", "a fragment, which no server would see".to_owned())),
        (Some(Fragment::Suffix { suffix }), Some(fragment)) if fragment == suffix => Ok(format!("http://{place}")),
        (Some(Fragment::Suffix { suffix }), _) => {
            Err(deviates("authorize_fragment", format!("`#{suffix}` is not what ends the address")))
        }
        (Some(Fragment::Route(route)), fragment) => {
            let params = fragment
                .and_then(|fragment| fragment.strip_prefix(route.as_str()))
                .and_then(|rest| rest.strip_prefix('?'));
            match params {
                Some(params) => {
                    let separator = if place.contains('?') { '&' } else { '?' };
                    Ok(format!("http://{place}{separator}{params}"))
                }
                None => Err(deviates("authorize_fragment", format!("`#{route}?` is not what follows the address"))),
            }
        }
    }
}

/// Where the server sends the browser, or its refusal in words.
pub(crate) fn open(agent: &Agent, url: &str, decision: &str) -> Result<String, String> {
    let mut response =
        agent.get(url).header(DECISION, decision).call().map_err(|error| format!("no browser opens {url}: {error}"))?;
    let location = response.headers().get("location").and_then(|value| value.to_str().ok()).map(str::to_owned);
    if let Some(location) = location {
        return Ok(location);
    }
    let body = response.body_mut().read_to_string().unwrap_or_default();
    let words = serde_json::from_str::<Value>(&body).ok();
    let words = words.as_ref().and_then(|members| members["error_description"].as_str());
    Err(words.map_or_else(|| format!("status {}: {body}", response.status()), str::to_owned))
}
