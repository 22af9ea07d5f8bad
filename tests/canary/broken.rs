//! Rows and files that cannot be read: readers quote what they do not like, and each value of these is a secret.

use oauth_proto::{
    AnyTokenSet, AwaitingCode, AwaitingToken, InDoubt, Keeper, Provider, Refreshable, TokenSet, Turn,
    device::AwaitingUser,
    extension_grants::{IssuedToken, JwtBearer},
    grant::{AuthorizationCode, Extension, FollowUp, Implicit, RefreshToken},
    stored::{self, Stored},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{
    devices, endings, extension_grants, logins,
    secrets::{self, BODY, VARIABLE},
    shown::Shown,
    stage::{at, both_tokens, client, full_provider, imported},
};

pub fn show(shown: &mut Shown) {
    let client = client();
    let (_, awaiting) = client.authorization_code().unwrap().authorize(secrets::entropy(), at(0));
    row::<AwaitingCode>(shown, &stored::save(&awaiting));
    let (_, awaiting) = client.implicit().unwrap().authorize(secrets::entropy(), at(0));
    row::<AwaitingToken<Implicit>>(shown, &stored::save(&awaiting));
    row::<AwaitingUser>(shown, &stored::save(&devices::awaiting()));
    row::<InDoubt<AuthorizationCode>>(shown, &stored::save(&logins::in_flight().1));
    let tokens = stored::save(&imported(&client));
    row::<TokenSet<Refreshable>>(shown, &tokens);
    row::<AnyTokenSet>(shown, &tokens);
    let oauth_proto::Granted::Refreshable(granted) = logins::in_flight().1.finish(both_tokens()).unwrap() else {
        panic!()
    };
    row::<InDoubt<FollowUp>>(shown, &stored::save(&granted.follow_up(&client, at(2)).unwrap().1));
    let mut keeper = Keeper::new(imported(&client));
    let Turn::Send(..) = keeper.poll(&client, at(100), std::time::Duration::ZERO) else { panic!() };
    row::<Keeper>(shown, &stored::save(&keeper));
    let oauth_proto::Standing::Expired(expired) = imported(&client).at(at(100)) else { panic!() };
    row::<InDoubt<RefreshToken>>(shown, &stored::save(&expired.refresh(&client, at(100)).unwrap().1));
    let assertion = JwtBearer::new(secrets::ASSERTION).unwrap();
    let (_, flight) = client.extension_grant(&assertion).unwrap().request(at(0)).unwrap();
    row::<InDoubt<Extension>>(shown, &stored::save(&flight));
    row::<IssuedToken>(shown, &stored::save(&extension_grants::issued_token()));
    file(shown);
}

/// A row of `S`, broken at each of its values and cut off at each of its bytes.
fn row<S: Stored + DeserializeOwned + std::fmt::Debug>(shown: &mut Shown, row: &str) {
    shown.debug(&stored::load::<S>(row.as_bytes()).unwrap());
    let mut broken = 0;
    let mut load = |shown: &mut Shown, row: &[u8]| {
        if let Err(error) = stored::load::<S>(row) {
            shown.error(&error);
            broken += 1;
        }
        stored::kind(row).err().iter().for_each(|error| shown.error(error));
    };
    for end in 0..row.len() {
        load(shown, &row.as_bytes()[..end]);
    }
    let whole: Value = serde_json::from_str(row).unwrap();
    for path in paths(&whole) {
        for wrong in wrongs(&whole, &path, BODY) {
            load(shown, wrong.to_string().as_bytes());
            load(shown, serde_json::to_string_pretty(&wrong).unwrap().as_bytes());
        }
    }
    load(shown, format!("[{row}]").as_bytes());
    load(shown, format!("{row}{row}").as_bytes());
    load(shown, " ".repeat(stored::MAX_BYTES).as_bytes());
    load(shown, (row.to_owned() + &" ".repeat(stored::MAX_BYTES)).as_bytes());
    let other = row.replacen("\"kind\":\"", "\"kind\":\"other/", 1);
    load(shown, other.as_bytes());
    assert!(broken > 50, "{broken} broken rows");
}

/// A provider file: its variables are secrets, and may stand in the wrong place.
fn file(shown: &mut Shown) {
    let whole = serde_json::to_value(full_provider()).unwrap();
    Provider::from_json(&whole.to_string()).unwrap();
    let mut broken = 0;
    let mut read = |shown: &mut Shown, text: &str| {
        if let Err(error) = Provider::from_json(text) {
            endings::config(shown, &error);
            broken += 1;
        }
    };
    for path in paths(&whole) {
        // Names are shown, and are none of the places for a secret.
        let is_name = ["in_query", "omit", "rename", "keep", "checks"].iter().any(|name| path.contains(name));
        for wrong in wrongs(&whole, &path, if is_name { "name" } else { VARIABLE }) {
            read(shown, &wrong.to_string());
        }
    }
    let text = whole.to_string();
    for end in (0..text.len()).step_by(5) {
        read(shown, &text[..end]);
    }
    let twice = text.replacen("\"variables\":{", &format!("\"variables\":{{\"key\":\"{VARIABLE}\","), 1);
    read(shown, &twice);
    assert!(broken > 100, "{broken} broken files");
}

/// Where a value stands: names of members, and places in lists.
type Path = String;

/// The paths of all values, as JSON pointers.
fn paths(value: &Value) -> Vec<Path> {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, value)| (name.replace('/', "~1"), value)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    let deeper = |(name, value): (String, &Value)| {
        let own = format!("/{name}");
        let inside = paths(value).into_iter().map(|rest| format!("{own}{rest}")).collect::<Vec<_>>();
        [vec![own.clone()], inside].concat()
    };
    inner.into_iter().flat_map(deeper).collect()
}

/// `whole` with something else at `path`: what stood there in another shape, and `secret` in each.
fn wrongs(whole: &Value, path: &str, secret: &str) -> Vec<Value> {
    let there = whole.pointer(path).unwrap().clone();
    let values = [
        json!([there.clone()]),
        json!({ "x": there.clone() }),
        json!(there.to_string()),
        json!(secret),
        json!(format!("{secret}\n")),
        json!([secret]),
        json!({ "x": secret }),
        json!([[secret]]),
        json!(7),
        json!(-7.5),
        json!(true),
        json!(null),
    ];
    let replace = |value: Value| {
        let mut wrong = whole.clone();
        *wrong.pointer_mut(path).unwrap() = value;
        wrong
    };
    values.into_iter().map(replace).collect()
}
