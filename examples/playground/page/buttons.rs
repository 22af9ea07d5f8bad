//! What can be done now, and what can happen.

use maud::{Markup, html};

use super::words;
use crate::{
    machine::node,
    stage::{Held, Stage},
};

/// What the slider stands for: in words, as its scale has it, and in seconds.
pub const SPANS: [(&str, &str, u64); 11] = [
    ("1 minute", "1m", 60),
    ("5 minutes", "5m", 300),
    ("15 minutes", "15m", 900),
    ("30 minutes", "30m", 1_800),
    ("1 hour", "1h", 3_600),
    ("2 hours", "2h", 7_200),
    ("12 hours", "12h", 43_200),
    ("1 day", "1d", 86_400),
    ("1 week", "1w", 604_800),
    ("30 days", "30d", 2_592_000),
    ("1 year", "1y", 31_536_000),
];

/// Where the slider is at first.
const USUAL: usize = 4;

/// A button: the action, what it says, and what it means.
struct Button(&'static str, &'static str, &'static str);

pub fn now(stage: &Stage) -> Markup {
    let state = stage.state();
    let (ours, world) = (ours(state, stage.world.can_revoke()), world(stage));
    html! {
        section class="card" aria-labelledby="now" {
            h2 id="now" tabindex="-1" { "Now: " code { (state) } }
            p { (words::meaning(state)) }
            @if let Some(capability) = words::capability(state) { p { (capability) } }
            @if let Some(words) = time_left(stage) { p class="soft" { (words) } }
            h3 { "What the program can do" }
            form method="post" action="/act" class="buttons" {
                @if let Some(url) = &stage.login_url {
                    div class="row" {
                        a class="button go" href=(url) { "Go to the provider" }
                        span class="soft" { "Log in as jsmith with password123; approve, or deny." }
                    }
                }
                @for button in &ours { (row(button, true)) }
            }
            h3 { "What can happen" }
            form method="post" action="/act" class="buttons" {
                @for button in &world { (row(button, false)) }
            }
            (clock())
        }
    }
}

/// The scale says what the slider is at. What is said in words of where it stands, the script says: without one, it would
/// stay as it was.
fn clock() -> Markup {
    html! {
        form method="post" action="/pass" class="clock" {
            label for="time" { "Let time pass" output for="time" {} }
            div {
                input id="time" name="span" type="range" min="0" max=(SPANS.len() - 1) value=(USUAL) autocomplete="off"
                    list="marks" aria-describedby="scale" data-words=(SPANS.map(|(words, ..)| words).join(","));
                datalist id="marks" { @for mark in 0..SPANS.len() { option value=(mark) {} } }
                p id="scale" class="scale soft" { @for (words, short, _) in SPANS { abbr title=(words) { (short) } " " } }
            }
            button { "Let it pass" }
        }
    }
}

/// One button, and what it means. What the program itself does stands out.
fn row(Button(action, label, hint): &Button, ours: bool) -> Markup {
    html! {
        div class="row" {
            button class=[ours.then_some("go")] name="action" value=(action) { (label) }
            span class="soft" { (hint) }
        }
    }
}

fn ours(state: &str, revocable: bool) -> Vec<Button> {
    let renewable = !state.ends_with("<AccessOnly>");
    let mut buttons = Vec::new();
    match node(state) {
        "Unauthorized" if state == "Unauthorized<ClientCredentials>" => {
            buttons.push(Button("begin", "Ask for a token", "request(now)"));
        }
        "Unauthorized" => buttons.push(Button("begin", "Begin a login", "authorize(entropy, now)")),
        // It is the browser that goes on.
        "AwaitingCode" | "AwaitingToken" => {}
        "ReceivedCode" => buttons.push(Button("exchange", "Exchange the code", "exchange(&client, now)")),
        "InFlight" | "Revoking" => buttons.push(Button("send", "Send the request", "finish(outcome)")),
        "InDoubt" => {
            if state != "InDoubt<ClientCredentials>" {
                buttons.push(Button("retry", "Send it again", "retry: a strict server may take it for a theft"));
            }
            buttons.push(Button("assume-unspent", "It never arrived", "assume_unspent: back to what was there before"));
            buttons.push(Button("assume-spent", "It arrived", "assume_spent: give up what was sent"));
        }
        "Authorized" => {
            buttons.push(Button("call-api", "Call the API", "header_for(&client, url)"));
            if renewable {
                buttons.push(Button("renew", "Renew the tokens", "refresh or reissue(&client, now)"));
            }
        }
        "Expired" => {
            if renewable {
                buttons.push(Button("renew", "Renew the tokens", "refresh or reissue(&client, now)"));
            }
            buttons.push(Button("log-in-again", "Log in again", "into_intent(), and the same is asked for again"));
        }
        _ => buttons.push(Button("log-in-again", "Log in again", "intent.again(unauthorized)")),
    }
    if revocable && matches!(node(state), "Authorized" | "Expired") {
        buttons.push(Button("revoke", "Give the tokens back", "revoke(&client)"));
    }
    buttons
}

fn world(stage: &Stage) -> Vec<Button> {
    let state = stage.state();
    let mut buttons = Vec::new();
    match node(state) {
        "AwaitingCode" | "AwaitingToken" => {
            buttons.push(Button("forge", "A forged callback comes", "somebody else's code, and a guessed state"));
        }
        "InFlight" | "Revoking" => {
            buttons.push(Button(
                "lose-answer",
                "Send it, and lose the answer",
                "the server acts, and nobody hears of it",
            ));
            buttons.push(Button("fail-to-connect", "Fail to connect", "nothing was sent: that is certain"));
        }
        "Authorized" => {
            if stage.store.older_tokens.is_some() && state == "Authorized<Refreshable>" {
                buttons.push(Button("renew-old", "Replay: renew from a backup", "with the refresh token of before"));
            }
            buttons.push(Button("withdraw", "The user withdraws", "at the provider, where we do not see it"));
        }
        _ => {}
    }
    if stage.callback.is_some() {
        buttons.push(Button("callback-again", "Replay: the same callback again", "from the browser's history"));
    }
    buttons.push(Button("restart", "The process dies", "another starts, with what is stored"));
    buttons
}

fn time_left(stage: &Stage) -> Option<String> {
    let end = stage.held().and_then(Held::ends_at)?;
    let seconds = end.as_unix_millis().saturating_sub(stage.world.now().as_unix_millis()) / 1000;
    let left = match seconds {
        0..120 => format!("{seconds} seconds"),
        120..7_200 => format!("{} minutes", seconds / 60),
        7_200..172_800 => format!("{} hours", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    };
    Some(match node(stage.state()) {
        "Authorized" => format!("It ends in {left}."),
        _ => format!("The login is given up in {left}."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::transitions::{
        AGAIN, ASSUME_SPENT, ASSUME_UNSPENT, AUTHORIZE, EXCHANGE, FINISH, HEADER_FOR, INTO_INTENT, REFRESH, REISSUE,
        REQUEST, RETRY, REVOKE, allows, states,
    };

    /// The calls of which a button makes the one that the state has.
    fn calls(action: &str) -> &'static [&'static str] {
        match action {
            "begin" => &[AUTHORIZE, REQUEST],
            "exchange" => &[EXCHANGE],
            "send" => &[FINISH],
            "retry" => &[RETRY],
            "assume-unspent" => &[ASSUME_UNSPENT],
            "assume-spent" => &[ASSUME_SPENT],
            "call-api" => &[HEADER_FOR],
            "renew" => &[REFRESH, REISSUE],
            "log-in-again" => &[INTO_INTENT, AGAIN],
            "revoke" => &[REVOKE],
            other => panic!("which calls does {other} make?"),
        }
    }

    #[test]
    fn each_button_makes_a_call_that_its_state_has() {
        for state in states() {
            for Button(action, label, _) in ours(state, true) {
                assert!(calls(action).iter().any(|call| allows(state, call)), "{state}: `{label}` is dead");
            }
        }
    }

    #[test]
    fn each_state_goes_on_by_a_button_or_by_the_browser() {
        for state in states() {
            assert_eq!(ours(state, true).is_empty(), state.starts_with("Awaiting"), "{state}");
        }
    }
}
