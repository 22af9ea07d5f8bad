//! The short codes of a row.

/// What the codes of one row change.
#[derive(Clone, Debug, Default)]
pub(crate) struct Specials {
    pub(crate) scope_not_used: bool,
    pub(crate) scope_unencoded: bool,
    pub(crate) omit_unset_at_authorize: bool,
    pub(crate) redirect_uri_in_query: bool,
    pub(crate) no_refresh_token: bool,
    /// A refresh token is given only with one of these scopes.
    pub(crate) refresh_token_needs: Option<Vec<String>>,
    /// A refresh brings no new refresh token, and the old one works on.
    pub(crate) refresh_token_stays: bool,
    pub(crate) refresh_by_get: bool,
    /// The access token itself is presented for the next one.
    pub(crate) refresh_by_access_token: bool,
    /// A refresh brings no token at all.
    pub(crate) refresh_extends: bool,
    /// So many seconds before the access token ends, a refresh is let in.
    pub(crate) refresh_opens_s: Option<u64>,
    pub(crate) non_expiring: bool,
    /// The access token ends, and nobody says when.
    pub(crate) expiry_unsaid: bool,
    /// The answer says when the access token ends if the request asks for it.
    pub(crate) expiry_on_request: bool,
}

/// Codes that change nothing on this wire: they speak of other requests, or repeat what another field says.
const SILENT: &[&str] = &[
    // Other requests, before or after.
    "post_token_api_call",
    "second_audience_token",
    // Said by the URLs.
    "url_fallback_alternatives",
    "token_url_has_query",
    "grant_type_in_token_url_query",
    // Said by the parameters and headers.
    "generated_value",
    "header_from_callback_value",
    "nonstandard_grant_type",
    "resource_owner_credentials_in_authorize_url",
    // Said by `client_auth`, `pkce` and `token_response`.
    "secret_as_basic_username",
    "pkce_challenge_sent_verifier_not_sent",
    "error_in_2xx_body",
    "second_exchange",
    "long_lived_token_exchange",
    // As everywhere here.
    "refresh_token_rotates",
    // A flag that nobody reads.
    "decode_url_flag_dead",
];

impl Specials {
    pub(crate) fn read(codes: &[String]) -> Result<Self, String> {
        let mut specials = Specials::default();
        for code in codes {
            specials.note(code)?;
        }
        Ok(specials)
    }

    fn note(&mut self, code: &str) -> Result<(), String> {
        match code {
            "scope_not_used" => self.scope_not_used = true,
            "scope_sent_unencoded" => self.scope_unencoded = true,
            "omit_empty_authorize_params" => self.omit_unset_at_authorize = true,
            "redirect_uri_in_token_query" => self.redirect_uri_in_query = true,
            "no_refresh_token" => self.no_refresh_token = true,
            "non_expiring" => self.non_expiring = true,
            "refresh_token_not_returned_keep_old" | "refresh_token_maybe_missing_keep_old" => {
                self.refresh_token_stays = true;
            }
            "refresh_via_GET_query" => self.refresh_by_get = true,
            "refresh_by_access_token_exchange" => self.refresh_by_access_token = true,
            "refresh_returns_no_token" => self.refresh_extends = true,
            "expires_in_must_be_requested" => self.expiry_on_request = true,
            _ if code.starts_with("expires_in_missing") => self.expiry_unsaid = true,
            // The lifetimes are of weeks and more; nothing here waits so long.
            _ if SILENT.contains(&code) || code.starts_with("refresh_token_lifetime:") => {}
            _ => self.note_with_value(code)?,
        }
        Ok(())
    }

    fn note_with_value(&mut self, code: &str) -> Result<(), String> {
        if let Some(scopes) = code.strip_prefix("refresh_token_needs_scope:") {
            self.refresh_token_needs = Some(scopes.split(',').map(str::to_owned).collect());
            return Ok(());
        }
        let seconds = code.strip_prefix("refresh_only_in_last_").and_then(|rest| rest.strip_suffix('s'));
        match seconds.and_then(|seconds| seconds.parse().ok()) {
            Some(seconds) => {
                self.refresh_opens_s = Some(seconds);
                Ok(())
            }
            None => Err(format!("special: `{code}` is not known here")),
        }
    }
}
