//! The browser's way back: where it came to, and nothing believed yet.

mod parameters;

pub(crate) use parameters::Parameters;

use crate::{
    dialect::TokenPlace,
    error::ErrorResponse,
    intent::Intent,
    provider::CheckedProvider,
    vocabulary::{RedirectUri, Wiped, form},
};

/// What the server sent the browser to us with, as it arrived: borrowed, not decoded.
///
/// ```
/// use oauth_proto::Callback;
///
/// // The request target that a web server sees, or the whole URL.
/// let callback = Callback::url("/cb?code=SplxlOBeZQQYbYS6WxSbIA&state=xyz");
/// // A framework that hands out the query alone:
/// let callback = Callback::query("code=SplxlOBeZQQYbYS6WxSbIA&state=xyz");
/// // It may hold a code or a token, so it is not printed.
/// assert_eq!(format!("{callback:?}"), "Callback(37 bytes, redacted)");
/// ```
///
/// A client of several servers gives each a redirect URI of its own, and says [where](Self::arrived_at) a callback came
/// to.
#[derive(Clone, Copy)]
pub struct Callback<'a> {
    /// The URL's query, or a form.
    query: &'a str,
    fragment: &'a str,
    /// Whether a page of the server's posted a form; otherwise the browser was redirected (RFC 6749 section 4.1.2).
    is_form: bool,
    arrived_at: Option<&'a RedirectUri>,
}

/// It may hold a code or a token.
impl std::fmt::Debug for Callback<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Callback({} bytes, redacted)", self.len())
    }
}

impl<'a> Callback<'a> {
    const fn new(query: &'a str, fragment: &'a str) -> Self {
        Self { query, fragment, is_form: false, arrived_at: None }
    }

    /// A whole URL, or a request target such as `/cb?code=…`.
    pub fn url(url: &'a str) -> Self {
        // Few have one, and to find none is faster than to find where.
        let has_fragment = url.as_bytes().contains(&b'#');
        let (rest, fragment) = if has_fragment { form::split_at(url, b'#') } else { (url, "") };
        let (_, query) = form::split_at(rest, b'?');
        Self::new(query, fragment)
    }

    /// The query alone, with or without its `?`.
    pub fn query(query: &'a str) -> Self {
        Self::new(query.strip_prefix('?').unwrap_or(query), "")
    }

    /// The fragment alone, with or without its `#`: what a page reads from `location.hash`.
    pub fn fragment(fragment: &'a str) -> Self {
        Self::new("", fragment.strip_prefix('#').unwrap_or(fragment))
    }

    /// The body of a POST, for a login that [asked for one](crate::Unauthorized::form_post) (OAuth 2.0 Form Post Response
    /// Mode). No other login reads it, and that login reads nothing else: a mode that nobody asked for brings no code.
    ///
    /// ```
    /// use oauth_proto::Callback;
    /// # use oauth_proto::{Client, Entropy, Provider, RedirectUri, Registration, Timestamp};
    /// # let provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
    /// # let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
    /// # let client = Client::public(provider, registration)?;
    /// # let now = Timestamp::from_unix_seconds(1_800_000_000);
    ///
    /// let (url, awaiting) = client.authorization_code()?.form_post()?.authorize(Entropy::from_os()?, now);
    /// assert!(url.as_str().ends_with("&response_mode=form_post"));
    /// # let body = format!("code=SplxlOBeZQQYbYS6WxSbIA&state={}", awaiting.state().expose());
    ///
    /// // `POST /cb`, `Content-Type: application/x-www-form-urlencoded`
    /// let (request, in_flight) = awaiting.receive(&client, Callback::form_post(&body), now)?;
    /// # drop((request, in_flight));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// Two things are the caller's:
    /// - The method is POST, and the media type `application/x-www-form-urlencoded`: what a framework gives out as a form
    ///   was checked. Anything else is no callback: do not read it.
    /// - The POST comes from another site, so the browser's session must be found without a cookie that is `SameSite=Lax`
    ///   or `Strict`: the browser sends none of those along. Keep the waiting state under a cookie of its own, for this
    ///   path and the login's minutes alone, with `SameSite=None; Secure; HttpOnly`.
    pub fn form_post(body: &'a str) -> Self {
        Self { is_form: true, ..Self::new(body, "") }
    }

    /// Says which of the client's redirect URIs the browser came to. A login with another one takes the callback for none
    /// of its own, and goes on waiting.
    ///
    /// Where a client talks to several servers, and one of them may be an attacker's, the code of an honest server must
    /// not go to the attacker's token endpoint (RFC 9700 section 4.4). A server that sends `iss` is told apart by that
    /// ([`IssuerParameter`](crate::dialect::IssuerParameter)); any other by a redirect URI that it alone is given (section
    /// 4.4.2.2), if this is called with the URI of the route that was called.
    ///
    /// ```
    /// use oauth_proto::{Callback, CallbackError, RedirectUri, error::CallbackFault};
    /// # use oauth_proto::{Client, Entropy, Provider, Registration, Timestamp};
    /// # let provider = Provider::new("one", "https://one.example/authorize", "https://one.example/token");
    /// # let now = Timestamp::from_unix_seconds(1_800_000_000);
    ///
    /// let one = RedirectUri::new("https://app.example/cb/one")?;
    /// let other = RedirectUri::new("https://app.example/cb/other")?;
    /// # let client = Client::public(provider, Registration::new("app")?.redirect_uri(one.clone()))?;
    /// # let (_, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, now);
    /// # let state = awaiting.state().expose().to_owned();
    /// # let target = format!("/cb/other?code=SplxlOBeZQQYbYS6WxSbIA&state={state}");
    ///
    /// // `GET /cb/other?code=…&state=…`, and the state is that of a login at `one`.
    /// let callback = Callback::url(&target).arrived_at(&other);
    /// let error = awaiting.receive(&client, callback, now).unwrap_err();
    /// let CallbackError::NotOurs { awaiting, fault, .. } = error else { unreachable!() };
    /// assert_eq!(fault, CallbackFault::RedirectUri);
    /// # let target = format!("/cb/one?code=SplxlOBeZQQYbYS6WxSbIA&state={state}");
    /// assert!(awaiting.receive(&client, Callback::url(&target).arrived_at(&one), now).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn arrived_at(mut self, redirect_uri: &'a RedirectUri) -> Self {
        self.arrived_at = Some(redirect_uri);
        self
    }

    /// Whether it came to another redirect URI than that of the login.
    pub(crate) fn arrived_elsewhere(&self, login: &Intent) -> bool {
        self.arrived_at.is_some() && self.arrived_at != login.redirect_uri()
    }

    fn len(&self) -> usize {
        self.query.len().saturating_add(self.fragment.len())
    }

    /// Whether it came as a form.
    pub(crate) fn is_form(&self) -> bool {
        self.is_form
    }

    /// The `state` of this callback, if it has just one.
    pub(crate) fn state(&self, provider: &CheckedProvider, place: Place) -> Option<Wiped<'a>> {
        Parameters::read(self, provider, place).ok()?.state
    }

    /// An error that stands in the query, where tokens come in the fragment: some servers that do not know the response
    /// type answer as if a code had been asked for. It is told, and not believed (RFC 6749 section 4.2.2.1).
    pub(crate) fn claims_elsewhere(&self, provider: &CheckedProvider, place: Place) -> Option<ErrorResponse> {
        let other = (place == Place::Tokens(TokenPlace::Fragment)).then_some(Place::Query)?;
        Parameters::read(self, provider, other).ok()?.error().ok().flatten()
    }

    /// Where its tokens stand, which stand at `place` in a URL.
    pub(crate) fn tokens(&self, place: TokenPlace) -> TokenPlace {
        if self.is_form { TokenPlace::Query } else { place }
    }

    fn pairs(&self, place: Place) -> impl Iterator<Item = (&'a str, &'a str)> {
        let (first, second) = match place {
            Place::Query | Place::Tokens(TokenPlace::Query) => (self.query, ""),
            Place::Tokens(TokenPlace::Fragment) => (self.fragment, ""),
            // Both are read as one: what stands in both is repeated, and refused as such.
            Place::Tokens(TokenPlace::FragmentOrQuery) => (self.fragment, self.query),
        };
        form::pairs(first).chain(form::pairs(second))
    }
}

/// Where the parameters of this flow stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A code comes in the query (RFC 6749 section 4.1.2), or in the form that stands in its place.
    Query,
    /// Tokens come where the dialect says (section 4.2.2), or in the form.
    Tokens(TokenPlace),
}
