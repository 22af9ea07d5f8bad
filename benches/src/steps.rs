//! The steps of a login, for every contender alike.

use std::hint::black_box;

use crate::{
    contender::{Kept, Login, Receive, Store},
    floor::Floor,
    inputs::{Answer, answer, answer_with_more_headers, callback},
    io_oauth::IoOauth,
    meter::Meter,
    oauth2::OAuth2,
    ours::{Ours, Renamed, Standard},
};

/// By their names, the floor first: the others are compared with it.
pub const CONTENDERS: [&str; 5] = ["floor", "ours", "ours-renamed", "oauth2", "io-oauth"];

/// What is measured. Where one is part of another, their difference is a step of its own:
///
/// - reading the answer is `exchange` without `request`;
/// - checking the callback is `receive` without `request`: here, one call does both.
pub const STEPS: [&str; 11] = [
    "client",
    "authorize",
    "request",
    "exchange",
    "exchange-headers",
    "refresh",
    "receive",
    "store-login",
    "store-implicit-login",
    "store-journal",
    "store-tokens",
];

/// Measures a step of a contender's; `false` where it has no such step.
pub fn run(contender: &str, step: &str, meter: &mut impl Meter) -> bool {
    match contender {
        "floor" => log_in::<Floor>(step, meter) || receive::<Floor>(step, meter) || store::<Floor>(step, meter),
        "ours" => {
            type Contender = Ours<Standard>;
            log_in::<Contender>(step, meter) || receive::<Contender>(step, meter) || store::<Contender>(step, meter)
        }
        "ours-renamed" => {
            type Contender = Ours<Renamed>;
            log_in::<Contender>(step, meter) || receive::<Contender>(step, meter)
        }
        // It gives the callback to its user.
        "oauth2" => log_in::<OAuth2>(step, meter) || store::<OAuth2>(step, meter),
        "io-oauth" => {
            log_in::<IoOauth>(step, meter) || receive::<IoOauth>(step, meter) || store::<IoOauth>(step, meter)
        }
        _ => panic!("there is no contender {contender}"),
    }
}

fn show(url: &str) {
    black_box(url);
}

fn log_in<L: Login>(step: &str, meter: &mut impl Meter) -> bool {
    let client = black_box(L::client());
    let code = || client.code(client.authorize(show));
    match step {
        "client" => meter.measure(|| (), |()| drop(black_box(L::client()))),
        "authorize" => meter.measure(|| (), |()| client.authorize(show)),
        "request" => meter.measure(code, |code| {
            let (request, asked) = client.request(code);
            drop(black_box(request));
            asked
        }),
        "exchange" => exchange(&client, || answer(L::ANSWER), meter),
        "exchange-headers" => exchange(&client, || answer_with_more_headers(L::ANSWER), meter),
        "refresh" => meter.measure(
            || (client.exchange(code(), |_| answer(L::ANSWER)), answer(L::ANSWER)),
            |(tokens, answer)| {
                let tokens = client.refresh(tokens, |request| {
                    drop(black_box(request));
                    black_box(answer)
                });
                // The end of the flow.
                drop(black_box(tokens));
            },
        ),
        _ => return false,
    }
    true
}

fn exchange<L: Login>(client: &L, answer: impl Fn() -> Answer, meter: &mut impl Meter) {
    meter.measure(
        || (client.code(client.authorize(show)), answer()),
        |(code, answer)| {
            client.exchange(code, |request| {
                drop(black_box(request));
                black_box(answer)
            })
        },
    );
}

fn receive<R: Receive>(step: &str, meter: &mut impl Meter) -> bool {
    let client = black_box(R::client());
    if step == "receive" {
        meter.measure(
            || {
                let waiting = client.authorize(show);
                let callback = callback(R::state(&waiting));
                (waiting, callback)
            },
            |(waiting, callback)| {
                let (request, asked) =
                    client.receive(waiting, black_box(&callback)).expect("a callback of this login's");
                drop(black_box(request));
                // Whoever read it from the socket drops it.
                (asked, callback)
            },
        );
    }
    step == "receive"
}

fn store<S: Store>(step: &str, meter: &mut impl Meter) -> bool {
    let kept = match step {
        "store-login" => Kept::Login,
        "store-implicit-login" => Kept::ImplicitLogin,
        "store-journal" => Kept::Journal,
        "store-tokens" => Kept::Tokens,
        _ => return false,
    };
    S::client().store(kept, meter).is_some()
}
