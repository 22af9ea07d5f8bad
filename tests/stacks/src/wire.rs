//! What goes wrong on the way, byte by byte.

use std::time::{Duration, Instant};

use oauth_proto::{
    Client, Confidential, FinishError, InFlight, Request, Secret, Timestamp,
    error::{AnswerFault, Doubt},
    grant::RefreshToken,
};

use crate::{
    scene::{Scene, lost},
    server::{Line, Scripted},
    stack::Stack,
};

const NOW: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);
const DEADLINE: Duration = Duration::from_secs(2);
const TOKENS: &str = r#"{"access_token":"a","token_type":"Bearer","expires_in":60,"refresh_token":"r"}"#;

fn head(length: usize, extra: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{extra}\r\n")
}

fn whole() -> String {
    head(TOKENS.len(), "") + TOKENS
}

/// A client of the scripted server. Its scene only says who Amiqus is.
fn client(server: &Scripted, max_bytes: Option<u32>) -> Client<Confidential> {
    Scene::new().other_client(|provider| {
        provider.token_endpoint = Some(server.url());
        if let Some(bytes) = max_bytes {
            provider.limits.response_bytes = bytes;
        }
        provider.deadline_seconds = Some(u32::try_from(DEADLINE.as_secs()).unwrap());
    })
}

fn refresh(client: &Client<Confidential>) -> (Request, InFlight<RefreshToken>) {
    let (access_token, refresh_token) = (Secret::from("old"), Secret::from("r"));
    let tokens = client.import_refreshable_tokens_from_elsewhere(access_token, refresh_token, Some(NOW)).unwrap();
    let oauth_proto::Standing::Expired(expired) = tokens.at(NOW) else { panic!("not expired") };
    expired.refresh(client, NOW).unwrap()
}

/// Sends `count` refresh requests; the endings, as words.
fn endings(stack: &impl Stack, client: &Client<Confidential>, count: usize) -> Vec<String> {
    let one = |_| {
        let (request, flight) = refresh(client);
        match flight.finish(stack.send(request)) {
            Ok(_) => "tokens".to_owned(),
            Err(FinishError::InDoubt { doubt: Doubt::Lost(_), .. }) => "lost".to_owned(),
            Err(other) => panic!("neither tokens nor lost: {other}"),
        }
    };
    (0..count).map(one).collect()
}

/// A kept connection is not used again; or, by a client that uses it, the request on it is not sent twice when it
/// is cut.
pub fn a_cut_on_a_kept_connection<S: Stack>(stack: &S) {
    let answers = [whole(), whole(), String::new(), whole()];
    let mut script: Vec<Line> = answers.into_iter().map(Line::Say).collect();
    script[2] = Line::SayAndClose(String::new());
    let server = Scripted::start(script);
    let client = client(&server, None);
    assert_eq!(endings(stack, &client, 4), ["tokens", "tokens", "lost", "tokens"]);
    let connections: &[usize] = if S::KEEPS_CONNECTIONS { &[1, 1, 1, 2] } else { &[1, 2, 3, 4] };
    assert_eq!(server.requests(), connections);
}

/// The server closes a connection that it seemed to keep. A stack that keeps none does not notice.
pub fn a_kept_connection_that_has_died<S: Stack>(stack: &S) {
    let answers = [whole(), whole()];
    let server = Scripted::start(answers.into_iter().map(Line::SayAndClose).collect());
    let client = client(&server, None);
    let endings = endings(stack, &client, 2);
    // By a client that keeps connections, the second may be lost: that is why the adapters' own keep none.
    if !S::KEEPS_CONNECTIONS {
        assert_eq!(endings, ["tokens", "tokens"]);
        assert_eq!(server.requests(), [1, 2]);
    }
    assert!(server.requests().len() <= 2);
}

/// An answer that arrives byte by byte and never ends: the deadline is one for the whole exchange.
pub fn a_trickle_meets_the_deadline(stack: &impl Stack) {
    let pause = Duration::from_millis(100);
    let server = Scripted::start(vec![Line::Trickle(head(100_000, ""), b' ', pause)]);
    let (request, flight) = refresh(&client(&server, None));
    let before = Instant::now();
    drop(lost(flight.finish(stack.send(request))));
    assert!(before.elapsed() < Duration::from_secs(5));
    assert_eq!(server.requests(), [1]);
}

/// An answer without end, announced or not: reading stops at the limit, before the deadline.
pub fn a_flood_is_cut_off(stack: &impl Stack) {
    let chunk = format!("FFFFFFF\r\n{}", " ".repeat(1024));
    let chunked = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    let until_closed = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n";
    for start in [head(usize::MAX >> 12, ""), chunked.to_owned() + &chunk, until_closed.to_owned()] {
        let server = Scripted::start(vec![Line::Flood(start, b' ')]);
        let (request, flight) = refresh(&client(&server, Some(4096)));
        let before = Instant::now();
        assert_eq!(too_large(flight, stack, request), AnswerFault::TooLarge);
        assert!(before.elapsed() < DEADLINE);
    }
}

/// The limit is exact, and the reason is named however much more there is.
pub fn the_limit_is_exact(stack: &impl Stack) {
    let limit = u32::try_from(TOKENS.len()).unwrap();
    let server = Scripted::start(vec![Line::Say(whole()), Line::Say(whole())]);
    let (request, flight) = refresh(&client(&server, Some(limit)));
    let _ = flight.finish(stack.send(request)).unwrap();
    let (request, flight) = refresh(&client(&server, Some(limit - 1)));
    assert_eq!(too_large(flight, stack, request), AnswerFault::TooLarge);
}

fn too_large(flight: InFlight<RefreshToken>, stack: &impl Stack, request: Request) -> AnswerFault {
    match flight.finish(stack.send(request)) {
        Err(FinishError::InDoubt { doubt: Doubt::Unreadable(fault), .. }) => fault,
        Err(other) => panic!("expected a refusal for its length, found: {other}"),
        Ok(_) => panic!("expected a refusal for its length, found tokens"),
    }
}

/// A whole JSON text in a body that is announced as longer, a chunked one without its end, and no HTTP at all.
pub fn answers_that_are_cut_short(stack: &impl Stack) {
    let chunked = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{TOKENS}\r\n",
        TOKENS.len()
    );
    let short = head(TOKENS.len() + 1, "") + TOKENS;
    let half_a_head = "HTTP/1.1 200 OK\r\nContent-".to_owned();
    for text in [short, chunked, half_a_head, "SSH-2.0-OpenSSH_9.9\r\n\r\n".to_owned()] {
        let server = Scripted::start(vec![Line::SayAndClose(text)]);
        let (request, flight) = refresh(&client(&server, None));
        drop(lost(flight.finish(stack.send(request))));
        assert_eq!(server.requests(), [1]);
    }
}
