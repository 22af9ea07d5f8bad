//! A world of states, two clients, one clock, and a record of what was sent.

use std::{collections::BTreeSet, fmt::Debug};

use super::{
    held::{Flight, Held, OneShot},
    keeping::Out,
    server::{self, CODE, Did, Reply, TOKEN},
    ways::Ways,
};
use crate::{
    AnyTokenSet, Callback, CallbackError, Client, Confidential, FinishError, InDoubt, InFlight, Request, RequestError,
    Timestamp,
    dialect::{Nonce, RefreshAnswer, RefreshCredential, RefreshDeadline, StateEcho},
    fuzzing::{
        claims,
        input::Input,
        scene::{self, SECRET},
    },
};

/// What no text shows.
pub(super) const HIDDEN: [&str; 3] = [SECRET, TOKEN, CODE];

/// How many states are held at most.
const MOST: usize = 12;

pub(super) struct World {
    /// Ours, and another's at another server.
    clients: [Client<Confidential>; 2],
    pub(super) held: Vec<Held>,
    pub(super) out: Vec<Out>,
    /// The codes and refresh tokens that were sent, less those that the server is known not to have taken.
    sent: BTreeSet<String>,
    pub(super) serial: u32,
    now: u64,
}

impl World {
    pub(super) fn new(input: &mut Input<'_>) -> Self {
        let mut provider = scene::provider();
        let knobs = input.byte();
        let on = |bit: u8| knobs & (1 << bit) != 0;
        let dialect = &mut provider.dialect;
        dialect.callback.implicit_refresh_token = true;
        dialect.response.keep = vec!["team.id".into()];
        if !on(0) {
            (dialect.follow_up, provider.follow_up_endpoint) = (None, None);
        }
        if on(1) && on(2) {
            dialect.refresh.answer = RefreshAnswer::ExtendsSeconds(60);
        }
        if on(3) && on(4) {
            dialect.refresh.credential = RefreshCredential::Access;
        }
        if on(5) {
            dialect.refresh.deadline = RefreshDeadline::AccessTokenExpiry;
        }
        if on(6) {
            dialect.refresh.opens_seconds_before_expiry = Some(30);
        }
        if on(7) {
            dialect.callback.state = StateEcho::NotEchoedByThisServer;
            dialect.authorize.nonce = Nonce::Off;
        }
        let mut other = scene::provider();
        other.name = "other".into();
        other.api_origins = vec!["https://api.other.example".into()];
        other.checks.clear();
        other.dialect.callback.implicit_refresh_token = true;
        let client = |provider| match scene::client(provider) {
            Some(client) => client,
            None => unreachable!("a provider that is right"),
        };
        Self {
            clients: [client(provider), client(other)],
            held: Vec::new(),
            out: Vec::new(),
            sent: BTreeSet::new(),
            serial: 0,
            now: 0,
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        scene::at(self.now)
    }

    pub(super) fn next(&mut self) -> u32 {
        self.serial = self.serial.wrapping_add(1);
        self.serial
    }

    /// A client for a step of this server's state; now and then the wrong one.
    pub(super) fn client(&self, input: &mut Input<'_>, server: &str) -> Client<Confidential> {
        let [ours, others] = &self.clients;
        let right = if ours.server() == server { ours } else { others };
        let wrong = if ours.server() == server { others } else { ours };
        if input.rarely(16) { wrong.clone() } else { right.clone() }
    }

    pub(super) fn hold(&mut self, held: Held) {
        claims::shown(&format!("{held:?}"), &HIDDEN);
        if let Held::Tokens(tokens) = &held {
            let later = scene::at(self.now.saturating_add(1000));
            let over = tokens.access_token_at(self.now()).is_none();
            assert!(!over || tokens.access_token_at(later).is_none(), "an end is final");
        }
        if self.held.len() < MOST {
            self.held.push(held);
        }
    }

    /// Sends it: what may be sent once was not sent before.
    pub(super) fn send(&mut self, request: &Request, client: &Client<Confidential>, server: &str) -> OneShot {
        assert_eq!(client.server(), server, "a request was made by another's client");
        claims::shown(&format!("{request:?}"), &HIDDEN);
        let parameters = claims::request(request, &[]);
        let one_shot = parameters.get("code").or(parameters.get("refresh_token")).cloned();
        if let Some(text) = &one_shot {
            assert!(self.sent.insert(text.clone()), "sent twice, and nobody chose to: {text}");
        }
        OneShot(one_shot)
    }

    /// The server is known not to have taken it, or to have issued it anew; or someone chose to send it again.
    pub(super) fn unspent(&mut self, one_shot: &OneShot) {
        one_shot.0.iter().for_each(|text| _ = self.sent.remove(text));
    }

    pub(super) fn issued(&mut self, tokens: AnyTokenSet, number: Option<u32>) {
        claims::token_text(tokens.access_token().expose());
        // However short its life: at some instant it is good.
        assert!(tokens.access_token_at(Timestamp::from_unix_millis(0)).is_some(), "what was issued is rejected");
        let [ours, _] = &self.clients;
        let answer = ours.provider().dialect.refresh.answer;
        if let (Some(number), RefreshAnswer::NewTokens) = (number, answer) {
            assert_eq!(tokens.access_token().expose(), server::access_token(number), "another token was issued");
        }
        if let AnyTokenSet::Refreshable(set) = &tokens {
            self.unspent(&OneShot(Some(set.refresh_token().expose().to_owned())));
        }
        self.hold(Held::Tokens(tokens));
    }
}

impl World {
    pub(super) fn step(&mut self, input: &mut Input<'_>) {
        match input.byte() & 15 {
            0 | 1 => return self.begin(input),
            2 => {
                let passed = input.pick([1, 20, 30, 60, 600]);
                self.now = self.now.saturating_add(if input.rarely(16) { input.number() } else { passed });
                return;
            }
            3 => return self.answer_ticket(input),
            _ if self.held.is_empty() => return self.begin(input),
            _ => {}
        }
        let at = input.below(self.held.len());
        if at >= self.held.len() {
            return;
        }
        let held = self.held.swap_remove(at);
        if input.rarely(8) {
            return self.hold(held.reload());
        }
        match held {
            Held::AwaitingCode(awaiting) => {
                let server = awaiting.intent().server().to_owned();
                let client = self.client(input, &server);
                let callback = self.callback(input, awaiting.state().expose(), "code=c0de-of-");
                match awaiting.receive(&client, Callback::query(&callback), self.now()) {
                    Ok((request, flight)) => {
                        let one_shot = self.send(&request, &client, &server);
                        self.hold(Held::Code(Flight::Sent(flight, one_shot)));
                    }
                    Err(error) => self.callback_error(error, Held::AwaitingCode),
                }
            }
            Held::AwaitingToken(awaiting) => {
                let client = self.client(input, awaiting.intent().server());
                let start = "token_type=bearer&expires_in=60&access_token=tok3n-of-access-";
                let callback = self.callback(input, awaiting.state().expose(), start);
                match awaiting.receive(&client, Callback::fragment(&callback), self.now()) {
                    Ok(granted) => self.issued(granted.into_any_token_set(), None),
                    Err(error) => self.callback_error(error, Held::AwaitingToken),
                }
            }
            Held::Received(code) => {
                let server = code.intent().server().to_owned();
                let client = self.client(input, &server);
                let made = code.exchange(&client, self.now());
                self.made(made, &client, &server, Held::Received);
            }
            Held::Code(flight) => self.fly(input, flight),
            Held::Refresh(flight) => self.fly(input, flight),
            Held::Credentials(flight) => self.fly(input, flight),
            Held::Reissue(flight) => self.fly(input, flight),
            Held::Password(flight) => self.fly(input, flight),
            Held::FollowUp(flight) => self.fly(input, flight),
            Held::Tokens(tokens) => self.use_tokens(input, tokens),
            Held::Keeper(keeper) => self.keep(input, keeper),
            Held::Intent(intent) => {
                let client = self.client(input, intent.server());
                let fresh = claims::must(client.authorization_code(), "a login begins");
                let entropy = scene::entropy_of(self.next().to_le_bytes()[0]);
                self.hold(Held::AwaitingCode(intent.again(fresh).authorize(entropy, self.now()).1));
            }
        }
    }

    fn begin(&mut self, input: &mut Input<'_>) {
        let client = self.client(input, "example");
        let (now, number) = (self.now(), self.next());
        let server = client.server().to_owned();
        let entropy = scene::entropy_of(number.to_le_bytes()[0]);
        match input.byte() & 7 {
            0 | 1 => {
                let start = claims::must(client.authorization_code(), "a login begins");
                self.hold(Held::AwaitingCode(start.authorize(entropy, now).1));
            }
            2 => {
                if let Ok(start) = client.implicit_with_refresh() {
                    self.hold(Held::AwaitingToken(start.authorize(entropy, now).1));
                }
            }
            3 => {
                let start = claims::must(client.client_credentials(), "a client asks for itself");
                self.made(start.request(now), &client, &server, Held::Intent);
            }
            4 => {
                let start = claims::must(client.password(), "a user has a password");
                self.made(start.request("ada", &"pa55".into(), now), &client, &server, Held::Intent);
            }
            _ => {
                let end = Some(scene::at(self.now.saturating_add(u64::from(input.byte()))));
                let [access, refresh] = [server::access_token(number), server::refresh_token(number)];
                let set = client.import_refreshable_tokens_from_elsewhere(access.into(), refresh.into(), end);
                self.hold(Held::Tokens(claims::must(set, "tokens are imported").into()));
            }
        }
    }

    /// A callback of the login with this state: right, refusing, or anything.
    fn callback(&mut self, input: &mut Input<'_>, state: &str, start: &str) -> String {
        let number = self.next();
        match input.byte() & 7 {
            5 => format!("error=access_denied&state={state}"),
            6 => input.text(40),
            7 => format!("{start}{number}&state={state}x"),
            _ => format!("{start}{number}&state={state}"),
        }
    }

    fn callback_error<W: Debug>(&mut self, error: CallbackError<W>, held: fn(W) -> Held) {
        claims::error(&error, &HIDDEN);
        match error {
            CallbackError::TooLate { intent }
            | CallbackError::Refused { intent, .. }
            | CallbackError::Unusable { intent, .. } => {
                self.hold(Held::Intent(*intent));
            }
            other => other.into_awaiting().into_iter().for_each(|awaiting| self.hold(held(awaiting))),
        }
    }

    /// A step was taken, or why not.
    pub(super) fn made<G: Ways, S: Debug>(
        &mut self,
        made: Result<(Request, InFlight<G>), RequestError<S>>,
        client: &Client<Confidential>,
        server: &str,
        back: impl Fn(S) -> Held,
    ) {
        match made {
            Ok((request, flight)) => {
                let one_shot = self.send(&request, client, server);
                self.hold(G::flight(Flight::Sent(flight, one_shot)));
            }
            Err(error) => {
                claims::error(&error, &HIDDEN);
                self.hold(back(error.into_origin()));
            }
        }
    }

    fn fly<G: Ways>(&mut self, input: &mut Input<'_>, flight: Flight<G>) {
        match flight {
            Flight::Sent(flight, one_shot) => {
                let mut serial = self.serial;
                let reply = server::reply(input, &mut serial);
                self.serial = serial;
                self.finish(flight, one_shot, reply);
            }
            Flight::Doubt(doubt, one_shot) => self.decide(input, doubt, one_shot),
        }
    }

    fn finish<G: Ways>(&mut self, flight: InFlight<G>, one_shot: OneShot, reply: Reply) {
        let Reply { did, outcome, issued } = reply;
        let error = match flight.finish(outcome) {
            Ok(tokens) => {
                assert!(matches!(did, Did::Issued | Did::Whatever | Did::Untrusted), "issued by {did:?}");
                return self.issued(G::issued(tokens), issued.filter(|_| did == Did::Issued));
            }
            Err(error) => error,
        };
        if did != Did::Whatever {
            claims::error(&error, &HIDDEN);
        }
        match error {
            FinishError::NotSent { origin, .. } => {
                assert_eq!(did, Did::NotSent);
                self.unspent(&one_shot);
                self.hold(G::before(*origin));
            }
            FinishError::Refused { origin, .. } => {
                assert!(matches!(did, Did::Refused | Did::Whatever), "refused by {did:?}");
                self.unspent(&one_shot);
                self.hold(G::before(*origin));
            }
            FinishError::Dead { remains, .. } => {
                assert!(matches!(did, Did::Killed | Did::Whatever), "dead by {did:?}");
                self.hold(G::left(*remains));
            }
            FinishError::Untrusted { remains, .. } => self.hold(G::left(*remains)),
            FinishError::InDoubt { in_doubt, .. } => self.hold(G::flight(Flight::Doubt(*in_doubt, one_shot))),
        }
    }

    fn decide<G: Ways>(&mut self, input: &mut Input<'_>, doubt: InDoubt<G>, one_shot: OneShot) {
        match input.byte() & 3 {
            0 => self.hold(G::left(doubt.assume_spent())),
            1 => {
                self.unspent(&one_shot);
                self.hold(G::before(doubt.assume_unspent()));
            }
            _ => {
                let server = G::server(&doubt).to_owned();
                let client = self.client(input, &server);
                let now = self.now();
                self.unspent(&one_shot);
                let sent = one_shot.clone();
                if let Some(made) = G::retry(doubt, &client, now) {
                    self.made(made, &client, &server, |doubt| G::flight(Flight::Doubt(doubt, sent.clone())));
                }
            }
        }
    }
}
