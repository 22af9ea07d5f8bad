//! The legal twins: many machines that share one refresh token.
//@ compiles

use oauth_proto::{
    AnyClient, AnyTokenSet, Decision, Entropy, Outcome,
    fleet::{
        Durable, Found, InClear, Moment, Policy, Sending, Step, Stopped, Swap, Usable, Worker,
        stores::{POSTGRESQL, REDIS, SQLITE},
    },
};

pub fn workers(entropy: fn() -> Entropy, policy: &Policy) -> [Worker; 4] {
    [
        Worker::new(entropy(), policy.clone(), POSTGRESQL.guarantee, InClear),
        Worker::new(entropy(), policy.clone(), SQLITE.guarantee, InClear),
        Worker::new(entropy(), policy.clone(), Durable, InClear),
        Worker::at_best_effort(entropy(), policy.clone(), REDIS.replicated().guarantee, InClear),
    ]
}

pub fn many_tasks<'a>(worker: &'a Worker, client: &'a AnyClient, refused: &Usable) -> [Step<'a>; 2] {
    [worker.ask(client, "alice").into(), worker.ask(client, "bob").rejected(refused).into()]
}

pub fn other_beginnings<'a>(worker: &'a Worker, client: &'a AnyClient, tokens: AnyTokenSet) -> [Step<'a>; 2] {
    [worker.log_in(client, "alice", tokens).into(), worker.decide(client, "alice", Decision::AssumeSpent).into()]
}

pub fn once<'a>(sending: Sending<'a>, outcome: Outcome, now: Moment) -> Step<'a> {
    sending.finish(outcome, now)
}

pub fn next(step: Step<'_>, found: Found, swap: Swap, now: Moment) -> Result<Step<'_>, Result<Box<Usable>, Stopped>> {
    Ok(match step {
        Step::Get(getting) => getting.finish(found, now),
        Step::Swap(swapping) => swapping.finish(swap, now),
        Step::Sleep(sleeping) => sleeping.finish(),
        Step::Use(usable) => return Err(Ok(usable)),
        Step::Stop(stopped) => return Err(Err(stopped)),
        Step::Send(request, sending) => Step::Send(request, sending),
    })
}
