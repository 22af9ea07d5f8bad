//! What is refused in our own words.
//!
//! To a call that does not exist, the compiler says "no method found" and no more. To a call that exists under a bound
//! which nothing meets, it says the bound's sentence. So each wrong turn that is worth a sentence stands here, under
//! such a bound and hidden from the documentation. Nothing is weakened: the traits have no implementation, nobody else
//! can name them to write one, and a type that refuses `Display` here has it as little as before. `tests/ui/` holds a
//! program for each.
//!
//! The bounds are on `Anyone` because rustc says the sentence of `Secret: Display` instead where both are on `Secret`;
//! `for<'a>` because it would otherwise refuse them here, where they are declared.

mod out_of_turn;

use std::{
    fmt,
    hash::{Hash, Hasher},
    marker::PhantomData,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    client::{AnyClient, Client},
    grant::{FrontChannelTokens, Grant},
    http::Request,
    state::{Authorized, AwaitingCode, AwaitingToken, Expired, InDoubt, InFlight, ReceivedCode},
    stored::Tagged,
    token::TokenSet,
    vocabulary::{Entropy, Extras, Secret},
};

/// Whoever calls.
pub struct Anyone<'a>(PhantomData<&'a ()>);

/// The body of a refused call: nobody gets there.
pub trait Never {
    fn never<T>() -> T;
}

// Secrets.

#[diagnostic::on_unimplemented(
    message = "a secret is not printed: whoever reads the log could use it",
    label = "this would show a secret",
    note = "RFC 6749 section 10.3: tokens must be kept confidential; so must codes and the client's secret",
    note = "to log it, print it with `Debug`, which is redacted; to send it, call `secret.expose()`"
)]
pub trait MayPrintSecrets: Never {}

#[doc(hidden)]
impl fmt::Display for Secret
where
    for<'a> Anyone<'a>: MayPrintSecrets,
{
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Anyone::never()
    }
}

#[diagnostic::on_unimplemented(
    message = "a secret is not compared with `==`: the time it takes tells how much of a guess is right",
    label = "this would stop at the first difference",
    note = "RFC 6749 section 10.10: an attacker must not be able to guess a token, a code or a secret",
    note = "call `secret.matches(other.expose())`, which takes as long for a wrong text as for the right one"
)]
pub trait MayCompareSecrets: Never {}

/// In between, so that rustc chooses `==` before it learns that nobody may call it: else it says its own sentence.
pub trait Compare {
    fn compare() -> bool;
}

#[doc(hidden)]
impl<T: ?Sized> Compare for T
where
    for<'a> Anyone<'a>: MayCompareSecrets,
{
    fn compare() -> bool {
        Anyone::never()
    }
}

#[doc(hidden)]
impl<T: Compare + ?Sized> PartialEq<T> for Secret {
    fn eq(&self, _: &T) -> bool {
        T::compare()
    }
}

#[diagnostic::on_unimplemented(
    message = "a secret is not hashed: the time that a table takes tells which secrets are in it",
    label = "this would hash a secret",
    note = "RFC 6749 section 10.10: an attacker must not be able to guess a token, a code or a secret",
    note = "look tokens up by an id of your own, and a login by its `key()`"
)]
pub trait MayHashSecrets: Never {}

#[doc(hidden)]
impl Hash for Secret
where
    for<'a> Anyone<'a>: MayHashSecrets,
{
    fn hash<H: Hasher>(&self, _: &mut H) {
        Anyone::never()
    }
}

#[diagnostic::on_unimplemented(
    message = "`{T}` is not written out: its secret would lie in the store by accident",
    label = "this would write a secret in clear",
    note = "RFC 6749 section 10.3: tokens must be kept confidential in storage; RFC 6749 section 2.3.1: the client's secret is its password",
    note = "store the state that holds the secret: `stored::save(&tokens)`; make the client anew: `Client::confidential(provider, registration, secret)`"
)]
pub trait MayWriteOut<T>: Never {}

macro_rules! refuse_serialize {
    ($([$($k:ident)?] $type:ty,)+) => { $(
        #[doc(hidden)]
        impl$(<$k>)? Serialize for $type
        where
            for<'a> Anyone<'a>: MayWriteOut<Self>,
        {
            fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
                Anyone::never()
            }
        }
    )+ };
}

refuse_serialize!([] Secret, [] Extras, [K] Client<K>, [] AnyClient,);

// What is stored, and what is not.

#[diagnostic::on_unimplemented(
    message = "`{T}` is not stored: a token that was good yesterday must meet a clock first",
    label = "this would outlive the instant that the token was good at",
    note = "RFC 6749 section 5.1: an access token has a lifetime",
    note = "store its `into_token_set()`; load that `TokenSet`, and ask it with `tokens.at(now)`"
)]
pub trait MayStore<T>: Never {}

#[doc(hidden)]
impl<C> Tagged for Authorized<C>
where
    for<'a> Anyone<'a>: MayStore<Self>,
{
    const TAG: &'static str = "";
}

#[doc(hidden)]
impl<C> Serialize for Authorized<C>
where
    for<'a> Anyone<'a>: MayStore<Self>,
{
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Anyone::never()
    }
}

#[doc(hidden)]
impl<'de, C> Deserialize<'de> for Authorized<C>
where
    for<'a> Anyone<'a>: MayStore<Self>,
{
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Anyone::never()
    }
}

#[diagnostic::on_unimplemented(
    message = "`{T}` is not loaded: its request may have been sent before the process ended",
    label = "nobody knows any more whether it was sent",
    note = "RFC 6749 section 4.1.2: a code must not be used more than once; RFC 9700 section 4.14.2: nor must a refresh token",
    note = "load the same bytes as `InDoubt`, then call `retry`, `assume_unspent` or `assume_spent`"
)]
pub trait MayLoad<T>: Never {}

#[doc(hidden)]
impl<'de, G: Grant> Deserialize<'de> for InFlight<G>
where
    for<'a> Anyone<'a>: MayLoad<Self>,
{
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Anyone::never()
    }
}

// What is single use.

#[diagnostic::on_unimplemented(
    message = "`{T}` is not cloned: what it holds is single use, and two holders would use it twice",
    label = "this would be the second holder",
    note = "RFC 6749 section 4.1.2: a code must not be used more than once; RFC 9700 section 4.14.2: nor must a refresh token; RFC 6749 section 10.10: nor entropy",
    note = "to share tokens, put a `Keeper` behind a lock; for another login or request, call `authorize` or `refresh` anew; for entropy, `Entropy::from_os()`"
)]
pub trait MayClone<T>: Never {}

macro_rules! refuse_clone {
    ($([$($c:ident $(: $bound:ident)?)?] $type:ty,)+) => { $(
        #[doc(hidden)]
        impl$(<$c $(: $bound)?>)? $type {
            // No `impl Clone`: rustc would then advise calling it where a state is used twice.
            #[allow(clippy::should_implement_trait)]
            pub fn clone(&self) -> Self
            where
                for<'a> Anyone<'a>: MayClone<Self>,
            {
                Anyone::never()
            }
        }
    )+ };
}

refuse_clone!(
    [] Entropy,
    [] Request,
    [] AwaitingCode,
    [] ReceivedCode,
    [C] Authorized<C>,
    [C] Expired<C>,
    [C] TokenSet<C>,
    [G: Grant] InFlight<G>,
    [G: Grant] InDoubt<G>,
    [G: FrontChannelTokens] AwaitingToken<G>,
);
#[cfg(feature = "par")]
refuse_clone!([] crate::par::Pushed,);
