//! What others use in their own tests: there too, what is shown ends up in logs.

use oauth_proto::test_util::Scenario;

use crate::{
    secrets::{ACCESS_TOKEN, EXTRA, REFRESH_TOKEN},
    shown::Shown,
    stage::{client, client_with},
};

pub fn show(shown: &mut Shown) {
    let client = client();
    let scenario = || {
        Scenario::of(&client)
            .access_token(ACCESS_TOKEN)
            .refresh_token(REFRESH_TOKEN)
            .member("team.hook", EXTRA)
            .scope("read")
    };
    shown.debug(&scenario());
    shown.debug(&scenario().tokens());
    shown.debug(&scenario().untrusted());
    // Why a state is not reached may be an answer, and what it left.
    let broken = scenario().access_token(format!("{ACCESS_TOKEN}\n")).granted().expect_err("this is no token");
    shown.chain(&broken);
    let none = client_with(|provider| provider.token_endpoint = None);
    shown.chain(&Scenario::of(&none).access_token(ACCESS_TOKEN).reissuable().expect_err("no token endpoint"));
}
