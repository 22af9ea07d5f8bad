//! What a client may say of itself, member by member.

use serde_json::value::RawValue;

use super::{
    AuthMethod, ClientMetadata,
    members::{
        AUTH_METHOD, GRANT_TYPES, REDIRECT_URIS, RESPONSE_TYPES, SCOPE, check_bearer_token, check_further,
        check_human_readable, check_language, check_text, check_type, check_url, human_readable,
    },
    metadata::in_json,
};
use crate::{
    error::{ConfigError, Reason},
    vocabulary::{RedirectUri, Scope, Secret},
};

impl ClientMetadata {
    /// Where the server may send the browser back to. Who uses the code or implicit grant must say so.
    #[must_use]
    pub fn with_redirect_uris(self, uris: impl IntoIterator<Item = RedirectUri>) -> Self {
        let uris: Vec<RedirectUri> = uris.into_iter().collect();
        self.set_list(REDIRECT_URIS, uris.iter().map(RedirectUri::as_str))
    }

    /// How the client proves itself at the token endpoint.
    #[must_use]
    pub fn with_auth_method(self, method: &AuthMethod) -> Self {
        self.set_text(AUTH_METHOD, method.as_str())
    }

    /// The grants that the client uses: `authorization_code`, `implicit`, `password`, `client_credentials`,
    /// `refresh_token`, or another by its name or URI.
    ///
    /// # Errors
    /// One is empty, longer than 1,024 bytes, or not of the characters of an error code (RFC 6749 section A.7).
    pub fn with_grant_types<T: AsRef<str>>(self, types: impl IntoIterator<Item = T>) -> Result<Self, ConfigError> {
        self.checked_list(GRANT_TYPES, types, check_type)
    }

    /// What the client asks for at the authorization endpoint: `code`, `token`.
    ///
    /// # Errors
    /// As for [`with_grant_types`](Self::with_grant_types).
    pub fn with_response_types<T: AsRef<str>>(self, types: impl IntoIterator<Item = T>) -> Result<Self, ConfigError> {
        self.checked_list(RESPONSE_TYPES, types, check_type)
    }

    /// The scope that the client may ask for. An empty one leaves it to the server.
    #[must_use]
    pub fn with_scope(self, scope: &Scope) -> Self {
        if scope.is_empty() { self.without(SCOPE) } else { self.set_text(SCOPE, scope.as_str()) }
    }

    /// The name that users are shown.
    ///
    /// # Errors
    /// It is empty, longer than 1,024 bytes, or has a control character.
    pub fn with_client_name(self, name: &str) -> Result<Self, ConfigError> {
        self.checked_text("client_name", name, check_text)
    }

    /// A page about the client.
    ///
    /// # Errors
    /// It is no `https` URL.
    pub fn with_client_uri(self, url: &str) -> Result<Self, ConfigError> {
        self.checked_text("client_uri", url, check_url)
    }

    /// A picture of the client's.
    ///
    /// # Errors
    /// It is no `https` URL.
    pub fn with_logo_uri(self, url: &str) -> Result<Self, ConfigError> {
        self.checked_text("logo_uri", url, check_url)
    }

    /// The terms of service.
    ///
    /// # Errors
    /// It is no `https` URL.
    pub fn with_tos_uri(self, url: &str) -> Result<Self, ConfigError> {
        self.checked_text("tos_uri", url, check_url)
    }

    /// What the client does with data.
    ///
    /// # Errors
    /// It is no `https` URL.
    pub fn with_policy_uri(self, url: &str) -> Result<Self, ConfigError> {
        self.checked_text("policy_uri", url, check_url)
    }

    /// The client's public keys. The keys themselves are a [further member](Self::with_member), `jwks`, and go without
    /// this one.
    ///
    /// # Errors
    /// It is no `https` URL.
    pub fn with_jwks_uri(self, url: &str) -> Result<Self, ConfigError> {
        self.checked_text("jwks_uri", url, check_url)
    }

    /// Whom to write to: mostly addresses of mail.
    ///
    /// # Errors
    /// One is empty, longer than 1,024 bytes, or has a control character.
    pub fn with_contacts<T: AsRef<str>>(self, contacts: impl IntoIterator<Item = T>) -> Result<Self, ConfigError> {
        self.checked_list("contacts", contacts, check_text)
    }

    /// Which software this is: the same for each copy of it, and in each version.
    ///
    /// # Errors
    /// It is empty, longer than 1,024 bytes, or has a control character.
    pub fn with_software_id(self, id: &str) -> Result<Self, ConfigError> {
        self.checked_text("software_id", id, check_text)
    }

    /// The version of that software.
    ///
    /// # Errors
    /// It is empty, longer than 1,024 bytes, or has a control character.
    pub fn with_software_version(self, version: &str) -> Result<Self, ConfigError> {
        self.checked_text("software_version", version, check_text)
    }

    /// What somebody whom the server trusts has signed about this software (RFC 7591 section 2.3). It is sent as it is:
    /// this crate looks at no signature.
    ///
    /// # Errors
    /// It is empty, longer than 64 KiB, or not printable ASCII without spaces.
    pub fn with_software_statement(self, statement: &Secret) -> Result<Self, ConfigError> {
        self.checked_text("software_statement", statement.expose(), check_bearer_token)
    }

    /// A member that people read, in a language: `client_name`, `client_uri`, `logo_uri`, `tos_uri` or `policy_uri`
    /// (RFC 7591 section 2.2). `language` is a tag of RFC 5646: `de`, `ja-Kana-JP`.
    ///
    /// # Errors
    /// The member is another one, the language is no tag, or the text is not what the member may be.
    pub fn with_translation(self, member: &str, language: &str, text: &str) -> Result<Self, ConfigError> {
        let member = human_readable(member)?;
        check_language(language)?;
        check_human_readable(member, text)?;
        Ok(self.set_text(&format!("{member}#{language}"), text))
    }

    /// A member that has no method here, as JSON.
    ///
    /// # Errors
    /// The name is empty, longer than 256 bytes, or not printable ASCII without spaces and quotes; it has a method here,
    /// or is the server's to say; or the text is no JSON, or null, which says nothing.
    pub fn with_member(self, name: &str, json: &str) -> Result<Self, ConfigError> {
        check_further(name)?;
        let value: &RawValue =
            serde_json::from_str(json).map_err(|error| ConfigError::unreadable("client_metadata", &error, &[]))?;
        if value.get() == "null" {
            return Err(ConfigError::new("client_metadata", Reason::Empty));
        }
        Ok(self.set(name, value.get()))
    }

    /// The same without the member of this name. In an update, that resets it (RFC 7592 section 2.2).
    #[must_use]
    pub fn without(self, name: &str) -> Self {
        let mut rest = Self::default();
        for (each, json) in self.members.into_iter().filter(|(each, _)| **each != *name) {
            rest.members.insert(&each, json);
        }
        rest
    }

    fn set_list<'t>(mut self, name: &str, texts: impl Iterator<Item = &'t str>) -> Self {
        let texts: Vec<String> = texts.map(in_json).collect();
        self.members.insert(name, Secret::new(format!("[{}]", texts.join(","))));
        self
    }

    fn checked_text(
        self,
        name: &'static str,
        text: &str,
        check: impl Fn(&'static str, &str) -> Result<(), ConfigError>,
    ) -> Result<Self, ConfigError> {
        check(name, text)?;
        Ok(self.set_text(name, text))
    }

    fn checked_list<T: AsRef<str>>(
        self,
        name: &'static str,
        texts: impl IntoIterator<Item = T>,
        check: impl Fn(&'static str, &str) -> Result<(), ConfigError>,
    ) -> Result<Self, ConfigError> {
        let texts: Vec<T> = texts.into_iter().collect();
        texts.iter().try_for_each(|text| check(name, text.as_ref()))?;
        Ok(self.set_list(name, texts.iter().map(T::as_ref)))
    }
}
