//! Worker: one process of the fleet.

use std::{
    fmt,
    sync::atomic::{AtomicUsize, Ordering},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{
    Envelope, Getting, Guarantee, Policy, Remembers,
    ask::{Ask, Purpose},
    swapping::LoggingIn,
};
use crate::{
    client::AnyClient,
    keeper::Decision,
    token::AnyTokenSet,
    vocabulary::{Entropy, sha256},
};

/// One process, or one task: whatever asks for tokens of the fleet. Make it anew at each start, from fresh
/// [`Entropy`]; it is neither cloned nor stored, so that no two claims are the same.
///
/// It can be shared by threads and tasks: each ask is its own. A process that was forked, or restored from a snapshot, makes
/// another: two of the same take each other's claims for their own.
pub struct Worker {
    nonce: [u8; 16],
    asks: AtomicUsize,
    pub(super) policy: Policy,
    pub(super) envelope: Box<dyn Envelope>,
}

impl Worker {
    /// A worker that has just started, at a store that [remembers](Remembers) what it said it wrote: `store` is its
    /// [`Durable`](super::Durable) or [`SingleNode`](super::SingleNode), as [`stores`](super::stores) has it for some.
    pub fn new(
        entropy: Entropy, // spent: two workers of the same have the same claims
        policy: Policy,
        store: impl Remembers,
        envelope: impl Envelope + 'static,
    ) -> Self {
        Self::at_best_effort(entropy, policy, store, envelope)
    }

    /// The same at a store that may forget a claim, when another node of it takes over or it comes back from a crash. Then
    /// a refresh token may be sent twice, which a strict server answers with the end of the grant.
    pub fn at_best_effort(
        entropy: Entropy,
        policy: Policy,
        _store: impl Guarantee,
        envelope: impl Envelope + 'static,
    ) -> Self {
        let mut nonce = [0; 16];
        let hash = sha256(&[b"oauth-proto fleet\0", entropy.expose()]);
        nonce.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        Self { nonce, asks: AtomicUsize::new(0), policy, envelope: Box::new(envelope) }
    }

    /// Asks for a token of the record `key` that can be used.
    pub fn ask<'a>(&'a self, client: &'a AnyClient, key: &'a str) -> Getting<'a> {
        Getting::new(Ask::new(self, client, key), Purpose::Decide)
    }

    /// Puts the tokens of a login into the record `key`, in place of the tokens that stand there. Ends with a token to use.
    ///
    /// Where they cannot be stored, they come back in [`Stopped::NotStored`](super::Stopped::NotStored): over a record that
    /// cannot be read, or where they are those of another client.
    pub fn log_in<'a>(&'a self, client: &'a AnyClient, key: &'a str, tokens: impl Into<AnyTokenSet>) -> Getting<'a> {
        Getting::new(Ask::new(self, client, key), Purpose::LogIn(Box::new(LoggingIn::new(tokens.into()))))
    }

    /// Decides what is to be taken for true of a renewal that is in doubt: an operator may know, or dare. A record that is
    /// not in doubt any more stays as it is. Goes on as [`ask`](Self::ask) does.
    ///
    /// What is [assumed spent](Decision::AssumeSpent) is given up, and its access token used to its end. If it is
    /// [assumed unspent](Decision::AssumeUnspent), and was not, a strict server ends the grant.
    pub fn decide<'a>(&'a self, client: &'a AnyClient, key: &'a str, decision: Decision) -> Getting<'a> {
        Getting::new(Ask::new(self, client, key), Purpose::Resolve(decision))
    }

    /// As if it had just started, with the same randomness: a model goes on from one moment in many ways.
    #[cfg(feature = "__fuzzing")]
    #[doc(hidden)]
    pub fn start_over(&self) {
        self.asks.store(0, Ordering::Relaxed);
    }

    /// A text that no other ask has.
    pub(super) fn fresh(&self) -> Box<str> {
        let number = u64::try_from(self.asks.fetch_add(1, Ordering::Relaxed)).unwrap_or_default();
        let mut bytes = [0; 24];
        let parts = self.nonce.into_iter().chain(number.to_be_bytes());
        bytes.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
        URL_SAFE_NO_PAD.encode(bytes).into()
    }

    /// A share of a whole between 0 and 255, by the worker and its turn: so that not all come at once.
    pub(super) fn jitter(&self, turn: u32) -> u8 {
        let number = self.asks.load(Ordering::Relaxed).to_be_bytes();
        let [first, ..] = sha256(&[&self.nonce, &number, &turn.to_be_bytes()]);
        first
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("policy", &self.policy).finish_non_exhaustive()
    }
}
