//! The file `config.json`: who the page is, and to which server. One that publishes what it can do (RFC 8414) is named
//! by its issuer; the API is then what says who is logged in:
//!
//! ```json
//! { "client_id": "page", "scope": "openid read", "issuer": "https://id.example.com" }
//! ```
//!
//! Any other is described by a provider file, with the API to call; and the grant is named where it is not `code`:
//!
//! ```json
//! {
//!   "client_id": "page", "scope": "user:read", "grant": "implicit", "api": "https://api.example.com/me",
//!   "provider": {
//!     "name": "example",
//!     "authorization_endpoint": "https://id.example.com/authorize",
//!     "api_origins": ["https://api.example.com"]
//!   }
//! }
//! ```

use oauth_proto::{
    Client, Limits, Provider, RedirectUri, Registration, Scope,
    metadata::{Approval, Issuer, WellKnown},
};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{fetch, storage::Storage, tab::Tab, view, view::Trouble};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    client_id: String,
    scope: String,
    #[serde(default)]
    grant: GrantType,
    issuer: Option<String>,
    provider: Option<Box<RawValue>>,
    api: Option<String>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GrantType {
    #[default]
    Code,
    Implicit,
}

/// Reads the file, and finds out about the server.
pub async fn open(text: &str) -> Result<(GrantType, Tab), Trouble> {
    let config: Config = serde_json::from_str(text)?;
    let (provider, api) = match (&config.issuer, &config.provider, config.api) {
        (Some(issuer), None, None) => discover(issuer).await?,
        (None, Some(file), Some(api)) => (Provider::from_json(file.get())?, api),
        _ => return Err("config.json has an issuer, or a provider and its api".into()),
    };
    let location = view::location();
    let here = RedirectUri::new([location.origin()?, location.pathname()?].concat())?;
    let registration =
        Registration::new(config.client_id)?.redirect_uri(here).scope(Scope::new(config.scope.split(' '))?);
    let client = Client::public(provider, registration)?;
    Ok((config.grant, Tab { client, api, storage: Storage::of_this_tab()? }))
}

/// The server of this issuer, and what says who is logged in.
async fn discover(issuer: &str) -> Result<(Provider, String), Trouble> {
    let mut approval = Approval::none();
    if issuer.starts_with("http:") {
        approval = approval.plaintext_on_loopback(); // and nowhere else
    }
    let asked = Issuer::approved(issuer, &approval)?;
    let (request, fetching) = asked.metadata(WellKnown::OauthAuthorizationServer, &Limits::default());
    let metadata = fetching.finish(fetch::send(request).await).map_err(|why| Trouble::new(why.remedy(), &why))?;
    let userinfo = metadata.member("userinfo_endpoint").ok_or("the server has no userinfo endpoint")?;
    Ok((Provider::from_metadata(&metadata, &approval)?.api_origin(issuer), serde_json::from_str(userinfo)?))
}
