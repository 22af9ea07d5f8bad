//! What stands between a server and a person: cookies, redirects, and no script.

use std::{io::Read, time::Duration};

use url::Url;

use crate::{
    Fault, Result,
    page::{Form, Page},
};

/// A browser with its own cookies, which never leaves the server: where it is sent elsewhere, it has landed.
pub struct Browser {
    agent: ureq::Agent,
    server: url::Origin,
}

/// What a browser shows.
#[derive(Debug)]
pub enum View {
    Page(Page),
    Landed(Landing),
}

/// What the client's redirect URI is called with.
#[derive(Clone, Debug)]
pub enum Landing {
    /// The URL of a redirect.
    Url(String),
    /// The body of a POST.
    Form(String),
}

impl Browser {
    pub fn new(server: &str) -> Result<Self> {
        let agent = ureq::Agent::config_builder()
            .max_redirects(0)
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(20)))
            .build();
        Ok(Self { agent: agent.into(), server: Url::parse(server)?.origin() })
    }

    pub fn open(&self, url: &Url) -> Result<View> {
        self.arrive(url.clone(), self.agent.get(url.as_str()).call()?)
    }

    pub fn submit(&self, form: Form) -> Result<View> {
        if form.post {
            let answer = self.agent.post(form.action.as_str()).send_form(form.fields)?;
            return self.arrive(form.action, answer);
        }
        let mut url = form.action;
        url.query_pairs_mut().clear().extend_pairs(&form.fields);
        self.open(&url)
    }

    /// Follows redirects until there is a page, or the server sends us away.
    fn arrive(&self, mut url: Url, mut answer: http::Response<ureq::Body>) -> Result<View> {
        for _ in 0..10 {
            let Some(location) = answer.headers().get("location").filter(|_| answer.status().is_redirection()) else {
                let status = answer.status().as_u16();
                let mut text = String::new();
                answer.into_body().into_reader().take(1 << 20).read_to_string(&mut text)?;
                return Ok(self.show(Page::new(url, status, &text)));
            };
            let location = location.to_str()?;
            let next = url.join(location)?;
            if next.origin() != self.server {
                // Byte for byte: a parser would write some characters in another way.
                return Ok(View::Landed(Landing::Url(location.to_owned())));
            }
            answer = self.agent.get(next.as_str()).call()?;
            url = next;
        }
        Err(Fault::from("ten redirects, and no page"))
    }

    /// A page may be nothing but a form for the client, which a script would send (OAuth 2.0 Form Post Response Mode).
    fn show(&self, page: Page) -> View {
        let away = page.forms().find(|form| form.post && form.action.origin() != self.server);
        match away {
            Some(form) => {
                let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&form.fields).finish();
                View::Landed(Landing::Form(body))
            }
            None => View::Page(page),
        }
    }
}
