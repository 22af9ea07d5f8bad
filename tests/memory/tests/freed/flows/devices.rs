//! Devices without a browser: their codes, and the polls with them.

use oauth_proto::{
    Client, Confidential, Outcome,
    device::{AwaitingUser, PollError},
    stored,
};
use oauth_proto_memory::secrets::{ACCESS_TOKEN, BODY, DEVICE_CODE, REFRESH_TOKEN, USER_CODE};
use zeroize::Zeroizing;

use super::stage::*;

pub const ALL: &[(&str, fn())] =
    &[("the codes of a device", codes), ("polls of a device", polls), ("the row of a device", row)];

fn client() -> Client<Confidential> {
    client_with(|provider| provider.device_authorization_endpoint = Some("https://id.example/device".into()))
}

fn answer(device_code: &str, user_code: &str, rest: &str) -> Outcome {
    let members = ["{\"device_code\":\"", device_code, "\",\"user_code\":\"", user_code];
    let complete = ["\",\"verification_uri_complete\":\"https://id.example/?c=", user_code];
    let others = ["\",\"verification_uri\":\"https://id.example/\",\"expires_in\":1800", rest, "}"];
    json(200, &[&members[..], &complete, &others].concat())
}

fn awaiting(client: &Client<Confidential>) -> AwaitingUser {
    let (_, authorizing) = client.device_authorization().unwrap().request(at(0));
    authorizing.finish(answer(DEVICE_CODE, USER_CODE, ""), at(0)).unwrap()
}

fn codes() {
    let client = client();
    drop(awaiting(&client));
    let (device_code, user_code) = (with_escape(DEVICE_CODE), with_escape(USER_CODE));
    for answer in [
        answer(&device_code, &user_code, ""),
        answer(DEVICE_CODE, USER_CODE, ",\"interval\":0"),
        answer(&device_code, &user_code, ",\"user_code\":\"x\""),
        json(400, &[BODY]),
    ] {
        drop(client.device_authorization().unwrap().request(at(0)).1.finish(answer, at(0)));
    }
}

fn polls() {
    let client = client();
    let outcomes: [fn() -> Outcome; 5] = [
        || tokens(ACCESS_TOKEN, REFRESH_TOKEN),
        || json(400, &["{\"error\":\"authorization_pending\"}"]),
        || json(400, &["{\"error\":\"access_denied\"}"]),
        || json(200, &["{\"access_token\":\"", ACCESS_TOKEN, "\",\"token_type\":\"mac\"}"]),
        || Outcome::lost("reset"),
    ];
    for outcome in outcomes {
        let Err(PollError::TooEarly { awaiting, .. }) = awaiting(&client).poll(&client, at(4)) else { panic!() };
        let (request, polling) = awaiting.poll(&client, at(5)).unwrap();
        drop(request);
        drop(polling.finish(outcome(), at(6)));
    }
}

fn row() {
    let client = client();
    let row = Zeroizing::new(stored::save(&awaiting(&client)));
    let back: AwaitingUser = stored::load(row.as_bytes()).unwrap();
    drop(Zeroizing::new(stored::save(&back.poll(&client, at(5)).unwrap().1)));
    let mut changed = Zeroizing::new(row.as_bytes().to_vec());
    let at = row.find("https").unwrap();
    changed[at] = b'x';
    assert!(stored::load::<AwaitingUser>(&changed).is_err());
}
