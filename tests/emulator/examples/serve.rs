//! Serves one provider's pages on loopback, for a person with a browser:
//! `cargo run -p oauth-proto-emulator --example serve -- amiqus`.
//!
//! `serve marvel --page URL` serves a page of that address, as a public client: the address is its redirect URI, and
//! its origin may call the API and the token endpoint. The first line is then JSON, with what the page must know. Each
//! line of standard input is an order, and one line answers it: see `obey`.

use std::{env, error::Error, io, time::Duration};

use oauth_proto_emulator::{ClientKind, Emulator, ProviderTable, TestClient};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => for_a_person("amiqus"),
        [name] => for_a_person(name),
        // The one document that is clear about pages: they are public clients (L30).
        ["marvel", "--page", url] => for_a_page(url),
        _ => Err("usage: serve [PROVIDER], or serve marvel --page URL".into()),
    }
}

fn for_a_person(name: &str) -> Result<(), Box<dyn Error>> {
    let (table, authorize) = match name {
        "marq" => (ProviderTable::marq(), "https://app.Marq.com/oauth2/authorize?scope=data-service.admin"),
        "marvel" => (ProviderTable::marvel(), "https://marvelapp.com/oauth/authorize?response_type=code"),
        "amiqus" => (ProviderTable::amiqus(), "https://id.amiqus.co/oauth/authorize?response_type=code"),
        "motar" => (ProviderTable::motar(), "https://api.motar.io/oauth/signin?response_type=code&state=xyz"),
        "fifth" => (ProviderTable::fifth(), "https://fifth.invalid/login?response_type=code"),
        other => return Err(format!("no provider `{other}`: marq, marvel, amiqus, motar or fifth").into()),
    };
    let client_id = if name == "motar" { "clientId" } else { "client_id" };
    let emulator = Emulator::start(table);
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair(client_id, emulator.client_id())
        .append_pair("redirect_uri", emulator.redirect_uri())
        .finish();
    println!("Open {}&{query}", emulator.local(authorize));
    println!("Log in as jsmith with password123. Enter ends this.");
    io::stdin().read_line(&mut String::new())?;
    Ok(())
}

fn for_a_page(url: &str) -> Result<(), Box<dyn Error>> {
    // An origin is a scheme, a host and a port (RFC 6454 section 4).
    let path = url.match_indices('/').nth(2).ok_or("a page's URL is http://HOST:PORT/, or longer")?.0;
    let table = ProviderTable::marvel();
    let page = TestClient {
        id: table.public_client_id().to_owned(),
        secret: None,
        redirect_uris: vec![url.to_owned()],
        kind: ClientKind::Public,
    };
    let emulator = Emulator::start(table.client(page).cors(&url[..path]));
    let known = json!({
        "authorization_endpoint": emulator.local("https://marvelapp.com/oauth/authorize"),
        "token_endpoint": emulator.local("https://marvelapp.com/oauth/token/"),
        "api": emulator.api_url(),
        "client_id": emulator.public_client_id(),
    });
    println!("{known}");
    for order in io::stdin().lines() {
        println!("{}", obey(&emulator, &order?)?);
    }
    Ok(())
}

/// Time passes (`advance SECONDS`), the user withdraws all access (`revoke`), and what was wrong with requests is told
/// (`deviations`).
fn obey(emulator: &Emulator, order: &str) -> Result<Value, Box<dyn Error>> {
    match order.split(' ').collect::<Vec<_>>().as_slice() {
        ["advance", seconds] => {
            emulator.advance(Duration::from_secs(seconds.parse()?));
            Ok(json!(emulator.now_ms()))
        }
        ["revoke"] => {
            emulator.revoke_by_user();
            Ok(json!(null))
        }
        ["deviations"] => Ok(json!(emulator.deviations())),
        _ => Err(format!("no order `{order}`: advance SECONDS, revoke or deviations").into()),
    }
}
