//! One token for all tasks of a process, renewed ahead of its end, once, and by a task of its own: who is cancelled while
//! he waits takes no renewal with him.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::Full;
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use oauth_proto::{
    AnyClient, Decision, Header, Keeper, Outcome, PresentError, Response, Secret, Ticket, Timestamp, TransportError,
    Turn, challenge::Verdict, error::RequestFault, stored,
};
use tokio::sync::Notify;

use crate::transport;

/// How long before its end a token is renewed. While that goes on, the old one is used.
const AHEAD: Duration = Duration::from_secs(60);

pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Writes a row in place of the last one. It holds secrets in clear, and is called while the token is locked, so that no
/// older row comes after a newer one: let it be quick.
pub type Store = Box<dyn Fn(&str) -> Result<(), TransportError> + Send + Sync>;

#[derive(Clone)]
pub struct SharedToken(Arc<Inner>);

struct Inner {
    client: AnyClient,
    http: Client<HttpConnector, Full<Bytes>>,
    now: Clock,
    store: Store,
    keeper: Mutex<Keeper>,
    /// A renewal has ended, well or badly.
    renewed: Notify,
}

/// A token as it goes into one request.
pub struct Presented {
    pub header: Header,
    /// To be told apart from its successor: see [`SharedToken::challenged`].
    pub token: Secret,
}

impl SharedToken {
    /// `keeper` is new, with the tokens of a login; or that of the last row, after a restart.
    ///
    /// # Errors
    /// It could not be stored.
    pub fn new(client: &AnyClient, keeper: Keeper, now: Clock, store: Store) -> Result<Self, TransportError> {
        store(&stored::save(&keeper))?;
        let (client, keeper) = (client.clone(), Mutex::new(keeper));
        let http = transport::client(HttpConnector::new()); // yours: with TLS
        Ok(Self(Arc::new(Inner { client, http, now, store, keeper, renewed: Notify::new() })))
    }

    /// The header field that shows the token to `url`.
    ///
    /// # Errors
    /// No token may go there, or there is none: see [`NoToken`].
    pub async fn present_to(&self, url: &str) -> Result<Presented, NoToken> {
        // Made before the look, so that no renewal ends unseen in between.
        let renewed = self.0.renewed.notified();
        if let Some(presented) = self.turn(url)? {
            return Ok(presented);
        }
        renewed.await;
        // Once: a server that answers nothing is not asked on and on by one who waits.
        self.turn(url)?.ok_or(NoToken::NotNow)
    }

    /// What an API's answer says of this token. One that it refuses is not used again, and whoever asks next has it
    /// renewed; if it was replaced meanwhile, nothing changes.
    pub fn challenged(&self, used: &Secret, response: &Response) -> Verdict {
        let mut keeper = self.0.keeper();
        let verdict = keeper.challenged(used, &self.0.client, response);
        if verdict == Verdict::Rejected {
            self.0.write(&keeper);
        }
        verdict
    }

    /// `None`: wait for the renewal that goes on.
    fn turn(&self, url: &str) -> Result<Option<Presented>, NoToken> {
        let inner = &self.0;
        let mut keeper = inner.keeper();
        loop {
            let now = (inner.now)();
            match keeper.poll(&inner.client, now, AHEAD) {
                Turn::Use(token) => {
                    let header = keeper.header_for(&inner.client, url, now).map_err(NoToken::NotThere)?;
                    return Ok(Some(Presented { header, token }));
                }
                Turn::Send(request, ticket) => match (inner.store)(&stored::save(&*keeper)) {
                    Ok(()) => self.send(request, ticket),
                    // What is not stored is not sent: after a crash, nobody would know that it was.
                    Err(why) => inner.end(&mut keeper, ticket, Outcome::not_sent(why)),
                },
                Turn::Wait { until: None } => return Ok(None),
                Turn::Wait { until: Some(_) } => return Err(NoToken::NotNow),
                // A refresh token that comes twice ends the session. A client's own token is just asked for again.
                Turn::Decide { .. } => {
                    keeper.decide(Decision::AssumeSpent);
                    inner.write(&keeper);
                }
                Turn::LogIn => return Err(NoToken::LogIn),
                Turn::Fix(fault) => return Err(NoToken::Fix(fault)),
            }
        }
    }

    fn send(&self, request: oauth_proto::Request, ticket: Ticket) {
        let inner = Arc::clone(&self.0);
        tokio::spawn(async move {
            let outcome = transport::send(&inner.http, request).await;
            inner.end(&mut inner.keeper(), ticket, outcome);
            inner.renewed.notify_waiters();
        });
    }
}

impl Inner {
    /// No lock is held while something is sent.
    fn keeper(&self) -> MutexGuard<'_, Keeper> {
        self.keeper.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self, keeper: &mut Keeper, ticket: Ticket, outcome: Outcome) {
        if let Err(why) = keeper.handle(ticket, outcome, (self.now)()) {
            eprintln!("the token was not renewed: {why}"); // the next turn says what follows
        }
        self.write(keeper);
    }

    /// Where this fails, the row before it says that a renewal was sent, which is true.
    fn write(&self, keeper: &Keeper) {
        if let Err(why) = (self.store)(&stored::save(keeper)) {
            eprintln!("the token was not stored: {why}");
        }
    }
}

/// Why there is no token for a request.
#[derive(Debug)]
pub enum NoToken {
    /// The client's data does not name this API: nothing is shown to it.
    NotThere(PresentError),
    /// A renewal has failed a moment ago.
    NotNow,
    /// Nothing is left to renew with.
    LogIn,
    /// The client cannot renew these tokens.
    Fix(RequestFault),
}

impl fmt::Display for NoToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotThere(why) => write!(f, "no token for this request: {why}"),
            Self::NotNow => f.write_str("the token is over, and was not renewed; try again later"),
            Self::LogIn => f.write_str("the token is over: log in again"),
            Self::Fix(fault) => write!(f, "the token cannot be renewed: {fault}"),
        }
    }
}

impl std::error::Error for NoToken {}
