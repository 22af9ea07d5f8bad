//! States that are stored and loaded, and rows that cannot be loaded.

use oauth_proto::{
    AnyTokenSet, AwaitingCode, AwaitingToken, InDoubt, Keeper, Reissuable, TokenSet,
    dialect::Nonce,
    grant::{AuthorizationCode, Implicit, RefreshToken},
    stored::{self, Stored},
};
use oauth_proto_memory::secrets::{self, ACCESS_TOKEN, EXTRA, IMPORTED_TOKEN, REFRESH_TOKEN};
use zeroize::Zeroizing;

use super::stage::*;

pub const ALL: &[(&str, fn())] =
    &[("each state, stored and loaded", there_and_back), ("rows that cannot be loaded", broken), ("imports", imports)];

fn back<S: Stored + serde::de::DeserializeOwned>(row: &str) {
    drop(stored::load::<S>(row.as_bytes()).unwrap());
    // Cut off behind each of its values: what was read by then is dropped.
    for (end, _) in row.match_indices(['"', '}']) {
        drop(stored::load::<S>(&row.as_bytes()[..end]).err());
    }
}

fn there_and_back() {
    let client = client_with(|provider| {
        provider.dialect.authorize.nonce = Nonce::EchoedWithTokens;
        provider.dialect.response.keep = vec!["hook".into()];
    });
    back::<AwaitingCode>(&Zeroizing::new(stored::save(&awaiting(&client))));
    let (_, implicit) = client.implicit().unwrap().authorize(secrets::entropy(), at(0));
    back::<AwaitingToken<Implicit>>(&Zeroizing::new(stored::save(&implicit)));
    let (_, flight) = code_in_flight(&client);
    back::<InDoubt<AuthorizationCode>>(&Zeroizing::new(stored::save(&flight)));

    let parts =
        ["{\"access_token\":\"", ACCESS_TOKEN, "\",\"token_type\":\"Bearer\",\"refresh_token\":\"", REFRESH_TOKEN];
    let answer = json(200, &[parts.as_slice(), &["\",\"hook\":\"", EXTRA, "\\n\"}"]].concat());
    let reissuable = client.client_credentials().unwrap().request(at(0)).unwrap().1.finish(answer).unwrap();
    let row = Zeroizing::new(stored::save(&reissuable.into_token_set()));
    back::<TokenSet<Reissuable>>(&row);
    back::<AnyTokenSet>(&row);
    let set: AnyTokenSet = stored::load(row.as_bytes()).unwrap();
    back::<Keeper>(&Zeroizing::new(stored::save(&Keeper::new(set))));

    let set =
        client.import_refreshable_tokens_from_elsewhere(IMPORTED_TOKEN.into(), REFRESH_TOKEN.into(), None).unwrap();
    let row = Zeroizing::new(stored::save(&set));
    back::<AnyTokenSet>(&row);
    drop(stored::load::<AwaitingCode>(row.as_bytes()).unwrap_err());
    let (_, flight) = authorized(set).refresh(&client, at(2)).unwrap();
    back::<InDoubt<RefreshToken>>(&Zeroizing::new(stored::save(&flight)));
}

/// A secret where something else is to stand, and something else where a secret is.
fn broken() {
    let client = client();
    let row = Zeroizing::new(stored::save(&token_set(&client)));
    for secret in [text(&[IMPORTED_TOKEN]), with_escape(IMPORTED_TOKEN)] {
        for (old, new) in [
            (ACCESS_TOKEN, text(&[&secret, "\\u0000"])),
            (ACCESS_TOKEN, text(&[&secret])),
            ("token_set/1", text(&[&secret])),
            ("refreshable", text(&[&secret])),
            ("\"expires_at\":", text(&["\"expires_at\":\"", &secret, "\",\"x\":"])),
        ] {
            let (before, after) = row.split_once(old).unwrap();
            let row = text(&[before, &new, after]);
            drop(stored::load::<AnyTokenSet>(row.as_bytes()).err());
            drop(stored::load::<TokenSet<oauth_proto::Refreshable>>(row.as_bytes()).err());
            drop(stored::kind(row.as_bytes()).ok());
        }
    }
}

fn imports() {
    let client = client_with(|provider| provider.dialect.response.keep = vec!["hook".into()]);
    let mut set = client.import_access_token_from_elsewhere(IMPORTED_TOKEN.into(), None).unwrap();
    set.add_extra_from_elsewhere(&client, "hook", EXTRA).unwrap();
    set.add_extra_from_elsewhere(&client, "hook", "another").unwrap();
    drop(set);
    let broken = text(&[IMPORTED_TOKEN, "\n"]);
    drop(client.import_access_token_from_elsewhere(broken.as_str().into(), None).unwrap_err());
}
