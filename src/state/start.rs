//! The ways in: which grants a client may start.

use super::Unauthorized;
use crate::{
    client::{AnyClient, CanAuthenticate, Client, Confidential},
    dialect::{Nonce, Pkce, StateEcho},
    error::{ConfigError, Reason},
    grant,
};

impl Client<Confidential> {
    /// Starts a login without PKCE. RFC 9700 section 2.1.1 advises against it: only for a server that refuses the
    /// parameters, and never without a secret, since nothing else then binds the code to this client.
    ///
    /// # Errors
    /// As [`authorization_code`](Client::authorization_code); and if the dialect sends no secret with the code, or has
    /// a server that does not echo `state`: nothing at all would then bind the code to this login. The client is as it
    /// was.
    pub fn authorization_code_without_pkce_for_a_server_that_refuses_it(
        &self,
    ) -> Result<Unauthorized<grant::AuthorizationCode>, ConfigError> {
        self.require_unpushed()?;
        self.login_without_pkce()
    }
}

impl<K> Client<K> {
    /// Starts a login with an authorization code and PKCE S256 (RFC 6749 section 4.1, RFC 7636): see [`Unauthorized`].
    ///
    /// # Errors
    /// The provider has no authorization or token endpoint, or the registration no redirect URI, which must be there
    /// even where the login then [sets its own](Unauthorized::redirect_uri). Or the dialect sends PKCE for
    /// [public clients only](crate::dialect::Pkce::PublicClientsOnly), and neither a secret nor `state` would bind the
    /// code to this login. Or the server takes [pushed requests](crate::Provider::require_pushed_authorization_requests)
    /// alone. The client is as it was.
    pub fn authorization_code(&self) -> Result<Unauthorized<grant::AuthorizationCode>, ConfigError> {
        self.require_unpushed()?;
        self.code_login()
    }

    pub(crate) fn code_login(&self) -> Result<Unauthorized<grant::AuthorizationCode>, ConfigError> {
        match (self.provider().dialect.authorize.pkce, self.secret()) {
            (Pkce::PublicClientsOnly, Some(_)) => self.login_without_pkce(),
            _ => self.login(grant::AuthorizationCode::with_pkce()),
        }
    }

    fn login_without_pkce(&self) -> Result<Unauthorized<grant::AuthorizationCode>, ConfigError> {
        self.require_echoed_state()?;
        self.require_authentication()?;
        self.login(grant::AuthorizationCode::without_pkce())
    }

    fn login(&self, grant: grant::AuthorizationCode) -> Result<Unauthorized<grant::AuthorizationCode>, ConfigError> {
        require("authorization_endpoint", self.provider().endpoints.authorization.as_ref())?;
        require("token_endpoint", self.provider().endpoints.token.as_ref())?;
        self.start_with_redirect(grant)
    }

    /// Starts a login whose tokens come in the browser's address bar (RFC 6749 section 4.2): see
    /// [`AwaitingToken`](crate::AwaitingToken). RFC 9700 section 2.1.2 advises against it: only where a provider offers
    /// nothing better. Its tokens can never be refreshed.
    ///
    /// # Errors
    /// The provider has no authorization endpoint, or the registration no redirect URI; or the dialect has a server
    /// that does not echo `state`, and no nonce either: anybody's token would then be taken for the user's. Or the server
    /// takes pushed requests alone. The client is as it was.
    pub fn implicit(&self) -> Result<Unauthorized<grant::Implicit>, ConfigError> {
        self.require_bound_tokens()?;
        require("authorization_endpoint", self.provider().endpoints.implicit_authorization())?;
        self.start_with_redirect(grant::Implicit::default())
    }

    /// Starts an implicit login that brings a refresh token, against RFC 6749 section 4.2.2: only where the dialect
    /// declares it.
    ///
    /// # Errors
    /// The dialect does not declare it; and as [`implicit`](Self::implicit). The client is as it was.
    pub fn implicit_with_refresh(&self) -> Result<Unauthorized<grant::ImplicitWithRefresh>, ConfigError> {
        if !self.provider().dialect.callback.implicit_refresh_token {
            let reason = Reason::NotDeclared("a refresh token in the implicit grant");
            return Err(ConfigError::new("dialect.callback.implicit_refresh_token", reason));
        }
        self.require_bound_tokens()?;
        require("authorization_endpoint", self.provider().endpoints.implicit_authorization())?;
        self.start_with_redirect(grant::ImplicitWithRefresh::default())
    }

    /// Starts with a user's name and password (RFC 6749 section 4.3). RFC 9700 section 2.4 forbids it: only where a
    /// provider offers nothing else, and for its own applications.
    ///
    /// # Errors
    /// The provider has no token endpoint. The client is as it was.
    pub fn password(&self) -> Result<Unauthorized<grant::Password>, ConfigError> {
        require("token_endpoint", self.provider().endpoints.token.as_ref())?;
        Ok(self.start(grant::Password::new()))
    }

    /// Starts without a user: the client asks for itself (RFC 6749 section 4.4).
    ///
    /// # Errors
    /// The provider has no token endpoint, or the dialect sends no secret there. The client is as it was.
    pub fn client_credentials(&self) -> Result<Unauthorized<grant::ClientCredentials>, ConfigError>
    where
        K: CanAuthenticate,
    {
        require("token_endpoint", self.provider().endpoints.token.as_ref())?;
        self.require_authentication()?;
        Ok(self.start(grant::ClientCredentials::new()))
    }

    /// PKCE binds a code to its login where `state` does not; a token has no such thing.
    fn require_bound_tokens(&self) -> Result<(), ConfigError> {
        self.require_unpushed()?;
        match self.provider().dialect.authorize.nonce {
            Nonce::EchoedWithTokens => Ok(()),
            Nonce::Off => self.require_echoed_state(),
        }
    }

    /// RFC 9126 section 5: such a server refuses what the browser brings by itself.
    fn require_unpushed(&self) -> Result<(), ConfigError> {
        if self.provider().endpoints.extensions.requires_push {
            let way_out =
                Reason::GoesOnlyWith("`pushed_authorization_code()`, of the feature `par` (RFC 9126 section 5)");
            return Err(ConfigError::new("require_pushed_authorization_requests", way_out));
        }
        Ok(())
    }

    fn require_echoed_state(&self) -> Result<(), ConfigError> {
        match self.provider().dialect.callback.state {
            StateEcho::Required => Ok(()),
            StateEcho::NotEchoedByThisServer => {
                let reason = Reason::NotDeclared("that `state` comes back, which alone would protect this login");
                Err(ConfigError::new("dialect.callback.state", reason))
            }
        }
    }

    fn require_authentication(&self) -> Result<(), ConfigError> {
        if self.authenticates() {
            Ok(())
        } else {
            Err(ConfigError::new("dialect.token.client_authentication", Reason::SecretRequired))
        }
    }

    fn start<G>(&self, grant: G) -> Unauthorized<G> {
        let client: &AnyClient = self;
        Unauthorized { intent: client.intent(), client: client.clone(), grant }
    }

    fn start_with_redirect<G>(&self, grant: G) -> Result<Unauthorized<G>, ConfigError> {
        let start = self.start(grant);
        require("redirect_uri", start.intent.redirect_uri.as_ref())?;
        Ok(start)
    }
}

fn require<T>(field: &'static str, value: Option<&T>) -> Result<(), ConfigError> {
    if value.is_some() { Ok(()) } else { Err(ConfigError::new(field, Reason::Missing)) }
}
