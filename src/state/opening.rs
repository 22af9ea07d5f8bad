//! The way out of every login through the browser: its parameters, and where they go.

use super::login::{AuthorizationUrl, Login};
use crate::{
    client::AnyClient,
    dialect::{Filled, Nonce, Pair, PlainScope, Random, ScopeEncoding, Values, authorization_url},
    exchange::scope_text,
    grant::LoginSettings,
    intent::Intent,
    vocabulary::{CodeChallenge, Endpoint, Entropy, Extras, RedirectUri, Scope, Secret, Timestamp},
};

/// What differs between the logins.
pub(crate) struct Opening<'a, T> {
    /// Where the parameters go.
    pub(crate) to: T,
    pub(crate) response_type: &'a str,
    pub(crate) challenge: Option<&'a CodeChallenge>,
}

/// Where the parameters of an authorization request go.
pub(crate) trait Destination {
    /// What is made of them.
    type Made;
    /// Whether a scope may stand there as it is, for a server that compares before it decodes.
    const HAS_PLAIN_SCOPE: bool;

    fn make<'a>(
        self,
        client: &'a AnyClient,
        pairs: impl Iterator<Item = Pair<'a>> + Clone,
        plain: Option<PlainScope<'_>>,
    ) -> Self::Made;
}

/// To the URL that the browser opens. A flow begins only where its endpoint is there.
impl Destination for Option<&Endpoint> {
    type Made = AuthorizationUrl;
    const HAS_PLAIN_SCOPE: bool = true;

    #[inline]
    fn make<'a>(
        self,
        client: &'a AnyClient,
        pairs: impl Iterator<Item = Pair<'a>> + Clone,
        plain: Option<PlainScope<'_>>,
    ) -> AuthorizationUrl {
        let fragment = client.provider().dialect.authorize.fragment.as_ref();
        let url = authorization_url(self.map_or("", Endpoint::as_str), fragment, pairs, plain);
        AuthorizationUrl(url.into())
    }
}

impl Login {
    /// Opens a login: the URL to send the browser to (RFC 6749 sections 4.1.1 and 4.2.1), or what else is made of its
    /// parameters; and what waits for the browser.
    pub(crate) fn open<T: Destination>(
        client: &AnyClient,
        opening: Opening<'_, T>,
        mut intent: Intent,
        settings: &LoginSettings,
        entropy: &Entropy,
        now: Timestamp,
    ) -> (T::Made, Self) {
        let step = &client.provider().dialect.authorize;
        // What is not asked for is not granted either: a token must not claim it later.
        if client.provider().login_is_without_scope() {
            intent.scope = Scope::default();
        }
        let state = settings.state(entropy);
        let nonce = (step.nonce == Nonce::EchoedWithTokens).then(|| entropy.nonce());
        let scope = scope_text(client, &intent);
        let parameters = &step.parameters;
        let plain = T::HAS_PLAIN_SCOPE
            && step.scope_encoding == ScopeEncoding::Minimal
            && scope.is_some()
            && !parameters.omits("scope");
        let pair = |name, value: Option<_>| parameters.pair(name, value?);
        let (challenge, method) = opening.challenge.map(|challenge| (challenge.as_str(), "S256")).unzip();
        let standard = [
            pair("response_type", Some(opening.response_type)),
            pair("client_id", Some(client.client_id())),
            pair("redirect_uri", intent.redirect_uri().map(RedirectUri::as_str)),
            pair("scope", scope.as_deref().filter(|_| !plain)),
            pair("state", Some(state.expose())),
            pair("nonce", nonce.as_ref().map(Secret::expose)),
            pair("code_challenge", challenge),
            pair("code_challenge_method", method),
        ];
        let extras = Extras::default();
        let random = Random { secret: Some(entropy.expose()), more: [&[]; 2], now };
        let values = Values { scope: scope.as_deref().unwrap_or_default(), extras: &extras, random };
        // Nothing that comes later is in these: that was seen when the client was made.
        let mut added = client.provider().additions.authorize.parameters(&values).unwrap_or_default();
        if let Some(beyond) = &intent.beyond {
            added.extend(beyond.login_pairs().map(Filled::from));
        }

        let others = added.iter().map(|Filled { name, value, .. }| Pair::new(name, value));
        let own = settings.parameters.iter().map(|(name, value)| Pair::new(name, value.expose()));
        let pairs = standard.iter().flatten().copied().chain(others).chain(own);
        let (name, separator) = (parameters.rename.wire("scope"), step.scope_separator.as_str());
        let plain = plain.then_some(PlainScope { name, scope: &intent.scope, separator });
        let made = opening.to.make(client, pairs, plain);
        drop(added); // it borrows the intent
        let closes_at = now.plus(settings.time_to_live);
        let form_post = settings.form_post || client.provider().asks_for_form;
        (made, Self { state, nonce, closes_at, intent, form_post })
    }
}
