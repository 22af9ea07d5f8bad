//! Pages of another origin: what a browser is told that they may send and read.

mod common;

use common::*;
use oauth_proto_emulator::{Emulator, Fault, ProviderTable};

const PAGE: &str = "http://127.0.0.1:8080";
const MARVEL_TOKEN: &str = "https://marvelapp.com/oauth/token/";

fn marvel() -> Emulator {
    Emulator::start(ProviderTable::marvel().cors(PAGE))
}

fn preflight(url: &str, origin: &str, method: &str, fields: &str) -> Reply {
    let asked =
        [("origin", origin), ("access-control-request-method", method), ("access-control-request-headers", fields)];
    send("OPTIONS", url, &asked, "").unwrap()
}

fn answers_nobody(reply: &Reply) -> bool {
    !reply.headers.iter().any(|(name, _)| name.starts_with("access-control-"))
}

fn implicit_token(emulator: &Emulator) -> String {
    let id = emulator.public_client_id();
    let login = [("response_type", "token"), ("client_id", id), ("redirect_uri", emulator.redirect_uri())];
    approved(emulator, "https://marvelapp.com/oauth/authorize", &login, "access_token")
}

#[test]
fn a_page_of_the_one_origin_calls_the_api() {
    let emulator = marvel();
    let url = emulator.api_url();
    let told = preflight(&url, PAGE, "GET", "authorization").must(204);
    assert_eq!(told.header("access-control-allow-origin"), PAGE);
    assert_eq!(told.header("access-control-allow-methods"), "GET, POST");
    assert_eq!(told.header("access-control-allow-headers"), "authorization");
    assert_eq!(told.header("vary"), "Origin");
    assert_eq!(told.header("access-control-allow-credentials"), "", "no cookies");

    let bearer = format!("Bearer {}", implicit_token(&emulator));
    let answer = get(&url, &[("origin", PAGE), ("authorization", &bearer)]).must(200);
    assert_eq!(answer.header("access-control-allow-origin"), PAGE);
    assert_eq!(answer.header("vary"), "Origin");
    emulator.end_access_tokens();
    let refused = get(&url, &[("origin", PAGE), ("authorization", &bearer)]).must(401);
    assert_eq!(refused.header("access-control-allow-origin"), PAGE, "or the page sees no 401");
    clean(&emulator);
}

#[test]
fn a_page_of_another_origin_reads_nothing() {
    let emulator = marvel();
    let url = emulator.api_url();
    let bearer = format!("Bearer {}", implicit_token(&emulator));
    for other in ["http://127.0.0.1:8081", "http://127.0.0.1:8080/", "https://127.0.0.1:8080", "null", ""] {
        let told = preflight(&url, other, "GET", "authorization").must(403);
        assert!(answers_nobody(&told), "{other}: {told:?}");
        let answer = get(&url, &[("origin", other), ("authorization", &bearer)]).must(200);
        assert!(answers_nobody(&answer), "{other}: {answer:?}");
        assert_eq!(answer.header("vary"), "Origin");
    }
    let without = get(&url, &[("authorization", &bearer)]).must(200);
    assert!(answers_nobody(&without), "{without:?}");
    clean(&emulator);
}

#[test]
fn a_page_sends_what_the_document_shows() {
    let emulator = marvel();
    let url = emulator.api_url();
    preflight(&url, PAGE, "DELETE", "authorization").deviates("a page asks for DELETE /graphql; GET or POST");
    preflight(&url, PAGE, "GET", "authorization,x-requested-with").deviates("`x-requested-with`");
    let bearer = [("origin", PAGE), ("access-control-request-method", "GET"), ("authorization", "Bearer x")];
    send("OPTIONS", &url, &bearer, "").unwrap().deviates("header `authorization`");
    let no_preflight = send("OPTIONS", &url, &[("origin", PAGE)], "").unwrap();
    assert_eq!(no_preflight.header("access-control-allow-origin"), PAGE, "the page may read why");
    no_preflight.deviates("OPTIONS /graphql where GET or POST is documented");
    assert_eq!(emulator.deviations().len(), 4);
}

#[test]
fn a_page_exchanges_its_code() {
    let emulator = marvel();
    let url = emulator.local(MARVEL_TOKEN);
    let told = preflight(&url, PAGE, "POST", "content-type").must(204);
    assert_eq!(told.header("access-control-allow-methods"), "POST");
    assert_eq!(told.header("access-control-allow-headers"), "content-type");
    let login = [
        ("response_type", "code"),
        ("client_id", emulator.public_client_id()),
        ("redirect_uri", emulator.redirect_uri()),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let code = approved(&emulator, "https://marvelapp.com/oauth/authorize", &login, "code");
    let body = form(&[
        ("grant_type", "authorization_code"),
        ("client_id", emulator.public_client_id()),
        ("redirect_uri", emulator.redirect_uri()),
        ("code", &code),
        ("code_verifier", VERIFIER),
    ]);
    let tokens = send("POST", &url, &[("origin", PAGE), ("content-type", FORM)], &body).unwrap().must(200);
    assert_eq!(tokens.header("access-control-allow-origin"), PAGE);
    clean(&emulator);
    // A page has no secret.
    preflight(&url, PAGE, "POST", "authorization").deviates("`authorization` at /oauth/token/");
}

#[test]
fn other_endpoints_and_other_tables_know_no_pages() {
    let emulator = marvel();
    let login = emulator.local("https://marvelapp.com/oauth/authorize");
    let told = preflight(&login, PAGE, "GET", "");
    assert!(told.status == 400 && answers_nobody(&told), "{told:?}");
    let shown = get(&login, &[("origin", PAGE)]);
    assert!(answers_nobody(&shown) && shown.header("vary").is_empty(), "{shown:?}");

    let emulator = Emulator::start(ProviderTable::marvel());
    let url = emulator.api_url();
    let told = preflight(&url, PAGE, "GET", "authorization");
    assert!(answers_nobody(&told), "{told:?}");
    told.deviates("OPTIONS /graphql where GET or POST is documented");
    let bearer = format!("Bearer {}", implicit_token(&emulator));
    let answer = get(&url, &[("origin", PAGE), ("authorization", &bearer)]).must(200);
    assert!(answers_nobody(&answer) && answer.header("vary").is_empty(), "{answer:?}");
}

/// A preflight is the browser's: it is no request of the client, and uses up no fault.
#[test]
fn a_fault_waits_for_the_request_itself() {
    let emulator = marvel();
    let url = emulator.api_url();
    emulator.inject_at("/graphql", Fault::Status500BeforeActing);
    preflight(&url, PAGE, "GET", "authorization").must(204);
    let failed = get(&url, &[("origin", PAGE)]).must(500);
    assert!(answers_nobody(&failed), "{failed:?}");
    get(&url, &[("origin", PAGE)]).must(401);
}
