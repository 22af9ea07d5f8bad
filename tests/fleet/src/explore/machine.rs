//! The real machine, asked once for what follows from a state and an event. A state is a number from there on.

use std::time::Duration;

use oauth_proto::{
    Client, Confidential, Entropy, Outcome, Provider, Registration, Response, Timestamp,
    fleet::{Durable, Found, InClear, Moment, Record, Sending, Step, Swap, Worker},
    fuzzing::json::{self, Json},
};
use rustc_hash::FxHashMap;

use super::{rules::Rules, server::Answer, symmetry::Symmetry};

pub type StateId = u32;
pub type RecordId = u32;

/// How long an access token lives, and so how long a round is.
const LIFE: Duration = Duration::from_secs(10_000);
const START: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);

/// Which ask: the worker, how often it crashed before, and its round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Who {
    pub worker: u8,
    pub life: u8,
    pub round: u8,
}

/// What happens to a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    Found(RecordId),
    Applied(u64),
    Conflict(RecordId),
    /// The store did not answer.
    Unknown,
    Answer(Answer),
    Lost,
    NotSent,
    /// It waited, and the server's wait is over.
    Woke,
    /// It waited for as long as a worker that lives never takes.
    WokeLate,
}

/// What a state does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    Get,
    Swap {
        expected: Option<u64>,
        record: RecordId,
    },
    Sleep,
    /// It presents the refresh token of this number.
    Send(u8),
    /// It uses the access token of this number, as that of this generation.
    Use {
        generation: u64,
        token: u8,
    },
    Stop,
}

enum Doing<'a> {
    Step(Step<'a>),
    Sending(Sending<'a>),
    Over,
}

struct State<'a> {
    doing: Doing<'a>,
    view: View,
    who: Who,
    monotonic: Duration,
    wall: Timestamp,
}

/// What a record says in clear, and its tokens.
pub struct Written {
    pub revision: u64,
    pub generation: u64,
    /// The access token's number.
    pub token: u8,
    /// The ask that claimed it.
    pub sending: Option<Box<str>>,
    pub not_before: Option<Timestamp>,
    bytes: Vec<u8>,
}

pub struct Machine<'a> {
    setting: &'a Setting,
    states: Vec<State<'a>>,
    by_fingerprint: FxHashMap<String, StateId>,
    pub records: Vec<Written>,
    by_bytes: FxHashMap<Vec<u8>, RecordId>,
    follows: FxHashMap<(StateId, Event, bool, Timestamp), StateId>,
    /// Whose ask it is that a record names.
    pub claims: FxHashMap<Box<str>, Who>,
    pub symmetry: Symmetry,
}

/// What the machine borrows: the client, and a worker for each of its lives and rounds.
pub struct Setting {
    rules: Rules,
    client: Client<Confidential>,
    workers: Vec<Worker>,
}

impl Setting {
    pub fn new(rules: &Rules) -> Self {
        let provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
        let registration = Registration::new("app").expect("a client id");
        let client = Client::confidential(provider, registration, "s3cret".into()).expect("a client");
        let lives = usize::from(rules.crashes) + 1;
        let asks = rules.workers * lives * usize::from(rules.rounds);
        let worker = |number| {
            let byte = u8::try_from(number).expect("few asks");
            Worker::new(Entropy::from_bytes([byte; Entropy::BYTES]), rules.policy(), Durable, InClear)
        };
        Self { rules: rules.clone(), client, workers: (0..=asks).map(worker).collect() }
    }

    fn worker(&self, who: Who) -> &Worker {
        let lives = usize::from(self.rules.crashes) + 1;
        let [worker, life, round] = [who.worker, who.life, who.round].map(usize::from);
        &self.workers[(worker * lives + life) * usize::from(self.rules.rounds) + round]
    }

    /// The name of an ask, as it stands in a record.
    fn name(&self, who: Who) -> String {
        let worker = self.worker(who);
        worker.start_over();
        worker.ask(&self.client, "key").name().to_owned()
    }

    fn symmetry(&self) -> Symmetry {
        let lives = 0..=self.rules.crashes;
        let asks = lives.flat_map(|life| (0..self.rules.rounds).map(move |round| (life, round)));
        let name = |worker, (life, round)| self.name(Who { worker, life, round });
        let names = asks.map(|ask| (0..).take(self.rules.workers).map(|worker| name(worker, ask)).collect());
        Symmetry::new(self.rules.workers, names.collect())
    }

    /// How long a worker may take, in all.
    fn suspicion(&self) -> Duration {
        self.rules.policy().suspicion(Duration::from_secs(30))
    }
}

impl<'a> Machine<'a> {
    pub fn new(setting: &'a Setting) -> Self {
        Self {
            setting,
            states: Vec::new(),
            by_fingerprint: FxHashMap::default(),
            records: Vec::new(),
            by_bytes: FxHashMap::default(),
            follows: FxHashMap::default(),
            claims: FxHashMap::default(),
            symmetry: setting.symmetry(),
        }
    }

    pub fn view(&self, state: StateId) -> View {
        self.states[state as usize].view
    }

    pub fn who(&self, state: StateId) -> Who {
        self.states[state as usize].who
    }

    pub fn record(&self, record: RecordId) -> &Written {
        &self.records[record as usize]
    }

    pub fn states(&self) -> usize {
        self.states.len()
    }

    /// The record of a login whose access token is over when the first round begins.
    pub fn login(&mut self) -> RecordId {
        let client = &self.setting.client;
        let tokens = client.import_refreshable_tokens_from_elsewhere("A0".into(), "R0".into(), Some(START));
        let worker = self.setting.workers.last().expect("one for the login");
        worker.start_over();
        let now = Moment { wall: START, monotonic: Duration::ZERO };
        let step = worker.log_in(client, "key", tokens.expect("tokens")).finish(Found::Absent, now);
        let Step::Swap(swapping) = step else { panic!("a login is stored") };
        self.intern_record(swapping.bytes())
    }

    /// A worker begins to ask.
    pub fn begin(&mut self, who: Who) -> StateId {
        let setting = self.setting;
        let worker = setting.worker(who);
        worker.start_over();
        let wall = START.plus(LIFE * u32::from(who.round));
        self.intern(Step::from(worker.ask(&setting.client, "key")), who, Duration::ZERO, wall)
    }

    /// What becomes of a state by an event, after a pause that is longer than a permit if `paused`.
    pub fn follow(&mut self, from: StateId, event: Event, paused: bool, store: RecordId) -> StateId {
        let State { wall, monotonic, who, .. } = self.states[from as usize];
        // Who wakes waited for as long as the server asked for.
        let woken_by = self.record(store).not_before.filter(|_| matches!(event, Event::Woke | Event::WokeLate));
        let wall = woken_by.map_or(wall, |until| wall.max(until));
        let key = (from, event, paused, wall);
        if let Some(known) = self.follows.get(&key) {
            return *known;
        }
        let stood_still = paused || event == Event::WokeLate;
        let monotonic = monotonic + if stood_still { self.setting.suspicion() } else { Duration::ZERO };
        let step = self.apply(from, event, Moment { wall, monotonic });
        let to = self.intern(step, who, monotonic, wall);
        self.follows.insert(key, to);
        to
    }

    fn apply(&self, from: StateId, event: Event, now: Moment) -> Step<'a> {
        let stored = |record: RecordId| {
            let written = self.record(record);
            Record::new(written.revision, written.bytes.clone())
        };
        match (&self.states[from as usize].doing, event) {
            (Doing::Step(Step::Get(getting)), Event::Found(record)) => {
                getting.fork().finish(Found::Record(stored(record)), now)
            }
            (Doing::Step(Step::Get(getting)), Event::Unknown) => getting.fork().finish(Found::Unknown, now),
            (Doing::Step(Step::Swap(swapping)), event) => {
                let swap = match event {
                    Event::Applied(version) => Swap::Applied(version.into()),
                    Event::Conflict(record) => Swap::Conflict(Some(stored(record))),
                    _ => Swap::Unknown,
                };
                swapping.fork().finish(swap, now)
            }
            (Doing::Step(Step::Sleep(sleeping)), Event::Woke | Event::WokeLate) => sleeping.fork().finish(),
            (Doing::Sending(sending), event) => {
                let outcome = match event {
                    Event::Answer(Answer::Tokens(number)) => answer(200, &tokens(number)),
                    Event::Answer(Answer::InvalidGrant) => answer(400, r#"{"error":"invalid_grant"}"#),
                    Event::NotSent => Outcome::not_sent("refused"),
                    _ => Outcome::lost("reset"),
                };
                sending.fork().finish(outcome, now)
            }
            (_, event) => unreachable!("{event:?} does not happen here"),
        }
    }

    fn intern(&mut self, step: Step<'a>, who: Who, monotonic: Duration, wall: Timestamp) -> StateId {
        let now = Moment { wall, monotonic };
        let (doing, view, fingerprint) = match step {
            Step::Use(usable) => {
                let token = number_of(usable.access_token().expose());
                let generation = usable.generation();
                (Doing::Over, View::Use { generation, token }, format!("use {generation} {token}"))
            }
            Step::Stop(stopped) => (Doing::Over, View::Stop, format!("stop {stopped}")),
            Step::Send(request, sending) => {
                let form = url::form_urlencoded::parse(request.expose_body());
                let presented = form.into_iter().find(|(name, _)| name == "refresh_token");
                let token = number_of(&presented.expect("it presents a refresh token").1);
                let fingerprint = sending.fingerprint(now);
                (Doing::Sending(sending), View::Send(token), fingerprint)
            }
            step => {
                let fingerprint = step.fingerprint(now);
                let view = match &step {
                    Step::Swap(swapping) => {
                        let record = self.intern_record(swapping.bytes());
                        if let Some(by) = self.record(record).sending.clone() {
                            self.claims.entry(by).or_insert(who);
                        }
                        let expected = swapping.expected().map(|version| match version {
                            oauth_proto::fleet::Version::Number(number) => *number,
                            oauth_proto::fleet::Version::Text(_) => unreachable!("this store counts"),
                        });
                        View::Swap { expected, record }
                    }
                    Step::Sleep(_) => View::Sleep,
                    _ => View::Get,
                };
                (Doing::Step(step), view, fingerprint)
            }
        };
        let fingerprint = format!("{} {} {fingerprint}", self.setting.name(who), wall.as_unix_millis());
        if let Some(known) = self.by_fingerprint.get(&fingerprint) {
            return *known;
        }
        let id = StateId::try_from(self.states.len()).expect("few states");
        self.symmetry.add_state(&fingerprint);
        self.states.push(State { doing, view, who, monotonic, wall });
        self.by_fingerprint.insert(fingerprint, id);
        id
    }

    fn intern_record(&mut self, bytes: &[u8]) -> RecordId {
        if let Some(known) = self.by_bytes.get(bytes) {
            return *known;
        }
        let id = RecordId::try_from(self.records.len()).expect("few records");
        self.symmetry.add_record(&String::from_utf8_lossy(bytes));
        self.records.push(Written::read(bytes));
        self.by_bytes.insert(bytes.to_vec(), id);
        id
    }
}

impl Written {
    fn read(bytes: &[u8]) -> Self {
        let at = bytes.iter().position(|byte| *byte == b'\n').expect("a header and tokens");
        let header = json::read(&bytes[..at]).expect("JSON");
        let tokens = json::read(&bytes[at + 1..]).expect("JSON, in clear");
        let number = |json: &Json, name: &str| match json.at(name) {
            Some(Json::Leaf(value)) => value.as_u64(),
            _ => None,
        };
        Self {
            revision: number(&header, "revision").expect("a revision"),
            generation: number(&header, "generation").expect("a generation"),
            token: number_of(tokens.at("access_token").and_then(Json::as_str).expect("an access token")),
            sending: header.at("sending.by").and_then(Json::as_str).map(Box::from),
            not_before: number(&header, "not_before").map(Timestamp::from_unix_millis),
            bytes: bytes.to_vec(),
        }
    }
}

fn answer(status: u16, body: &str) -> Outcome {
    Response::new(status, [("Content-Type", "application/json")], body).into()
}

fn tokens(number: u8) -> String {
    let life = LIFE.as_secs();
    format!(
        "{{\"access_token\":\"A{number}\",\"refresh_token\":\"R{number}\",\"token_type\":\"Bearer\",\"expires_in\":{life}}}"
    )
}

/// `A7` and `R7` are number 7.
fn number_of(token: &str) -> u8 {
    token[1..].parse().expect("a token of the model")
}
