//! The run: what happens when, and to whom.

use std::{cmp::Ordering, collections::BinaryHeap, hash::Hasher, time::Duration};

use oauth_proto::{
    Client, Confidential, Outcome, Provider, Registration, Response, Timestamp,
    fleet::{Found, Policy, Record, Step, Swap},
};
use rand::{RngExt as _, SeedableRng};
use rand_pcg::Pcg64Mcg;
use rustc_hash::FxHasher;

use super::{
    node::{Doing, Node},
    server::{Number, Server, micros},
    weather::Weather,
};

/// What a run came to.
#[derive(Debug, Default)]
pub struct Tally {
    pub asks: u64,
    pub store_operations: u64,
    /// Replacements that the store made.
    pub replaced: u64,
    pub sends: u64,
    pub generations: usize,
    pub crashes: u64,
    /// How often the refresh token that was sent most often was sent.
    pub most_sends: u32,
    pub families_revoked: usize,
    pub logins: u64,
    /// Asks whose token the API did not take, though no family was revoked.
    pub dead_tokens: u64,
    /// Of everything that happened, in its order.
    pub digest: u64,
}

/// What arrives, when, and with whom: a worker, and which of his lives.
struct Arrival {
    at: u64,
    order: u64,
    who: usize,
    life: u32,
    event: Event,
}

impl PartialEq for Arrival {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.order) == (other.at, other.order)
    }
}

impl Eq for Arrival {}

impl PartialOrd for Arrival {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The earliest is the greatest: a heap gives that first.
impl Ord for Arrival {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.order).cmp(&(self.at, self.order))
    }
}

enum Event {
    /// A worker wants a token.
    Ask,
    /// It has waited.
    Woke,
    /// A read or replacement arrives at the store.
    Read,
    Replace {
        expected: Option<u64>,
        bytes: Vec<u8>,
        revision: u64,
        answered: bool,
    },
    /// The store's answer arrives.
    WasRead(Option<(u64, Vec<u8>)>),
    WasReplaced(Swap),
    NoAnswer,
    /// A request arrives at the server. `answered` as soon as that, if at all.
    Present {
        token: Number,
        answered: Option<u64>,
    },
    /// The server's answer arrives.
    Answer(Option<Number>),
    Lost,
}

struct Run<'a> {
    weather: &'a Weather,
    policy: Policy,
    client: &'static Client<Confidential>,
    random: Pcg64Mcg,
    now: u64,
    queue: BinaryHeap<Arrival>,
    order: u64,
    nodes: Vec<Node>,
    store: Option<(u64, Vec<u8>)>,
    server: Server,
    /// Who is logging in: one user has one browser.
    login: Option<usize>,
    tally: Tally,
    digest: FxHasher,
}

/// How long a request may take: what the provider's data says where it says nothing.
const DEADLINE: Duration = Duration::from_secs(30);

/// How long a worker waits for the store.
const STORE_PATIENCE: u64 = 2_000_000;

/// Runs it to its end.
pub fn simulate(weather: &Weather, seed: u64) -> Tally {
    let provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
    let registration = Registration::new("app").expect("a client id");
    let client = Client::confidential(provider, registration, "s3cret".into()).expect("a client");
    let mut run = Run {
        weather,
        policy: weather.policy(),
        client: Box::leak(Box::new(client)),
        random: Pcg64Mcg::seed_from_u64(seed),
        now: 0,
        queue: BinaryHeap::new(),
        order: 0,
        nodes: Vec::new(),
        store: None,
        server: Server::default(),
        login: None,
        tally: Tally::default(),
        digest: FxHasher::default(),
    };
    for who in 0..weather.workers {
        run.nodes.push(Node::start(0, &run.policy, weather, 0, &mut run.random));
        run.later(who, run.weather.between_asks, Event::Ask);
    }
    run.until_it_is_over();
    run.tally.generations = run.server.issued();
    run.tally.most_sends = run.server.most_presented();
    run.tally.families_revoked = run.server.families_revoked();
    run.tally.digest = run.digest.finish();
    run.tally
}

impl Run<'_> {
    fn until_it_is_over(&mut self) {
        let end = self.weather.hours * 3_600_000_000;
        while let Some(Arrival { at, who, life, event, .. }) = self.queue.pop() {
            if at > end {
                break;
            }
            self.now = at;
            self.digest.write_u64(at);
            self.digest.write_usize(who);
            self.happens(who, life, event);
        }
    }

    fn happens(&mut self, who: usize, life: u32, event: Event) {
        // The store and the server act, whoever asked and whether he lives.
        match event {
            Event::Read => {
                let found = self.store.clone();
                let delay = self.latency();
                return self.after(who, life, delay, Event::WasRead(found));
            }
            Event::Replace { expected, bytes, revision, answered } => {
                let swap = self.replace(expected, bytes, revision);
                if answered {
                    let paused = matches!(swap, Swap::Applied(_)) && self.chance(self.weather.pause);
                    let pause = if paused { self.random.random_range(0..60_000_000) } else { 0 };
                    let delay = self.latency() + pause;
                    self.after(who, life, delay, Event::WasReplaced(swap));
                }
                return;
            }
            Event::Present { token, answered } => {
                let issued = self.server.refresh(token, self.now, self.weather.life, self.weather.leeway);
                if let Some(delay) = answered {
                    self.after(who, life, delay, Event::Answer(issued));
                }
                return;
            }
            _ => {}
        }
        if self.nodes[who].life == life {
            self.goes_on(who, event);
        }
    }

    fn replace(&mut self, expected: Option<u64>, bytes: Vec<u8>, revision: u64) -> Swap {
        self.digest.write(&bytes);
        match &self.store {
            stored if stored.as_ref().map(|(version, _)| *version) == expected => {
                self.tally.replaced += 1;
                self.store = Some((revision, bytes));
                Swap::Applied(revision.into())
            }
            Some((version, bytes)) => Swap::Conflict(Some(Record::new(*version, bytes.clone()))),
            None => Swap::Conflict(None),
        }
    }

    /// A worker takes in what came for him.
    fn goes_on(&mut self, who: usize, event: Event) {
        let now = self.nodes[who].moment(self.now);
        let doing = std::mem::replace(&mut self.nodes[who].doing, Doing::Idle);
        let step = match (doing, event) {
            (Doing::Idle, Event::Ask) => {
                self.tally.asks += 1;
                self.later(who, self.weather.between_asks, Event::Ask);
                Step::from(self.nodes[who].worker.ask(self.client, "key"))
            }
            (doing, Event::Ask) => {
                self.nodes[who].doing = doing;
                return self.later(who, self.weather.between_asks, Event::Ask);
            }
            (Doing::Step(Step::Get(getting)), Event::WasRead(found)) => {
                let found = found.map_or(Found::Absent, |(version, bytes)| Found::Record(Record::new(version, bytes)));
                getting.finish(found, now)
            }
            (Doing::Step(Step::Get(getting)), Event::NoAnswer) => getting.finish(Found::Unknown, now),
            (Doing::Step(Step::Swap(swapping)), Event::WasReplaced(swap)) => swapping.finish(swap, now),
            (Doing::Step(Step::Swap(swapping)), Event::NoAnswer) => swapping.finish(Swap::Unknown, now),
            (Doing::Step(Step::Sleep(sleeping)), Event::Woke) => sleeping.finish(),
            (Doing::Sending(sending), Event::Answer(issued)) => sending.finish(self.answer(issued), now),
            (Doing::Sending(sending), Event::Lost) => sending.finish(Outcome::lost("reset"), now),
            // What comes when it is not waited for any more: an answer of the store after the patience with it.
            (doing, _) => {
                self.nodes[who].doing = doing;
                return;
            }
        };
        self.does(who, step);
    }

    /// A worker does what the machine says.
    fn does(&mut self, who: usize, step: Step<'static>) {
        let life = self.nodes[who].life;
        match step {
            Step::Get(_) => {
                self.tally.store_operations += 1;
                self.nodes[who].doing = Doing::Step(step);
                if self.chance(self.weather.store_lost) {
                    return self.after(who, life, STORE_PATIENCE, Event::NoAnswer);
                }
                let delay = self.latency();
                self.after(who, life, delay, Event::Read);
            }
            Step::Swap(swapping) => self.swaps(who, life, swapping),
            Step::Send(request, sending) => {
                let form = url::form_urlencoded::parse(request.expose_body());
                let presented = form.into_iter().find(|(name, _)| name == "refresh_token").expect("a refresh token").1;
                let token = presented[1..].parse().expect("a token of the model");
                self.nodes[who].doing = Doing::Sending(Box::new(sending));
                self.sends(who, life, token);
            }
            Step::Sleep(ref sleeping) => {
                let delay = micros(sleeping.duration());
                self.nodes[who].doing = Doing::Step(step);
                self.after(who, life, delay, Event::Woke);
            }
            Step::Use(usable) => {
                let token: Number = usable.access_token().expose()[1..].parse().expect("a token of the model");
                if !self.server.takes(token, self.now) && !self.server.was_revoked(token) {
                    self.tally.dead_tokens += 1;
                }
                self.login = self.login.filter(|other| *other != who);
            }
            Step::Stop(stopped) => {
                let over = stopped.remedy();
                if !matches!(over, oauth_proto::Remedy::LogIn | oauth_proto::Remedy::Decide) {
                    return;
                }
                if self.login.is_some_and(|other| other != who) {
                    return;
                }
                self.login = Some(who);
                self.tally.logins += 1;
                let number = self.server.log_in(self.now, self.weather.life);
                let ends = self.nodes[who].moment(self.now).wall.plus(self.weather.life);
                let step = self.nodes[who].worker.log_in(self.client, "key", self.imported(number, ends));
                self.does(who, step.into());
            }
        }
    }

    fn swaps(&mut self, who: usize, life: u32, swapping: oauth_proto::fleet::Swapping<'static>) {
        self.tally.store_operations += 1;
        let expected = swapping.expected().map(|version| match version {
            oauth_proto::fleet::Version::Number(number) => *number,
            oauth_proto::fleet::Version::Text(_) => unreachable!("this store counts"),
        });
        let (bytes, revision) = (swapping.bytes().to_vec(), swapping.revision());
        self.nodes[who].doing = Doing::Step(Step::Swap(swapping));
        let replace = |answered| Event::Replace { expected, bytes, revision, answered };
        if self.chance(self.weather.store_lost) {
            self.after(who, life, STORE_PATIENCE, Event::NoAnswer);
            let delay = match self.random.random_range(0..4) {
                0 => return,
                1 => self.random.random_range(0..120_000_000),
                _ => self.latency(),
            };
            return self.after(who, life, delay, replace(false));
        }
        let delay = self.latency();
        self.after(who, life, delay, replace(true));
        if self.chance(self.weather.crash_at_claim) {
            self.crash(who);
        }
    }

    fn sends(&mut self, who: usize, life: u32, token: Number) {
        self.tally.sends += 1;
        let there = self.latency();
        let back = self.latency() * 20;
        if self.chance(self.weather.crash) {
            if self.random.random() {
                self.after(who, life, there, Event::Present { token, answered: None });
            }
            return self.crash(who);
        }
        if self.chance(self.weather.answer_lost) {
            if self.random.random() {
                self.after(who, life, there, Event::Present { token, answered: None });
            }
            return self.after(who, life, there + back, Event::Lost);
        }
        if self.chance(self.weather.answer_slow) {
            let there = self.random.random_range(0..micros(DEADLINE));
            self.after(who, life, there, Event::Present { token, answered: None });
            return self.after(who, life, micros(DEADLINE), Event::Lost);
        }
        self.after(who, life, there, Event::Present { token, answered: Some(back) });
    }

    fn crash(&mut self, who: usize) {
        self.tally.crashes += 1;
        self.login = self.login.filter(|other| *other != who);
        let life = self.nodes[who].life + 1;
        self.nodes[who] = Node::start(life, &self.policy, self.weather, self.now, &mut self.random);
        self.later(who, Duration::from_secs(1), Event::Ask);
    }

    fn answer(&self, issued: Option<Number>) -> Outcome {
        let (status, body) = match issued {
            Some(number) => {
                let life = self.weather.life.as_secs();
                let tokens = format!("\"access_token\":\"A{number}\",\"refresh_token\":\"R{number}\"");
                (200, format!("{{{tokens},\"token_type\":\"Bearer\",\"expires_in\":{life}}}"))
            }
            None => (400, r#"{"error":"invalid_grant"}"#.to_owned()),
        };
        Response::new(status, [("Content-Type", "application/json")], body).into()
    }

    fn imported(&self, number: Number, ends: Timestamp) -> oauth_proto::TokenSet<oauth_proto::Refreshable> {
        let [access, refresh] = [format!("A{number}"), format!("R{number}")];
        let tokens = self.client.import_refreshable_tokens_from_elsewhere(access.into(), refresh.into(), Some(ends));
        tokens.expect("tokens")
    }

    fn chance(&mut self, share: u32) -> bool {
        share > 0 && self.random.random_range(0..1_000_000) < share
    }

    /// How long a message takes: mostly a millisecond or two, at times much longer.
    fn latency(&mut self) -> u64 {
        let long = self.random.random_range(0..100) == 0;
        self.random.random_range(if long { 1_000..200_000 } else { 500..2_000 })
    }

    fn later(&mut self, who: usize, mean: Duration, event: Event) {
        let delay = self.random.random_range(0..=2 * micros(mean));
        self.after(who, self.nodes[who].life, delay, event);
    }

    fn after(&mut self, who: usize, life: u32, delay: u64, event: Event) {
        self.order += 1;
        self.queue.push(Arrival { at: self.now + delay, order: self.order, who, life, event });
    }
}
