//! What outlives a program, and what it meets: the store, the browser, the server, the clock. And the points at which
//! a program can end.

use std::{
    cell::{Cell, RefCell},
    fmt::Debug,
    future::{Future, poll_fn},
    rc::Rc,
    task::Poll,
    time::Duration,
};

use oauth_proto::{
    AnyClient, Header, Keeper, Outcome, Request, Response, Timestamp,
    stored::{self, Stored},
};
use oauth_proto_emulator::{Emulator, UserAgent};
use serde::{Serialize, de::DeserializeOwned};

use crate::case::{self, Case, Party};

/// How a program ends that ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The tokens of its row open the API.
    Tokens,
    /// A request was sent, perhaps, and someone must decide.
    InDoubt,
    /// By something that must not happen: the world has noted what.
    Wrong,
}

/// What the program does about a doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// It stops and asks.
    Ask,
    Retry,
    AssumeUnspent,
    AssumeSpent,
}

impl Choice {
    /// Those after which the program goes on.
    pub const DECISIONS: [Self; 3] = [Self::Retry, Self::AssumeUnspent, Self::AssumeSpent];

    /// Whether it sends what may be spent.
    pub fn sends_again(self) -> bool {
        matches!(self, Self::Retry | Self::AssumeUnspent)
    }
}

/// A point that the program came to.
#[derive(Clone, Debug)]
pub struct Point {
    pub name: String,
    /// The kind of the journal that the store holds: who finds it cannot know what came of the request.
    pub journal: Option<Rc<str>>,
    /// The keeper in memory has handed a request out.
    pub ticketed: bool,
    /// The server has done what the last request asked for.
    pub acted: bool,
    /// The store is empty while the browser holds the callback.
    pub taken_out: bool,
}

/// No wait is longer than twice what a request may take, unless the server asked for it.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

pub struct World {
    pub case: Case,
    pub server: Emulator,
    user: UserAgent,
    pub party: Rc<Party>,
    pub choice: Cell<Choice>,
    /// By how many milliseconds the program's clock is ahead of the server's.
    pub shift: Cell<i64>,
    /// What the decisions have allowed to be sent once more.
    pub again: Cell<usize>,
    /// How often the user has agreed.
    pub approvals: Cell<usize>,
    points: RefCell<Vec<Point>>,
    wrong: RefCell<Vec<String>>,
    row: RefCell<Option<String>>,
    kind: RefCell<Option<Rc<str>>>,
    /// The row that the journal took the place of.
    before: RefCell<Option<String>>,
    sent_at: Cell<Option<Timestamp>>,
    browser: RefCell<Option<String>>,
    /// What a process holds for long: it survives a dropped future, and not the process.
    memory: RefCell<Option<Keeper>>,
    journalled: Cell<bool>,
    ticketed: Cell<bool>,
    acted: Cell<bool>,
    /// The API has refused the token, and the store does not know it yet.
    refused: Cell<bool>,
    /// How often an accident came before that was stored.
    forgotten: Cell<usize>,
}

impl World {
    pub fn new(case: Case) -> Self {
        let (server, party) = case::start(case);
        Self {
            case,
            user: server.user(),
            server,
            party: Rc::new(party),
            choice: Cell::new(Choice::Ask),
            shift: Cell::default(),
            again: Cell::default(),
            approvals: Cell::default(),
            points: RefCell::default(),
            wrong: RefCell::default(),
            row: RefCell::default(),
            kind: RefCell::default(),
            before: RefCell::default(),
            sent_at: Cell::default(),
            browser: RefCell::default(),
            memory: RefCell::default(),
            journalled: Cell::default(),
            ticketed: Cell::default(),
            acted: Cell::default(),
            refused: Cell::default(),
            forgotten: Cell::default(),
        }
    }

    /// The same world at this moment, without the program in it: what the end of the process leaves.
    pub fn fork(&self) -> Self {
        let server = self.server.fork();
        let fork = Self {
            case: self.case,
            user: server.user(),
            server,
            party: Rc::clone(&self.party),
            choice: self.choice.clone(),
            shift: self.shift.clone(),
            again: self.again.clone(),
            approvals: self.approvals.clone(),
            points: self.points.clone(),
            wrong: self.wrong.clone(),
            row: self.row.clone(),
            kind: self.kind.clone(),
            before: self.before.clone(),
            sent_at: self.sent_at.clone(),
            browser: self.browser.clone(),
            memory: RefCell::default(),
            journalled: self.journalled.clone(),
            ticketed: Cell::default(),
            acted: self.acted.clone(),
            refused: self.refused.clone(),
            forgotten: self.forgotten.clone(),
        };
        fork.fell();
        fork
    }

    /// The program came to no end.
    pub fn fell(&self) {
        self.forgotten.set(self.forgotten.get() + usize::from(self.refused.take()));
    }

    /// How often a token may be used after its 401: once for each that no one remembers.
    pub fn forgotten(&self) -> usize {
        self.forgotten.get()
    }

    pub fn client(&self) -> &AnyClient {
        self.party.any()
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(self.server.now_ms().saturating_add_signed(self.shift.get()))
    }

    // The points.

    /// The program can end here: its future is pending once.
    pub fn point(&self, name: &str) -> impl Future<Output = ()> {
        let mut passed = false;
        poll_fn(move |_| {
            if passed {
                return Poll::Ready(());
            }
            passed = true;
            self.points.borrow_mut().push(Point {
                name: name.into(),
                journal: self.journalled.get().then(|| self.kind()).flatten(),
                ticketed: self.ticketed.get(),
                acted: self.acted.get(),
                taken_out: self.row.borrow().is_none() && self.browser.borrow().is_some(),
            });
            Poll::Pending
        })
    }

    pub fn points(&self) -> Vec<Point> {
        self.points.borrow().clone()
    }

    /// What came before does not count.
    pub fn begin_anew(&self) {
        self.points.borrow_mut().clear();
        self.approvals.set(0);
        *self.browser.borrow_mut() = None;
    }

    /// Notes what must not happen.
    pub fn wrong(&self, what: impl Debug) -> End {
        self.wrong.borrow_mut().push(format!("{what:?}"));
        End::Wrong
    }

    pub fn must(&self, holds: bool, what: &str) {
        if !holds {
            self.wrong.borrow_mut().push(what.into());
        }
    }

    pub fn wrongs(&self) -> Vec<String> {
        self.wrong.borrow().clone()
    }

    // The store: one row of bytes.

    pub fn row(&self) -> Option<String> {
        self.row.borrow().clone()
    }

    pub fn kind(&self) -> Option<Rc<str>> {
        self.kind.borrow().clone()
    }

    pub fn load<S: Stored + DeserializeOwned>(&self) -> S {
        let row = self.row().expect("there is a row");
        stored::load(row.as_bytes()).expect("a row of ours is read")
    }

    pub async fn store<S: Stored + Serialize>(&self, state: &S) {
        self.write(Some(stored::save(state)), false).await;
    }

    /// Stores what is written before a request is sent.
    pub async fn journal<S: Stored + Serialize>(&self, state: &S) {
        self.is_sent();
        self.write(Some(stored::save(state)), true).await;
    }

    /// Takes the row out of the store.
    pub async fn clear(&self) {
        self.write(None, false).await;
    }

    pub async fn write(&self, row: Option<String>, journal: bool) {
        let kind = row.as_ref().map(|row| stored::kind(row.as_bytes()).expect("a row of ours has a kind"));
        let name = kind.clone().unwrap_or_else(|| "nothing".into());
        self.point(&format!("{name} is to be stored")).await;
        if journal && !self.journalled.get() {
            *self.before.borrow_mut() = self.row();
        }
        *self.row.borrow_mut() = row;
        *self.kind.borrow_mut() = kind.map(Rc::from);
        self.journalled.set(journal);
        self.refused.set(false);
        self.point(&format!("{name} is stored")).await;
    }

    fn is_sent(&self) {
        self.acted.set(false);
        self.sent_at.set(Some(self.now()));
    }

    /// A doubt says when its request was made.
    pub fn check_doubt(&self, sent_at: Timestamp) {
        self.must(Some(sent_at) == self.sent_at.get(), "another `sent_at` than that of the journal");
    }

    /// The state that a decision hands back is the one that the journal took the place of, byte for byte.
    pub fn check_origin<S: Stored + Serialize>(&self, origin: &S) {
        let same = self.before.borrow().as_ref() == Some(&stored::save(origin));
        self.must(same, "`assume_unspent` handed another state back");
    }

    // The browser, which outlives every process of ours.

    pub async fn browse(&self, url: &str) {
        self.point("the browser is to be sent away").await;
        self.approvals.set(self.approvals.get() + 1);
        *self.browser.borrow_mut() = Some(self.user.approve(url).url);
        self.point("the browser is back").await;
    }

    /// The callback that the browser brings, again at every reload.
    pub fn callback(&self) -> Option<String> {
        self.browser.borrow().clone()
    }

    /// The browser has moved on.
    pub fn answered(&self) {
        *self.browser.borrow_mut() = None;
    }

    // The wire.

    pub async fn send(&self, request: Request) -> Outcome {
        self.point("the request is handed over").await;
        let outcome = match self.server.answer(http::Request::try_from(request).expect("a request of HTTP")) {
            Some(response) => Response::from(response).into(),
            None => Outcome::lost("the connection was cut"),
        };
        self.acted.set(matches!(&outcome, Outcome::Answered(response) if response.status() == 200));
        self.point("the server has acted").await;
        self.point("the answer is there").await;
        outcome
    }

    pub async fn api(&self, header: &Header) -> u16 {
        self.point("the token is to be used").await;
        let request = http::Request::get(self.server.api_url()).header(header.name(), header.expose_value());
        let request = request.body(Vec::new()).expect("a header field that was checked");
        let status = self.server.answer(request).expect("the API answers").status().as_u16();
        self.refused.set(status == 401);
        self.point("the token was used").await;
        status
    }

    /// Sleeps until then.
    pub async fn wait(&self, until: Timestamp) {
        self.point("asleep").await;
        let wait = until.since(self.now());
        self.must(wait <= LONGEST_WAIT, &format!("a wait of {wait:?}"));
        self.server.advance(wait);
    }

    // Decisions.

    /// The decision, where it is one to send again.
    pub fn decided(&self) -> Choice {
        let choice = self.choice.get();
        if choice.sends_again() {
            self.again.set(self.again.get() + 1);
        }
        choice
    }

    // The memory of the process.

    /// Borrows the keeper, read from the row where this process has none yet.
    pub fn keeper<T>(&self, with: impl FnOnce(&mut Keeper) -> T) -> T {
        let mut memory = self.memory.borrow_mut();
        with(memory.get_or_insert_with(|| self.load()))
    }

    /// The keeper has handed a request out, with its ticket; or has taken the ticket back.
    pub fn ticketed(&self, ticketed: bool) {
        self.ticketed.set(ticketed);
        if ticketed {
            self.is_sent();
        }
    }

    /// The keeper is given up.
    pub fn forget(&self) {
        *self.memory.borrow_mut() = None;
    }
}
