//! Callbacks that lead nowhere.

use oauth_proto::{Callback, dialect::Kept};
use oauth_proto_memory::secrets::{self, ACCESS_TOKEN, BODY, CODE, EXTRA, REFRESH_TOKEN};
use zeroize::Zeroizing;

use super::stage::*;

pub const ALL: &[(&str, fn())] =
    &[("callbacks to a code login", of_code), ("callbacks to an implicit login", of_tokens)];

fn of_code() {
    let client = client_with(|provider| {
        provider.issuer = Some("https://id.example".into());
        provider.dialect.callback.keep.insert("hook".into(), Kept::OneOf(vec!["x".into()]));
    });
    let plain = Zeroizing::new(secrets::state());
    for [code, state, body, hook] in [
        [text(&[CODE]), text(&[&plain]), text(&[BODY]), text(&[EXTRA])],
        [escaped(CODE), escaped(&plain), escaped(BODY), escaped(EXTRA)],
    ] {
        for parts in [
            ["code=", &code].as_slice(),
            &["code=", &code, "&state=", &body],
            &["code=", &code, "%0A&state=", &state],
            &["code=", &code, "%&state=", &state],
            &["code=", &code, "%FF&state=", &state],
            &["code=", &code, "&state=", &state, "&code=", &code],
            &["code=", &code, "&state=", &state, "&state=", &state],
            &["code=", &code, "&state=", &state, "&iss=", &body],
            &["code=", &code, "&state=", &state, "&access_token=", &body],
            &["code=", &code, "&state=", &state, "&error=access_denied"],
            &["code=", &code, "&state=", &state, "&hook=", &hook],
            &["code=", &code, "&state=", &state, "&hook=x&hook=", &hook],
            &["code=", &code, "&state=", &state, "&", &body, "=x&stranger=", &body],
            &["state=", &state],
        ] {
            let callback = text(parts);
            for now in [1, 600] {
                drop(awaiting(&client).receive(&client, Callback::query(&callback), at(now)).err());
            }
            client.login_key(Callback::query(&callback));
        }
    }
    let other = client_with(|provider| provider.name = "elsewhere".into());
    drop(awaiting(&client).receive(&other, Callback::query(&callback()), at(1)).unwrap_err());
    drop(
        awaiting(&client)
            .receive_pasted_code_without_state_check(&client, &text(&[CODE, "\u{7F}"]), at(1))
            .unwrap_err(),
    );
}

fn of_tokens() {
    let client = client_with(|provider| provider.dialect.callback.implicit_refresh_token = true);
    let plain = Zeroizing::new(secrets::state());
    for [access, refresh, state] in [
        [text(&[ACCESS_TOKEN]), text(&[REFRESH_TOKEN]), text(&[&plain])],
        [escaped(ACCESS_TOKEN), escaped(REFRESH_TOKEN), escaped(&plain)],
    ] {
        for parts in [
            ["access_token=", &access, "&token_type=Bearer"].as_slice(),
            &["access_token=", &access, "&state=", &state],
            &["access_token=", &access, "&token_type=mac&state=", &state],
            &["access_token=", &access, "&token_type=", &access, "&state=", &state],
            &["access_token=", &access, "%0A&token_type=Bearer&state=", &state],
            &["access_token=", &access, "&token_type=Bearer&state=", &state, "&refresh_token=", &refresh, "%0A"],
            &["access_token=", &access, "&token_type=Bearer&state=", &state, "&expires_in=", &refresh],
            &["access_token=", &access, "&access_token=", &access, "&state=", &state],
            &["access_token=", &access, "&error=access_denied&state=", &state],
            &["refresh_token=", &refresh, "&state=", &state],
        ] {
            let (_, awaiting) = client.implicit_with_refresh().unwrap().authorize(secrets::entropy(), at(0));
            drop(awaiting.receive(&client, Callback::fragment(&text(parts)), at(1)).unwrap_err());
        }
    }
}
