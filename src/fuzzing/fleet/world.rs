//! What happens: to the workers, to what is on its way, and to the clocks.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::Ordering,
    time::Duration,
};

use super::{
    node::{Doing, Kind, Node, name_of},
    outside::{self, Outside},
    server::{self, Answer, HIDDEN, Number, Server, access_token, json, number_of, refresh_token},
    setting::{KEYS, Setting},
    store::{Replacement, Row, Written},
};
use crate::{
    Decision, Outcome, Request, Response,
    fleet::{Found, Sending, Step, Swap, Swapping, Version},
    fuzzing::{claims, input::Input},
};

/// How long an event takes, in milliseconds: no two records of a key begin at the same one.
const EVENT: u64 = 7;

/// How many events a worker needs at the most when nothing goes wrong any more.
const ENOUGH: usize = 400;

pub(super) struct World<'a> {
    pub(super) setting: &'a Setting,
    pub(super) server: Server,
    pub(super) nodes: Vec<Node<'a>>,
    /// What stands in the store, and what stood there before.
    pub(super) rows: [Option<Row>; 2],
    pub(super) before: [Option<Row>; 2],
    /// Replacements that nobody waits for any more, and may arrive yet.
    late: Vec<(Replacement, Kind)>,
    /// Refresh tokens of requests that nobody waits for any more, and until when they may arrive.
    astray: Vec<(Number, u64)>,
    /// Milliseconds since it began.
    pub(super) now: u64,
    lives: usize,
    writes: u64,
    /// Each record that ever stood there, by its key and version.
    pub(super) versions: BTreeMap<(usize, String), Written>,
    /// Which tokens stood there, of which generation.
    pub(super) lendable: BTreeSet<(usize, u64, Number)>,
    pub(super) stored: BTreeSet<Number>,
    /// The last generation of each login.
    pub(super) highest: BTreeMap<(usize, Box<str>), u64>,
    pub(super) logins: BTreeSet<(usize, Box<str>)>,
    pub(super) claims: BTreeSet<Vec<u8>>,
    /// How often each refresh token may be presented.
    pub(super) allowed: BTreeMap<Number, u32>,
    /// Somebody assumed that a token was not spent.
    pub(super) dared: bool,
    /// Something came into the store that no worker wrote.
    pub(super) outside: bool,
    /// A clock differs by more than the policy says.
    pub(super) clocks_are_wrong: bool,
}

impl<'a> World<'a> {
    /// Somebody has logged in to each record.
    pub(super) fn new(setting: &'a Setting) -> Self {
        let mut world = Self {
            setting,
            server: Server::new(setting.class, setting.rotates),
            nodes: setting.workers.iter().take(setting.alive).map(|worker| Node::start(worker, 0, 0)).collect(),
            rows: [None, None],
            before: [None, None],
            late: Vec::new(),
            astray: Vec::new(),
            now: 0,
            lives: setting.alive,
            writes: 0,
            versions: BTreeMap::new(),
            lendable: BTreeSet::new(),
            stored: BTreeSet::new(),
            highest: BTreeMap::new(),
            logins: BTreeSet::new(),
            claims: BTreeSet::new(),
            allowed: BTreeMap::new(),
            dared: false,
            outside: false,
            clocks_are_wrong: false,
        };
        let calm = &mut Input::new(&[]);
        for key in 0..KEYS.len() {
            world.logs_in(0, key, Duration::from_secs(60));
            world.until_it_rests(0, calm);
        }
        world
    }

    pub(super) fn happens(&mut self, input: &mut Input<'_>) {
        self.now = self.now.saturating_add(EVENT);
        let what = input.byte() & 31;
        let who = input.below(self.nodes.len());
        match what {
            20 | 21 => {
                let seconds: u64 = input.pick([1, 6, 41, 300, 1800]);
                self.now = self.now.saturating_add(seconds.saturating_mul(1000));
            }
            22 => {
                let shift = input.pick([1000, 2000, -1000, -2000, 3_600_000, -3_600_000, -86_400_000]);
                let Some(node) = self.nodes.get_mut(who) else { return };
                node.shift = shift;
                self.clocks_are_wrong |= u128::from(shift.unsigned_abs()) > self.setting.skew.as_millis();
            }
            23 | 24 => self.crashes(who, input),
            25 | 26 => {
                let at = input.below(self.late.len());
                if at < self.late.len() {
                    let (replacement, kind) = self.late.swap_remove(at);
                    drop(self.replaces(&replacement, kind));
                }
            }
            27 => {
                let at = input.below(self.astray.len());
                if at < self.astray.len() {
                    let (token, until) = self.astray.swap_remove(at);
                    if self.now <= until {
                        drop(self.arrives(token, Duration::from_secs(3600)));
                    }
                }
            }
            28 => self.logs_out(input.below(KEYS.len())),
            29 => self.comes_from_outside(input),
            30 => match input.byte() & 1 {
                0 => _ = self.setting.envelope.fails.fetch_xor(true, Ordering::Relaxed),
                _ => {
                    let row = self.rows.first().and_then(Option::as_ref).and_then(|row| row.written.as_ref());
                    if let Some(access) = row.map(|row| row.access) {
                        self.server.revoke(access);
                    }
                }
            },
            _ => self.acts(who, input),
        }
    }

    /// Nothing goes wrong any more: each worker comes to an end, and so does each ask after it.
    pub(super) fn comes_to_rest(&mut self) {
        self.setting.envelope.fails.store(false, Ordering::Relaxed);
        let calm = &mut Input::new(&[]);
        for who in 0..self.nodes.len() {
            self.until_it_rests(who, calm);
        }
        for key in 0..KEYS.len() {
            self.asks(0, key, Kind::Ask);
            self.until_it_rests(0, calm);
        }
        self.all_rest();
    }

    fn until_it_rests(&mut self, who: usize, calm: &mut Input<'_>) {
        for _ in 0..ENOUGH {
            if self.nodes.get(who).is_none_or(|node| matches!(node.doing, Doing::Idle)) {
                return;
            }
            self.now = self.now.saturating_add(EVENT);
            self.acts(who, calm);
        }
        self.all_rest();
    }

    /// A worker goes on, as far as it does by itself. The first of each choice is what goes well.
    fn acts(&mut self, who: usize, input: &mut Input<'_>) {
        let now = self.now;
        let Some(node) = self.nodes.get_mut(who) else { return };
        let moment = node.moment(now);
        let step = match std::mem::replace(&mut node.doing, Doing::Idle) {
            Doing::Idle => return self.begins(who, input),
            Doing::Step(Step::Get(getting)) => {
                let row = self.rows.get(node.key).and_then(Option::as_ref);
                if input.rarely(8) {
                    getting.finish(Found::Unknown, moment)
                } else {
                    row.iter().for_each(|row| node.sees(&row.version, now));
                    getting.finish(Row::found(row), moment)
                }
            }
            Doing::Step(Step::Swap(swapping)) => self.swaps(who, swapping, input),
            Doing::Step(Step::Sleep(sleeping)) => {
                if !input.rarely(4) {
                    self.now = now.saturating_add(server::millis(sleeping.duration()));
                }
                sleeping.finish()
            }
            Doing::Step(Step::Send(request, sending)) => return self.sends(who, &request, sending, input),
            Doing::Answered(sending, outcome, issued) => {
                let lost = input.rarely(4);
                node.answered = Some((moment.wall, None));
                if let Some(number) = issued.filter(|_| !lost) {
                    self.received(who, number);
                }
                sending.finish(if lost { Outcome::lost("reset") } else { outcome }, moment)
            }
            Doing::Step(Step::Use(_) | Step::Stop(_)) => return,
        };
        self.does(who, step);
    }

    fn begins(&mut self, who: usize, input: &mut Input<'_>) {
        let what = input.byte() & 15;
        let key = usize::from(input.byte() & 3 == 3);
        match what {
            12 => self.asks(who, key, Kind::Decide(Decision::AssumeSpent)),
            13 => self.asks(who, key, Kind::Decide(Decision::AssumeUnspent)),
            14 => self.logs_in(who, key, Duration::from_secs(input.pick([3600, 60, 5]))),
            15 => {
                let Some(node) = self.nodes.get_mut(who) else { return };
                let getting = node.worker.ask(&self.setting.client, key_of(key)).ahead_of_time();
                self.starts(who, key, Kind::Ask, getting.into());
            }
            10 | 11 => {
                let Some(node) = self.nodes.get_mut(who) else { return };
                let getting = node.worker.ask(&self.setting.client, key_of(key));
                let Some(lent) = node.lent.get(key).and_then(Option::as_ref) else { return };
                let (step, refused) = (getting.rejected(lent).into(), number_of(lent.access_token().expose()));
                self.starts(who, key, Kind::Ask, step);
                self.nodes.get_mut(who).into_iter().for_each(|node| node.rejected = refused);
            }
            _ => self.asks(who, key, Kind::Ask),
        }
    }

    fn asks(&mut self, who: usize, key: usize, kind: Kind) {
        let Some(node) = self.nodes.get_mut(who) else { return };
        let getting = match kind {
            Kind::Decide(decision) => node.worker.decide(&self.setting.client, key_of(key), decision),
            _ => node.worker.ask(&self.setting.client, key_of(key)),
        };
        let seen = node.seen.get(key).cloned().flatten();
        self.starts(who, key, kind, getting.seen(seen).into());
    }

    fn logs_in(&mut self, who: usize, key: usize, life: Duration) {
        let Some(node) = self.nodes.get_mut(who) else { return };
        let number = self.server.log_in(self.now, life);
        let (access, client) = (access_token(number).into(), &self.setting.client);
        let getting = if key > 0 && self.setting.reissues {
            let start = claims::must(client.client_credentials(), "a client asks for itself");
            let (_, flight) = claims::must(start.request(node.moment(self.now).wall), "a request is sent");
            let issued = claims::must(flight.finish(self.server.tokens(number, life)), "tokens are issued");
            node.worker.log_in(client, key_of(key), issued.into_token_set())
        } else {
            let end = node.moment(self.now).wall.plus(life);
            let refresh = refresh_token(number).into();
            let tokens = client.import_refreshable_tokens_from_elsewhere(access, refresh, Some(end));
            node.worker.log_in(client, key_of(key), claims::must(tokens, "tokens are imported"))
        };
        self.starts(who, key, Kind::LogIn, getting.into());
    }

    fn starts(&mut self, who: usize, key: usize, kind: Kind, step: Step<'a>) {
        let Some(node) = self.nodes.get_mut(who) else { return };
        (node.key, node.kind) = (key, kind);
        node.rejected = None;
        node.own.clear();
        self.does(who, step);
    }

    /// A worker does what the machine says.
    fn does(&mut self, who: usize, step: Step<'a>) {
        claims::shown(&format!("{step:?}"), &HIDDEN);
        self.is_beyond(who);
        match &step {
            Step::Swap(swapping) => self.will_replace(who, swapping),
            Step::Send(request, _) => {
                claims::shown(&format!("{request:?}"), &HIDDEN);
                let presented = claims::request(request, &[]).get("refresh_token").cloned();
                self.will_send(who, presented.as_deref().and_then(number_of));
            }
            Step::Stop(stopped) => return self.will_stop(who, stopped),
            Step::Get(_) | Step::Sleep(_) | Step::Use(_) => {}
        }
        if let Step::Use(usable) = step {
            self.will_use(who, *usable);
        } else if let Some(node) = self.nodes.get_mut(who) {
            node.doing = Doing::Step(step);
        }
    }

    /// The store takes in a replacement, or does not, and says so, or does not.
    fn swaps(&mut self, who: usize, swapping: Swapping<'a>, input: &mut Input<'_>) -> Step<'a> {
        let Some(node) = self.nodes.get(who) else { unreachable!("it acts") };
        let (kind, replacement) = (node.kind, Replacement::of(node.key, &swapping));
        let what = input.byte() & 15;
        let applied = match what {
            13 | 14 => false,
            15 => {
                self.late.push((replacement.clone(), kind));
                false
            }
            _ => self.replaces(&replacement, kind).is_some(),
        };
        let now = self.now;
        let row = self.rows.get(replacement.key).and_then(Option::as_ref);
        let Some(node) = self.nodes.get_mut(who) else { unreachable!("it acts") };
        let swap = match what {
            11.. => {
                node.unanswered = Some(replacement);
                Swap::Unknown
            }
            _ => {
                row.filter(|_| applied || what < 8).into_iter().for_each(|row| node.sees(&row.version, now));
                match row.filter(|_| applied) {
                    Some(row) => Swap::Applied(row.version.clone()),
                    None => Row::conflict(row, what < 8),
                }
            }
        };
        if let Swap::Applied(version) = &swap {
            let version = version.clone();
            self.wrote(who, &version);
        }
        let Some(node) = self.nodes.get(who) else { unreachable!("it acts") };
        swapping.finish(swap, node.moment(now))
    }

    /// A replacement arrives: the version that the record has then, unless it was another.
    fn replaces(&mut self, replacement: &Replacement, kind: Kind) -> Option<Version> {
        let Replacement { key, expected, bytes, revision } = replacement;
        let place = self.rows.get_mut(*key)?;
        if place.as_ref().map(|row| &row.version) != expected.as_ref() {
            return None;
        }
        self.writes = self.writes.saturating_add(1);
        let version: Version =
            if self.setting.etags { format!("\"{}\"", self.writes).as_str().into() } else { (*revision).into() };
        let row = Row { version: version.clone(), bytes: bytes.clone(), written: Written::read(bytes) };
        let before = place.replace(row.clone());
        if let Some(written) = &row.written {
            self.versions.insert((*key, name_of(&version)), written.clone());
        }
        self.replaced(*key, before.as_ref(), &row, kind);
        self.before.get_mut(*key).into_iter().for_each(|place| place.clone_from(&before));
        Some(version)
    }

    /// What comes of a request.
    fn sends(&mut self, who: usize, request: &Request, sending: Sending<'a>, input: &mut Input<'_>) {
        let Some(node) = self.nodes.get_mut(who) else { return };
        let moment = node.moment(self.now);
        let presented = claims::request(request, &[]).get("refresh_token").cloned();
        let token = presented.as_deref().and_then(number_of);
        let deadline = server::millis(self.setting.client.provider().deadline());
        let until = node.sent.as_ref().map_or(self.now, |(at, _)| at.saturating_add(deadline));
        let what = if self.now > until { 10 } else { input.byte() & 15 };
        let life = Duration::from_secs(input.pick([3600, 100, 30, 20, 0]));
        let error = |code: &str| format!("{{\"error\":\"{code}\"}}");
        let wait = input.pick(["", "0", "20", "3600"]);
        let refused = match what {
            10 => Outcome::lost("timed out"),
            11 => {
                self.astray.extend(token.map(|token| (token, until)));
                Outcome::lost("reset")
            }
            12 => Outcome::not_sent("refused"),
            13 => json(401, &error("invalid_client")),
            14 => Response::new(429, [("Retry-After", wait)], "").into(),
            _ => {
                let (answer, issued) = match token {
                    Some(token) => self.arrives(token, life),
                    None => {
                        let number = self.server.log_in(self.now, life);
                        (self.server.tokens(number, life), Some(number))
                    }
                };
                let Some(node) = self.nodes.get_mut(who) else { return };
                node.doing = match what {
                    8 => Doing::Answered(sending, Response::new(503, [("Retry-After", wait)], "").into(), None),
                    9 => Doing::Answered(sending, json(200, "{\"access_token\":"), None),
                    _ => Doing::Answered(sending, answer, issued),
                };
                return;
            }
        };
        node.answered = Some((moment.wall, None));
        self.does(who, sending.finish(refused, moment));
    }

    /// A refresh token comes to the server: its answer, and what it issued.
    fn arrives(&mut self, token: Number, life: Duration) -> (Outcome, Option<Number>) {
        let answer = self.server.refresh(token, self.now, life);
        self.presented(token, &answer);
        match answer {
            Answer::Tokens(number) => (self.server.tokens(number, life), Some(number)),
            Answer::InvalidGrant | Answer::Revoked => (json(400, "{\"error\":\"invalid_grant\"}"), None),
        }
    }

    /// The process ends, and another is started in its place.
    fn crashes(&mut self, who: usize, input: &mut Input<'_>) {
        let Some(worker) = self.setting.workers.get(self.lives) else { return };
        let Some(node) = self.nodes.get_mut(who) else { return };
        self.lives = self.lives.saturating_add(1);
        let kind = node.kind;
        let left = std::mem::replace(node, Node::start(worker, self.now, node.shift));
        let goes_on = input.byte() & 1 == 1;
        match left.doing {
            Doing::Step(Step::Swap(swapping)) if goes_on => {
                self.late.push((Replacement::of(left.key, &swapping), kind));
            }
            Doing::Step(Step::Send(..)) if goes_on => {
                let deadline = server::millis(self.setting.client.provider().deadline());
                let sent = left.sent.and_then(|(at, claimed)| Some((claimed.refresh?, at.saturating_add(deadline))));
                self.astray.extend(sent);
            }
            _ => {}
        }
    }

    /// The record is taken away. Nothing is under way then that makes one where there is none: a login that arrives after its
    /// own logout cannot be told from one that was meant.
    fn logs_out(&mut self, key: usize) {
        let begins = |replacement: &Replacement| replacement.key == key && replacement.expected.is_none();
        let is_under_way = |node: &Node<'_>| match &node.doing {
            Doing::Step(Step::Swap(swapping)) => begins(&Replacement::of(node.key, swapping)),
            _ => node.unanswered.as_ref().is_some_and(begins),
        };
        if self.nodes.iter().any(is_under_way) {
            return;
        }
        self.rows.get_mut(key).into_iter().for_each(|place| *place = None);
        self.late.retain(|(replacement, _)| !begins(replacement));
    }

    fn comes_from_outside(&mut self, input: &mut Input<'_>) {
        let key = input.below(KEYS.len());
        let Some(record) = outside::record(input, self, key) else { return };
        // What came from outside before may be of this very key.
        let foreign = matches!(record, Outside::Foreign(_)) && !self.outside;
        self.outside = true;
        self.writes = self.writes.saturating_add(1);
        let (Outside::Foreign(bytes) | Outside::Changed(bytes)) = record;
        let version = Version::from(format!("from outside {}", self.writes).as_str());
        let row = Row { version, written: Written::read(&bytes), bytes };
        // Who asks for a token of what is no record of this key gets none.
        let mut calm = Node::start(self.setting.workers.first().unwrap_or_else(|| unreachable!("a worker")), 0, 0);
        calm.key = key;
        let step =
            calm.worker.ask(&self.setting.client, key_of(key)).finish(Row::found(Some(&row)), calm.moment(self.now));
        claims::shown(&format!("{step:?}"), &HIDDEN);
        let refused = matches!(step, Step::Stop(crate::fleet::Stopped::Unreadable(_)));
        assert!(refused || !foreign, "a record of another key is read");
        if let Some(place) = self.rows.get_mut(key) {
            *place = Some(row);
        }
    }
}

fn key_of(key: usize) -> &'static str {
    KEYS.get(key).copied().unwrap_or_default()
}
