//! Sessions that live long: keepers, logouts and checks.

use std::time::Duration;

use oauth_proto::{Decision, Keeper, Outcome, Revocation, Turn, dialect::BodyFormat, stored};
use oauth_proto_memory::secrets::{ACCESS_TOKEN, BODY, NEW_ACCESS_TOKEN, NEW_REFRESH_TOKEN};
use zeroize::Zeroizing;

use super::stage::*;

pub const ALL: &[(&str, fn())] = &[("a keeper", keeper), ("a logout in each format", logout), ("a check", check)];

fn keeper() {
    let client = client();
    let outcomes: [fn() -> Outcome; 6] = [
        || tokens(NEW_ACCESS_TOKEN, NEW_REFRESH_TOKEN),
        || json(400, &["{\"error\":\"invalid_grant\"}"]),
        || json(400, &["{\"error\":\"invalid_scope\"}"]),
        || json(200, &["{\"access_token\":\"", NEW_ACCESS_TOKEN, "\",\"token_type\":\"mac\"}"]),
        || json(500, &[BODY]),
        || Outcome::lost("reset"),
    ];
    for outcome in outcomes {
        let mut keeper = Keeper::new(token_set(&client));
        let Turn::Use(token) = keeper.poll(&client, at(2), Duration::ZERO) else { panic!() };
        drop(keeper.header_for(&client, "https://api.example/me", at(2)).unwrap());
        assert!(keeper.rejected(&token));
        let Turn::Send(request, ticket) = keeper.poll(&client, at(3), Duration::ZERO) else { panic!() };
        let row = Zeroizing::new(stored::save(&keeper));
        drop((request, stored::load::<Keeper>(row.as_bytes()).unwrap()));
        let _ = keeper.handle(ticket, outcome(), at(4));
        keeper.decide(Decision::AssumeSpent);
        drop(keeper.into_tokens().map(|tokens| tokens.into_intent()));
    }
}

fn logout() {
    for body in [BodyFormat::Form, BodyFormat::Json, BodyFormat::Query] {
        let client = client_with(|provider| {
            let mut logout = Revocation::new("https://id.example/logout");
            logout.body = body;
            provider.revocation = Some(logout);
        });
        let (request, logout) = token_set(&client).revoke(&client).unwrap();
        drop(request);
        drop(logout.finish(json(204, &[])).unwrap());
        drop(token_set(&client).revoke(&client).unwrap().1.finish(json(500, &[BODY])).unwrap_err().into_origin());
    }
}

fn check() {
    let client = client_with(|provider| _ = provider.checks.insert("me".into(), "https://id.example/me".into()));
    let (request, checking) = refreshable(&client).check(&client, "me").unwrap();
    drop(request);
    let _ = checking.finish(json(200, &["{\"access_token\":\"", ACCESS_TOKEN, "\"}"])).unwrap();
}
