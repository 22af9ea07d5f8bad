//! Serves one provider's pages on loopback, for a person with a browser:
//! `cargo run -p oauth-proto-emulator --example serve -- amiqus`.

use std::{env, io};

use oauth_proto_emulator::{Emulator, ProviderTable};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let name = env::args().nth(1).unwrap_or_else(|| "amiqus".into());
    let (table, authorize) = match name.as_str() {
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
