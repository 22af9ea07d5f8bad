//! What a schedule borrows: the client, the workers of all lives, and what they agree on.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crate::{
    Client, Confidential, Timestamp,
    fleet::{Durable, Envelope, Policy, ReuseClass, Worker},
    fuzzing::{input::Input, scene},
    http::TransportError,
    vocabulary::sha256,
};

/// The records. The second may be of a client that asks for itself.
pub(super) const KEYS: [&str; 2] = ["alice", "other"];

/// How many workers there are in all, those that are started in the place of dead ones included.
const LIVES: u8 = 12;

pub(super) struct Setting {
    pub(super) client: Client<Confidential>,
    pub(super) workers: Vec<Worker>,
    /// How many of them live at a time.
    pub(super) alive: usize,
    pub(super) class: ReuseClass,
    pub(super) policy: Policy,
    /// How often a refresh token may be presented.
    pub(super) presentations: u32,
    /// Whether a second presentation at a strict server was chosen.
    pub(super) probes: bool,
    pub(super) skew: Duration,
    /// Whether the server sends new refresh tokens.
    pub(super) rotates: bool,
    /// Whether the second record is of a client that asks for itself.
    pub(super) reissues: bool,
    /// Whether the store's versions are texts of its own, and not our revisions.
    pub(super) etags: bool,
    pub(super) envelope: Sealing,
}

/// How long a worker with the right to send may take, the default of a policy.
pub(super) const PERMIT: Duration = Duration::from_secs(5);

impl Setting {
    pub(super) fn new(input: &mut Input<'_>) -> Self {
        let Some(client) = scene::client(scene::provider()) else { unreachable!("a provider that is right") };
        let class = input.pick([
            ReuseClass::Strict,
            ReuseClass::Leeway(Duration::from_secs(100)),
            ReuseClass::UntilNewUsed,
            ReuseClass::NonRotating,
        ]);
        let knobs = input.byte();
        let on = |bit: u8| knobs & (1 << bit) != 0;
        let skew = Duration::from_secs(if on(0) { 0 } else { 2 });
        let mut policy = Policy::new(class).skew(skew);
        let mut presentations = match class {
            ReuseClass::Strict => 1,
            ReuseClass::Leeway(_) | ReuseClass::UntilNewUsed => 3,
            ReuseClass::NonRotating => u32::MAX,
        };
        let probes = on(1) && class == ReuseClass::Strict;
        if probes {
            (policy, presentations) = (policy.probe(), 2);
        }
        if on(2) && class != ReuseClass::Strict {
            (policy, presentations) = (policy.presentations(2), 2);
        }
        if on(3) {
            policy = policy.access_token_dies_at_refresh();
        }
        if on(4) {
            policy = policy.ahead(Duration::from_secs(600)).spread(Duration::from_secs(1000));
        }
        let envelope = Sealing::default();
        let worker = |number| {
            let entropy = scene::entropy_of(number);
            Worker::new(entropy, policy.clone(), Durable, envelope.clone())
        };
        Self {
            client,
            workers: (0..LIVES).map(worker).collect(),
            alive: input.below(3).saturating_add(2),
            class,
            presentations,
            probes,
            skew,
            rotates: class != ReuseClass::NonRotating && !on(5),
            reissues: on(6),
            etags: on(7),
            envelope: envelope.clone(),
            policy,
        }
    }

    /// How long a record must stand until who claimed it is taken for dead.
    pub(super) fn suspicion(&self) -> Duration {
        self.policy.suspicion(self.client.provider().deadline())
    }

    /// Whether `until` is worth waiting for at `wall`.
    pub(super) fn is_to_wait(until: Timestamp, wall: Timestamp) -> bool {
        until.is_soon(wall, Duration::from_secs(3600))
    }
}

/// An envelope that authenticates, and hides nothing: a checksum stands before the tokens.
#[derive(Clone, Default)]
pub(super) struct Sealing {
    /// Whether the service with the keys is away.
    pub(super) fails: Arc<AtomicBool>,
}

/// How long the checksum is.
const CHECKSUM: usize = 32;

impl Envelope for Sealing {
    fn seal(&self, tokens: &[u8], bound_to: &[u8]) -> Result<Vec<u8>, TransportError> {
        if self.fails.load(Ordering::Relaxed) {
            return Err("the service with the keys is away".into());
        }
        Ok([sha256(&[bound_to, b"\0", tokens]).as_slice(), tokens].concat())
    }

    fn open(&self, sealed: &[u8], bound_to: &[u8]) -> Result<Vec<u8>, TransportError> {
        match sealed.split_at_checked(CHECKSUM) {
            Some((checksum, tokens)) if checksum == sha256(&[bound_to, b"\0", tokens]) => Ok(tokens.to_vec()),
            _ => Err("it is of something else".into()),
        }
    }
}

/// What was sealed, whatever it is bound to.
pub(super) fn opened(sealed: &[u8]) -> &[u8] {
    sealed.get(CHECKSUM..).unwrap_or_default()
}
