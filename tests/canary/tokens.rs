//! Tokens: kept, shown to an API, renewed.

use std::time::Duration;

use oauth_proto::{
    AccessOnly, AnyTokenSet, Authorized, Decision, Keeper, Provider, Reissuable, Standing, Turn,
    dialect::RefreshDeadline,
};

use crate::{
    endings,
    secrets::{ACCESS_TOKEN, IMPORTED_TOKEN},
    shown::Shown,
    stage::{at, both_tokens, client, client_with, each_outcome, imported, other_client},
    values,
};

pub fn show(shown: &mut Shown) {
    sets(shown);
    presented(shown);
    renewed(shown);
    kept(shown);
}

fn access_only() -> oauth_proto::TokenSet<AccessOnly> {
    client().import_access_token_from_elsewhere(IMPORTED_TOKEN.into(), None).unwrap()
}

fn reissuable() -> Authorized<Reissuable> {
    client().client_credentials().unwrap().request(at(0)).unwrap().1.finish(both_tokens()).unwrap()
}

fn sets(shown: &mut Shown) {
    shown.state(&imported(&client()));
    shown.debug(imported(&client()).extras());
    shown.state(&access_only());
    shown.state(&reissuable());
    shown.state(&reissuable().into_token_set());
    shown.state(&AnyTokenSet::from(imported(&client())));
    shown.state(&AnyTokenSet::from(access_only()));
    shown.state(&AnyTokenSet::from(reissuable().into_token_set()));
    shown.state(&reissuable().into_refreshable());
    for now in [at(0), at(100)] {
        shown.state(&imported(&client()).at(now));
        shown.state(&access_only().at(now));
    }
    shown.state(&access_only().rejected());
    shown.state(&reissuable().rejected());
    shown.state(&imported(&client()).rejected());
    shown.serialize(&imported(&client()).into_intent());
}

/// In a header field, in a URL, or not at all.
fn presented(shown: &mut Shown) {
    let client = client();
    let in_url = client_with(|provider| provider.dialect.presentation.query_parameter = Some("token".into()));
    let Standing::Authorized(authorized) = imported(&client).at(at(0)) else { panic!() };
    shown.debug(&authorized.header_for(&client, "https://api.example/").unwrap());
    let url = authorized.url_for(&in_url, "https://api.example/").unwrap();
    assert!(url.expose().contains(&IMPORTED_TOKEN[..20]));
    shown.debug(&url);
    for url in ["https://api.example/", "https://elsewhere.example/", "no url", "https://api.example/?token=x"] {
        let with_token = format!("{url}{ACCESS_TOKEN}");
        for url in [url, &with_token] {
            for client in [&client, &in_url, &other_client()] {
                authorized.header_for(client, url).err().iter().for_each(|error| shown.error(error));
                authorized.url_for(client, url).err().iter().for_each(|error| shown.error(error));
            }
        }
    }
    let keeper = Keeper::new(imported(&client));
    shown.error(&keeper.header_for(&client, "https://api.example/", at(100)).unwrap_err());
    shown.error(&keeper.url_for(&in_url, "https://api.example/", at(100)).unwrap_err());
}

fn renewed(shown: &mut Shown) {
    let client = client();
    let authorized = || match imported(&client).at(at(0)) {
        Standing::Authorized(authorized) => authorized,
        Standing::Expired(expired) => panic!("{expired:?}"),
    };
    endings::each(shown, || authorized().refresh(&client, at(1)).unwrap());
    endings::request(shown, authorized().refresh(&other_client(), at(1)).unwrap_err());
    let tweaks: [fn(&mut Provider); 3] = [
        |provider| provider.dialect.refresh.deadline = RefreshDeadline::AccessTokenExpiry,
        |provider| provider.dialect.refresh.opens_seconds_before_expiry = Some(7),
        |provider| provider.token_endpoint = None,
    ];
    for tweak in tweaks {
        let client = client_with(tweak);
        for now in [at(1), at(100)] {
            let Err(error) = authorized().refresh(&client, now) else { continue };
            endings::request(shown, error);
        }
    }
    endings::each(shown, || client.client_credentials().unwrap().request(at(0)).unwrap());
    endings::each(shown, || reissuable().reissue(&client, at(1)).unwrap());
    endings::request(shown, reissuable().reissue(&other_client(), at(1)).unwrap_err());
}

fn kept(shown: &mut Shown) {
    let client = client();
    let keeper = || Keeper::new(imported(&client));
    each_outcome(|outcome| {
        let mut keeper = keeper();
        shown.state(&keeper);
        shown.state(&keeper.poll(&client, at(0), Duration::ZERO));
        let turn = keeper.poll(&client, at(100), Duration::ZERO);
        shown.state(&turn);
        let Turn::Send(request, ticket) = turn else { panic!() };
        values::request(shown, request);
        shown.debug(&ticket);
        shown.state(&keeper.poll(&client, at(100), Duration::ZERO));
        // Another keeper, which gives both back.
        let foreign = self::kept_by_another(shown, ticket, outcome);
        if let Err(error) = keeper.handle(foreign.0, foreign.1, at(101)) {
            endings::renewal(shown, &error);
        }
        shown.state(&keeper.poll(&client, at(101), Duration::ZERO));
        shown.debug(&Decision::AssumeSpent);
        keeper.decide(Decision::AssumeSpent);
        shown.state(&keeper.poll(&client, at(200), Duration::ZERO));
        shown.state(&keeper);
    });
    shown.state(&keeper().poll(&other_client(), at(0), Duration::ZERO));
    // The client's own tokens.
    each_outcome(|outcome| {
        let mut keeper = Keeper::new(reissuable().into_token_set());
        let Turn::Send(_, ticket) = keeper.poll(&client, at(3600), Duration::ZERO) else { panic!() };
        if let Err(error) = keeper.handle(ticket, outcome, at(3601)) {
            endings::renewal(shown, &error);
        }
        shown.state(&keeper);
    });
}

fn kept_by_another(
    shown: &mut Shown,
    ticket: oauth_proto::Ticket,
    outcome: oauth_proto::Outcome,
) -> (oauth_proto::Ticket, oauth_proto::Outcome) {
    let mut other = Keeper::new(access_only());
    let error = other.handle(ticket, outcome, at(101)).unwrap_err();
    endings::renewal(shown, &error);
    let oauth_proto::RenewalError::ForeignTicket { ticket, outcome } = error else { panic!() };
    (*ticket, *outcome)
}
