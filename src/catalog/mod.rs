//! Well-known providers as data (feature `catalog`): each entry is a [`Provider`] with its source, read when it is asked
//! for.
//!
//! ```
//! use oauth_proto::{Client, RedirectUri, Registration, catalog};
//!
//! let zendesk = catalog::get("zendesk").ok_or("no such entry")?;
//! assert_eq!(zendesk.provider.unset_variables(), ["subdomain"]);
//!
//! let provider = zendesk.provider.variable("subdomain", "acme");
//! let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
//! let client = Client::confidential(provider, registration, "s3cret".into())?;
//! assert!(client.authorization_code().is_ok());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! An entry is what the provider's own pages said on the day that it names, as far as that can be told without an
//! account there. It is plain data: where your account differs, change the field. The five providers that this crate
//! was built from are among them, and have constructors of their own in [`providers`](crate::providers); what a document
//! does not say, such as a host, is a variable in their entries.

use serde::{Deserialize, Serialize};

use crate::Provider;

/// A provider, and where the facts are from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Entry {
    /// The provider's own name.
    pub title: String,
    /// The day on which the sources were read: `2026-11-25`.
    pub checked: String,
    /// Pages of the provider's that state the facts.
    pub sources: Vec<String>,
    /// What a user of this provider must know, a sentence each.
    #[serde(default)]
    pub notes: Vec<String>,
    /// The data.
    pub provider: Provider,
}

/// The entry of this name; `None` where there is none.
pub fn get(name: &str) -> Option<Entry> {
    let at = FILES.binary_search_by_key(&name, |(each, _)| each).ok()?;
    // Each file is read by a test: a broken one cannot ship.
    serde_json::from_str(FILES.get(at)?.1).ok()
}

/// The names of all entries, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, _)| *name)
}

/// The files beside this one, sorted. A test compares this list with the folder.
macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!($name, ".json")))),*]
    };
}

static FILES: [(&str, &str); COUNT] = files![
    "airtable",
    "amazon",
    "amiqus",
    "apple",
    "asana",
    "atlassian",
    "auth0",
    "bamboohr",
    "basecamp",
    "bitbucket",
    "box",
    "calendly",
    "canva",
    "clickup",
    "digitalocean",
    "discord",
    "docusign",
    "dropbox",
    "etsy",
    "eventbrite",
    "facebook",
    "fifth",
    "figma",
    "fitbit",
    "freshbooks",
    "github",
    "gitlab",
    "google",
    "gusto",
    "hubspot",
    "instagram",
    "intercom",
    "klaviyo",
    "linear",
    "linkedin",
    "mailchimp",
    "marq",
    "marvel",
    "microsoft",
    "miro",
    "monday",
    "motar",
    "notion",
    "okta",
    "oura",
    "pagerduty",
    "paypal",
    "pinterest",
    "quickbooks",
    "reddit",
    "salesforce",
    "shopify",
    "slack",
    "snapchat",
    "spotify",
    "squareup",
    "strava",
    "stripe",
    "threads",
    "tiktok",
    "tiktok-ads",
    "todoist",
    "tumblr",
    "twitch",
    "typeform",
    "webex",
    "wechat",
    "whoop",
    "withings",
    "wordpress",
    "x",
    "xero",
    "yahoo",
    "zendesk",
    "zoho",
    "zoom",
];

const COUNT: usize = 76;
