//! What is done with tokens: they are shown to the API, and renewed.

use oauth_proto::{AnyClient, Authorized, Header, PresentError, Secret};

use super::{
    Held, Stage, Wire,
    outcomes::{asked, came},
    store,
};
use crate::machine::transitions::{HEADER_FOR, REFRESH, REISSUE, REJECTED};

impl Stage {
    pub(super) fn renew(&mut self, title: &str) {
        self.call(title, REFRESH, |held, client, now| match held {
            Held::Refreshable(held) => Ok(asked(held.refresh(client, now))),
            Held::ExpiredRefreshable(held) => Ok(asked(held.refresh(client, now))),
            other => Err(other),
        });
        self.call(title, REISSUE, |held, client, now| match held {
            Held::Reissuable(held) => Ok(asked(held.reissue(client, now))),
            Held::ExpiredReissuable(held) => Ok(asked(held.reissue(client, now))),
            other => Err(other),
        });
    }

    pub(super) fn renew_old(&mut self) {
        if !matches!(self.held, Some(Held::Refreshable(_))) {
            return; // what is on its way would be dropped
        }
        let Some(row) = self.store.older_tokens.take() else { return };
        match store::tokens(&row, self.world.now()) {
            Ok(old) => {
                let (from, _) = self.take();
                self.store.tokens = Some(row);
                self.arrive("A backup is restored: the tokens of before", None, from, old.into(), Vec::new());
                self.renew("The tokens of the backup are renewed");
            }
            Err(why) => self.note(&format!("The backup cannot be read: {why}"), Vec::new()),
        }
    }

    /// One request of the API, with the header or URL that the state allows.
    pub(super) fn call_api(&mut self) {
        fn presented<C>(
            held: &Authorized<C>,
            client: &AnyClient,
            url: &str,
        ) -> Result<(Secret, Vec<Header>), PresentError> {
            match held.header_for(client, url) {
                Err(PresentError::GoesIntoUrl) => held.url_for(client, url).map(|url| (url, Vec::new())),
                header => header.map(|header| (url.into(), vec![header])),
            }
        }
        let url = self.world.api_url();
        let (from, held) = self.take();
        let client = self.world.client();
        let shown = match &held {
            Held::Refreshable(held) => presented(held, client, &url),
            Held::AccessOnly(held) => presented(held, client, &url),
            Held::Reissuable(held) => presented(held, client, &url),
            _ => {
                self.held = Some(held);
                return;
            }
        };
        let title = "The API is called";
        let (url, headers) = match shown {
            Ok(shown) => shown,
            Err(error) => return self.arrive(title, Some(HEADER_FOR), from, came(held, error), Vec::new()),
        };
        let mut wire = vec![Wire::call(url.expose(), &headers)];
        match self.world.call_api(url.expose(), &headers) {
            Ok(response) => {
                wire.push(Wire::response(&response));
                let refused = response.status() == 401;
                self.arrive(title, Some(HEADER_FOR), from, held.into(), wire);
                if refused {
                    self.call("The API refused the token", REJECTED, |held, _, _| match held {
                        Held::Refreshable(held) => Ok(held.rejected().into()),
                        Held::AccessOnly(held) => Ok(held.rejected().into()),
                        Held::Reissuable(held) => Ok(held.rejected().into()),
                        other => Err(other),
                    });
                }
            }
            Err(why) => {
                wire.push(Wire::Silence(why));
                self.arrive(title, Some(HEADER_FOR), from, held.into(), wire);
            }
        }
    }
}
