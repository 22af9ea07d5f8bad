//! What can be done with tokens.

use url::Url;

use super::{
    held::Held,
    world::{HIDDEN, World},
};
use crate::{
    AccessOnly, AnyTokenSet, Client, Confidential, Keeper, Response, Standing,
    fuzzing::{claims, input::Input, scene, urls},
};

impl World {
    pub(super) fn use_tokens(&mut self, input: &mut Input<'_>, tokens: AnyTokenSet) {
        let server = tokens.server().to_owned();
        let client = self.client(input, &server);
        let now = self.now();
        match input.byte() & 7 {
            0 | 1 => {
                self.present(input, &client, &tokens);
                self.hold(Held::Tokens(tokens));
            }
            2 => self.hold(Held::Keeper(Keeper::new(tokens))),
            3 => match tokens {
                AnyTokenSet::Refreshable(set) => match set.revoke(&client) {
                    Ok((request, logging_out)) => {
                        drop(claims::request(&request, &[]));
                        claims::shown(&format!("{request:?}{logging_out:?}"), &HIDDEN);
                        match logging_out.finish(Response::new(200, scene::JSON, "").into()) {
                            Ok(intent) => self.hold(Held::Intent(intent)),
                            Err(error) => self.hold(Held::Tokens(error.into_origin().into())),
                        }
                    }
                    Err(error) => self.hold(Held::Tokens(error.into_origin().into())),
                },
                tokens => self.hold(Held::Tokens(tokens)),
            },
            4 => match tokens {
                AnyTokenSet::Refreshable(set) => self.hold(Held::Tokens(set.rejected().into_token_set().into())),
                AnyTokenSet::Reissuable(set) => match set.into_refreshable() {
                    Ok(set) => self.hold(Held::Tokens(set.into())),
                    Err(set) => self.hold(Held::Tokens(set.into())),
                },
                AnyTokenSet::AccessOnly(set) => self.follow_up(set.at(now), &client, &server),
            },
            _ => match tokens {
                AnyTokenSet::Refreshable(set) => {
                    let made = match set.at(now) {
                        Standing::Authorized(authorized) => authorized.refresh(&client, now),
                        Standing::Expired(expired) => expired.refresh(&client, now),
                    };
                    self.made(made, &client, &server, |set| Held::Tokens(set.into()));
                }
                AnyTokenSet::Reissuable(set) => {
                    let made = match set.at(now) {
                        Standing::Authorized(authorized) => authorized.reissue(&client, now),
                        Standing::Expired(expired) => expired.reissue(&client, now),
                    };
                    self.made(made, &client, &server, |set| Held::Tokens(set.into()));
                }
                AnyTokenSet::AccessOnly(set) => self.follow_up(set.at(now), &client, &server),
            },
        }
    }

    fn follow_up(&mut self, standing: Standing<AccessOnly>, client: &Client<Confidential>, server: &str) {
        match standing {
            Standing::Authorized(authorized) => {
                let made = authorized.follow_up(client, self.now());
                self.made(made, client, server, Held::Tokens);
            }
            Standing::Expired(expired) => self.hold(Held::Intent(expired.into_intent())),
        }
    }

    fn present(&self, input: &mut Input<'_>, client: &Client<Confidential>, tokens: &AnyTokenSet) {
        let url = urls::url(input);
        let Ok(header) = tokens.holder().header_for(client, &url) else { return };
        claims::header(header.name(), header.expose_value());
        let api = if tokens.server() == "other" { "https://api.other.example" } else { "https://api.example" };
        let origin = Url::parse(&url).map(|url| url.origin().ascii_serialization());
        assert_eq!(origin.as_deref(), Ok(api), "a token is shown to another: {url:?}");
        assert_eq!(client.server(), tokens.server(), "a token is shown by another's client");
    }
}
