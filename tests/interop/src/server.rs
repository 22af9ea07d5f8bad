//! A server that runs, and what is particular about it.

use std::time::SystemTime;

use oauth_proto::{Client, Confidential, Entropy, Provider, Public, RedirectUri, Registration, Scope, Timestamp};
use serde::Deserialize;
use url::Url;

use crate::{
    Fault, Feature, Result,
    browser::{Browser, Landing, View},
    page::Page,
};

/// What is particular about a server. Each has a file in `src/servers`.
pub struct Description {
    /// The name that its program says.
    pub name: &'static str,
    /// The version that its lock file pins.
    pub version: &'static str,
    /// Its endpoints and its dialect; `base` is its origin. Where it has an API, that is its one check, by the name of the
    /// scope that it needs.
    pub provider: fn(base: &str) -> Provider,
    /// What its metadata calls it, where it has any.
    pub issuer: fn(base: &str) -> String,
    /// One step of a person on one of its pages; `None` where there is nothing to do.
    pub pass: fn(&Browser, &Page, &Visit<'_>) -> Result<Option<View>>,
    /// Where the client `public` is sent back to.
    pub public_redirect_uri: &'static str,
    /// Id and secret of the client `odd`.
    pub odd: (&'static str, &'static str),
    /// The same, of a client whose id has no colon: in Basic that would end the id (RFC 7617 section 2).
    pub odd_raw: (&'static str, &'static str),
    /// Two resources that a token may be for (RFC 8707).
    pub resources: (&'static str, &'static str),
    /// Whether it refuses a device that polls too soon, so that a trial must wait as a device does.
    pub minds_the_pace: bool,
    /// By feature: what the crate saw there, where "yes" does not say it all. Of several lists the first that has it counts.
    pub says: &'static [&'static [(&'static str, &'static str)]],
    /// What the server cannot do; the same.
    pub lacks: &'static [&'static [Lack]],
}

/// Features that a server does not have. Their trials are run all the same, and must end so.
pub struct Lack {
    /// Features by their id; or the name of their file, for all those in it of which nothing else is said.
    pub of: &'static [&'static str],
    /// Why, as a fact about the server.
    pub because: &'static str,
    /// What a trial's failure says, or a part of it.
    pub ends: &'static [&'static str],
}

impl Description {
    /// Why it does not have a feature.
    pub fn lack(&self, feature: &Feature) -> Option<&'static Lack> {
        let by = |name: &str| self.lacks.iter().copied().flatten().find(|lack| lack.of.contains(&name));
        by(feature.id).or_else(|| by(feature.file()).filter(|_| self.said(feature).is_none()))
    }

    /// What the crate sees of a feature there, where it is not "yes".
    pub fn said(&self, feature: &Feature) -> Option<&'static str> {
        self.says.iter().copied().flatten().find(|(id, _)| *id == feature.id).map(|(_, words)| *words)
    }
}

/// Where the confidential clients are sent back to.
pub const REDIRECT_URI: &str = "https://client.example/cb";

/// What a person came for.
pub struct Visit<'a> {
    pub approves: bool,
    /// What is shown on the device (RFC 8628).
    pub user_code: Option<&'a str>,
}

/// What a resource is called where the server does not mind (RFC 8707 section 2: an absolute URI).
pub const RESOURCES: (&str, &str) = ("urn:example:files", "urn:example:mail");

pub const USER: (&str, &str) = ("alice", "wonderland");

/// A server that runs.
pub struct Server {
    pub about: &'static Description,
    pub base: String,
}

/// The line that a server's program prints.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ready {
    server: String,
    version: String,
    base: String,
}

impl Server {
    /// The server that printed this line.
    pub fn ready(line: &str) -> Result<Self> {
        let ready: Ready =
            serde_json::from_str(line).map_err(|error| format!("{line:?} is not what a server says: {error}"))?;
        let about = crate::servers::all().iter().copied().find(|about| about.name == ready.server);
        let about = about.ok_or_else(|| format!("nobody has described the server {}", ready.server))?;
        if ready.version != about.version {
            return Err(
                format!("{} is {}, and {} is what is described", about.name, ready.version, about.version).into()
            );
        }
        Ok(Self { about, base: ready.base })
    }

    pub fn provider(&self) -> Provider {
        let mut provider = (self.about.provider)(&self.base);
        provider.name = self.about.name.into();
        provider.allow_plaintext_on_loopback = true;
        provider
    }

    /// The client `public`.
    pub fn public(&self) -> Result<Client<Public>> {
        self.public_of("public", |_| {})
    }

    pub fn public_of(&self, id: &str, change: impl FnOnce(&mut Provider)) -> Result<Client<Public>> {
        let mut provider = self.provider();
        change(&mut provider);
        Ok(Client::public(provider, registration(id, self.about.public_redirect_uri)?)?)
    }

    /// A client whose secret is `s3cret-of-` and its id.
    pub fn confidential(&self, id: &str) -> Result<Client<Confidential>> {
        self.confidential_of(id, |_| {})
    }

    pub fn confidential_of(&self, id: &str, change: impl FnOnce(&mut Provider)) -> Result<Client<Confidential>> {
        self.with_secret(id, &format!("s3cret-of-{id}"), change)
    }

    pub fn with_secret(
        &self,
        id: &str,
        secret: &str,
        change: impl FnOnce(&mut Provider),
    ) -> Result<Client<Confidential>> {
        let mut provider = self.provider();
        change(&mut provider);
        Ok(Client::confidential(provider, registration(id, REDIRECT_URI)?, secret.into())?)
    }

    /// A person with a browser of their own goes to `url`, and does what is to do there, until it lands.
    pub fn visit(&self, url: &str, approves: bool) -> Result<Landing> {
        match self.walk(url, &Visit { approves, user_code: None })? {
            View::Landed(landing) => Ok(landing),
            View::Page(page) => Err(format!("the browser is stuck at {page:?}").into()),
        }
    }

    /// The same, until it lands or a page has nothing to do any more.
    pub fn walk(&self, url: &str, visit: &Visit<'_>) -> Result<View> {
        let browser = Browser::new(&self.base)?;
        let mut view = browser.open(&Url::parse(url)?)?;
        for _ in 0..10 {
            let View::Page(page) = &view else { return Ok(view) };
            match (self.about.pass)(&browser, page, visit)? {
                Some(next) => view = next,
                None => return Ok(view),
            }
        }
        Err(Fault::from(format!("ten pages, and no end: {view:?}")))
    }
}

fn registration(id: &str, redirect_uri: &str) -> Result<Registration> {
    Ok(Registration::new(id)?.redirect_uri(RedirectUri::new(redirect_uri)?).scope(Scope::new(["read"])?))
}

pub fn now() -> Timestamp {
    Timestamp::from_unix(SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default())
}

pub fn entropy() -> Result<Entropy> {
    Ok(Entropy::from_os()?)
}
