//! The enumerator: each case once without an accident, and then with one at each point that it came to.

use std::{
    future::Future,
    pin::pin,
    rc::Rc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use oauth_proto::AnyTokenSet;

use crate::{
    case::{At, Case},
    flows,
    law::{Ending, expected},
    report::Tally,
    world::{Choice, End, Point, World},
};

/// What happens at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accident {
    /// The process ends: nothing is left but the row.
    Kill,
    /// The future is dropped, and the process goes on with what it holds besides.
    Drop,
}

impl Accident {
    /// Whether what follows is in doubt. Of the states that a future held nothing is left but their row; a keeper is not
    /// in the future, and knows more than its row.
    fn leaves_a_doubt(self, at: &Point) -> bool {
        let Some(journal) = &at.journal else { return self == Self::Drop && at.ticketed };
        self == Self::Kill || at.ticketed || &**journal != "keeper/1"
    }
}

/// How long before the end of the access token a renewal begins.
const BEFORE_THE_END: Duration = Duration::from_secs(90);

/// A program that comes to so many points goes round in circles.
const TOO_MANY: usize = 300;

/// The world before the part of the case that is interrupted.
fn prepared(case: Case) -> World {
    let world = World::new(case);
    if case.renews() {
        poll(flows::log_in_to_the_end(&world), |_| true).expect("no point stops this login");
        let expires_at = world.load::<AnyTokenSet>().expires_at().expect("tokens that end");
        world.server.advance(expires_at.since(world.now()).saturating_sub(BEFORE_THE_END));
    }
    world.begin_anew();
    world
}

/// Polls to the end, or until a point is where it stops: there the future is dropped, with all that it holds.
fn poll<T>(program: impl Future<Output = T>, mut goes_on: impl FnMut(usize) -> bool) -> Option<T> {
    let mut program = pin!(program);
    let mut context = Context::from_waker(Waker::noop());
    for number in 0.. {
        match program.as_mut().poll(&mut context) {
            Poll::Ready(end) => return Some(end),
            Poll::Pending if goes_on(number) => {}
            Poll::Pending => break,
        }
    }
    None
}

/// A world that can be had again and again.
type Make = Rc<dyn Fn() -> World>;

/// What is left of a program at each point that it comes to, and which point that is.
fn survivors(accident: Accident, make: &Make) -> Vec<(Point, Make)> {
    let mut survivors: Vec<(Point, Make)> = Vec::new();
    let world = make();
    let mut see = |world: &World, make: Make| {
        let at = world.points().pop().expect("a point");
        survivors.push((at, make));
    };
    poll(flows::run(&world), |number| {
        match accident {
            // No destructor runs when a process is killed: the world goes on without it.
            Accident::Kill => {
                let left = world.fork();
                see(&world, Rc::new(move || left.fork()));
            }
            Accident::Drop => {
                let make = Rc::clone(make);
                let dropped = move || {
                    let world = make();
                    let end = poll(flows::run(&world), |at| at != number);
                    assert!(end.is_none(), "another run came to no such point");
                    world.fell();
                    world
                };
                see(&world, Rc::new(dropped));
            }
        }
        number < TOO_MANY
    });
    survivors
}

/// Goes on to the end, and looks at what is left.
pub fn finish(world: &World) -> Ending {
    let end = poll(flows::run(world), |number| number < TOO_MANY);
    let end = end.unwrap_or_else(|| world.wrong("no end"));
    let doubt = world.points().last().is_some_and(|at| at.journal.is_some() || at.ticketed);
    world.must(end != End::Tokens || !doubt, "the end, and a journal is left in the store");
    Ending::of(world, end)
}

/// A doubt is decided in each way; where there is none, nothing is asked.
fn choices(in_doubt: bool) -> impl Iterator<Item = Choice> {
    let decisions = Choice::DECISIONS.into_iter().filter(move |_| in_doubt);
    [Choice::Ask].into_iter().chain(decisions)
}

/// How much comes after the first accident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    Once,
    Twice,
}

/// Every point and every decision, and what each must lead to, on a right clock and on wrong ones; and, where that is
/// wanted, a second accident at every point of what follows.
pub fn enumerate(case: Case, accident: Accident, depth: Depth) -> Tally {
    let stage = prepared(case);
    let make: Make = Rc::new(move || stage.fork());
    let world = make();
    let clean = finish(&world);
    let mut tally = Tally::new(case, accident);
    tally.check("no accident", &world);
    tally.must(clean.end == End::Tokens, || format!("without an accident it ends in {clean:?}"));
    // What renews itself is no refresh token of the server's.
    tally.must(clean.held || case.at == At::TwoSteps, || format!("a refresh token that is not good: {clean:?}"));
    for (at, survivor) in survivors(accident, &make) {
        tally.points += 1;
        let in_doubt = accident.leaves_a_doubt(&at);
        for choice in choices(in_doubt) {
            let world = survivor();
            world.choice.set(choice);
            let ending = finish(&world);
            let name = format!("{} / {choice:?}", at.name);
            tally.check(&name, &world);
            tally.must_end(&name, &ending, &expected(case, &clean, &at, in_doubt, choice));
            tally.ended(&ending, &at, choice, clean.approvals);
            let goes_on = !in_doubt || choice != Choice::Ask;
            if goes_on && depth == Depth::Twice {
                again(&mut tally, &name, &survivor, choice, &clean);
            }
        }
        on_wrong_clocks(&mut tally, &at, &survivor);
    }
    tally
}

/// A second accident, at each point of what follows the first.
fn again(tally: &mut Tally, first: &str, survivor: &Make, choice: Choice, clean: &Ending) {
    let accident = tally.accident;
    let survivor = Rc::clone(survivor);
    let decided = move || {
        let world = survivor();
        world.choice.set(choice);
        world
    };
    let make: Make = Rc::new(decided);
    for (at, survivor) in survivors(accident, &make) {
        let in_doubt = accident.leaves_a_doubt(&at);
        // Where the first has left no doubt, the second may.
        let choices: Vec<Choice> = if choice == Choice::Ask { choices(in_doubt).collect() } else { vec![choice] };
        for choice in choices {
            let world = survivor();
            world.choice.set(choice);
            let ending = finish(&world);
            let name = format!("{first} / {} / {choice:?}", at.name);
            tally.check(&name, &world);
            let asks = in_doubt && choice == Choice::Ask;
            let end = if asks { End::InDoubt } else { End::Tokens };
            tally.must(ending.end == end, || format!("{name}: expected {end:?}, found {ending:?}"));
            if !in_doubt && choice == Choice::Ask {
                // Two accidents that leave no doubt are none, but for the logins whose rows were taken out.
                let same = Ending { approvals: clean.approvals, ..ending.clone() };
                tally.must_end(&name, &same, clean);
            }
            tally.twice += 1;
        }
    }
}

/// The clock goes back, or far ahead, between the accident and what follows.
fn on_wrong_clocks(tally: &mut Tally, at: &Point, survivor: &Make) {
    let in_doubt = tally.accident.leaves_a_doubt(at);
    let choices = if in_doubt { &[Choice::Retry, Choice::AssumeSpent][..] } else { &[Choice::Retry] };
    for clock in Clock::ALL {
        for choice in choices {
            let world = survivor();
            world.choice.set(*choice);
            clock.turn(&world);
            let ending = finish(&world);
            let name = format!("{} / {choice:?} / {clock:?}", at.name);
            tally.check(&name, &world);
            tally.must(ending.end == End::Tokens, || format!("{name}: {ending:?}"));
            tally.clocks += 1;
        }
    }
}

/// A clock that is wrong when the program goes on.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    BackByAnHour,
    BackByTenYears,
    BackToTheBeginning,
    /// All clocks agree: it is only much later, and every login and every code is over.
    MuchLater,
}

impl Clock {
    pub const ALL: [Self; 4] = [Self::BackByAnHour, Self::BackByTenYears, Self::BackToTheBeginning, Self::MuchLater];

    /// Time passes at the server in any case: what was about to end has ended.
    fn turn(self, world: &World) {
        const SECOND: i64 = 1000;
        let passes = if matches!(self, Self::MuchLater) { 660 } else { 100 };
        world.server.advance(Duration::from_secs(passes));
        world.shift.set(match self {
            Self::BackByAnHour => -3600 * SECOND,
            Self::BackByTenYears => -10 * 365 * 86_400 * SECOND,
            Self::BackToTheBeginning => -i64::try_from(world.server.now_ms()).unwrap(),
            Self::MuchLater => 0,
        });
    }
}

/// What a process that ends at the point of that name leaves.
pub fn left_at(case: Case, name: &str) -> World {
    let stage = prepared(case);
    let make: Make = Rc::new(move || stage.fork());
    let (_, survivor) = survivors(Accident::Kill, &make).into_iter().find(|(at, _)| at.name == name).expect(name);
    survivor()
}
