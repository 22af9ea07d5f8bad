//! Tokens that some other program obtained.

use super::{AccessOnly, Refreshable, TokenSet};
use crate::{
    client::AnyClient,
    error::{ConfigError, Reason},
    vocabulary::{
        MAX_EXTRA, Secret, Timestamp,
        grammar::{MAX_TOKEN, is_vschar},
    },
};

impl AnyClient {
    /// Takes an access token that some other program or page obtained: a personal access token, for instance. Nothing
    /// shows whose it is or what it may do; its scope is taken to be the registration's.
    ///
    /// ```
    /// # use oauth_proto::{Client, Registration, Timestamp, providers};
    /// # let provider = providers::marvel("https://login.example/authorize", "https://api.example");
    /// # let client = Client::public(provider, Registration::new("app")?)?;
    /// # let now = Timestamp::from_unix_seconds(1_800_000_000);
    /// # let file = "2YotnFZFEjr1zCsicMWpAA\n";
    /// let tokens = client.import_access_token_from_elsewhere(file.trim_end().into(), None)?;
    /// assert!(tokens.access_token_at(now).is_some(), "without an expiry it is good until an API rejects it");
    ///
    /// let mistake = client.import_access_token_from_elsewhere(file.into(), None).unwrap_err();
    /// assert!(mistake.to_string().starts_with("access_token: byte 22 is a character that its grammar does not allow"));
    /// # Ok::<(), oauth_proto::ConfigError>(())
    /// ```
    ///
    /// # Errors
    /// It is empty, longer than 64 KiB, or not printable ASCII (RFC 6749 section A.12): a file's line break would break
    /// the header. The token was used for nothing.
    pub fn import_access_token_from_elsewhere(
        &self,
        access_token: Secret,
        expires_at: Option<Timestamp>,
    ) -> Result<TokenSet<AccessOnly>, ConfigError> {
        check("access_token", &access_token)?;
        Ok(TokenSet::imported(access_token, expires_at, AccessOnly::new(), self))
    }

    /// Takes an access token and a refresh token that some other program obtained. That program must not use them any
    /// more: two holders of one refresh token end the session (RFC 9700 section 4.14.2). Their scope is taken to be the
    /// registration's. Where the provider renews by the access token
    /// ([`RefreshCredential::Access`](crate::dialect::RefreshCredential::Access)), that is the refresh token too: give
    /// it twice.
    ///
    /// ```
    /// use oauth_proto::Standing;
    /// # use oauth_proto::{Client, Registration, Timestamp, providers};
    /// # let client = Client::confidential(providers::amiqus(), Registration::new("app")?, "s3cret".into())?;
    /// # let now = Timestamp::from_unix_seconds(1_800_000_000);
    /// # let expired_at = Timestamp::from_unix_seconds(1_790_000_000);
    /// let tokens = client.import_refreshable_tokens_from_elsewhere("A1".into(), "R1".into(), Some(expired_at))?;
    /// let Standing::Expired(expired) = tokens.at(now) else { unreachable!() };
    /// let (request, in_flight) = expired.refresh(&client, now)?;
    /// assert!(std::str::from_utf8(request.expose_body())?.contains("refresh_token=R1"));
    /// # drop(in_flight);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// One of them is empty, longer than 64 KiB, or not printable ASCII (RFC 6749 sections A.12 and A.17). The tokens
    /// were used for nothing.
    pub fn import_refreshable_tokens_from_elsewhere(
        &self,
        access_token: Secret,
        refresh_token: Secret,
        expires_at: Option<Timestamp>,
    ) -> Result<TokenSet<Refreshable>, ConfigError> {
        check("access_token", &access_token)?;
        check("refresh_token", &refresh_token)?;
        Ok(TokenSet::imported(access_token, expires_at, Refreshable::new(refresh_token), self))
    }
}

impl<C> TokenSet<C> {
    /// Adds to imported tokens what came along with them in the other program: the host or account that a login's
    /// callback named, for instance, which a refresh may be made of. See [`Extras`](crate::Extras).
    ///
    /// ```
    /// use oauth_proto::{Standing, dialect::Kept};
    /// # use oauth_proto::{Client, Provider, Registration, Timestamp};
    /// # let now = Timestamp::from_unix_seconds(1_800_000_000);
    /// let mut provider = Provider::new("example", "https://example.com/login", "https://{shop}.example.com/token");
    /// provider.dialect.callback.keep.insert("shop".into(), Kept::DnsLabel);
    /// # let client = Client::confidential(provider, Registration::new("app")?, "s3cret".into())?;
    ///
    /// let mut tokens = client.import_refreshable_tokens_from_elsewhere("A1".into(), "R1".into(), None)?;
    /// assert!(tokens.add_extra_from_elsewhere(&client, "shop", "evil.example/").is_err());
    /// tokens.add_extra_from_elsewhere(&client, "shop", "bakery")?;
    /// # let Standing::Authorized(authorized) = tokens.at(now) else { unreachable!() };
    /// let (request, in_flight) = authorized.refresh(&client, now)?;
    /// assert_eq!(request.url(), "https://bakery.example.com/token");
    /// # drop(in_flight);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The provider's data keeps nothing of this name, or its rule does not allow the value; or it is longer than 8 KiB.
    /// The tokens are as they were.
    pub fn add_extra_from_elsewhere(&mut self, client: &AnyClient, name: &str, value: &str) -> Result<(), ConfigError> {
        const FIELD: &str = "extra";
        let dialect = &client.provider().dialect;
        let of_response =
            dialect.response.keep.iter().chain(dialect.follow_up_response.iter().flat_map(|step| &step.keep));
        match dialect.callback.keep.get(name) {
            Some(rule) if !rule.allows(value) => return Err(ConfigError::new(FIELD, Reason::NotAllowed)),
            None if !of_response.clone().any(|kept| kept == name) => {
                let known = dialect.callback.keep.keys().chain(of_response).map(|name| name.as_str().into()).collect();
                return Err(ConfigError::new(FIELD, Reason::UnknownName { known }));
            }
            _ => {}
        }
        if value.len() > MAX_EXTRA {
            return Err(ConfigError::new(FIELD, Reason::WrongLength { min: 0, max: MAX_EXTRA }));
        }
        self.add_extra(name, value);
        Ok(())
    }
}

fn check(field: &'static str, token: &Secret) -> Result<(), ConfigError> {
    ConfigError::check_length(field, token.expose(), MAX_TOKEN)?;
    ConfigError::check_characters(field, token.expose(), is_vschar)
}
