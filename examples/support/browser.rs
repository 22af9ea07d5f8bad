//! A browser without pictures, for examples that are web applications: it keeps one cookie, and follows nothing by itself.
#![allow(dead_code)] // each example uses its own part

use std::{error::Error, time::Duration};

use ureq::http::Response;

pub type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

pub struct Browser {
    /// The application's.
    origin: String,
    cookie: Option<String>,
}

pub struct Page {
    pub status: u16,
    /// Where it sends the browser.
    pub location: String,
    pub html: String,
}

impl Browser {
    pub fn new(origin: &str) -> Self {
        Self { origin: origin.into(), cookie: None }
    }

    /// Another one that was given the cookie of this.
    pub fn with_cookie_of(other: &Self) -> Self {
        Self { origin: other.origin.clone(), cookie: other.cookie.clone() }
    }

    /// Of a path, or of a whole URL of the application's.
    pub fn get(&mut self, url: &str) -> Result<Page> {
        let url = if url.starts_with('/') { format!("{}{url}", self.origin) } else { url.to_owned() };
        let mut request = agent().get(url);
        if let Some(cookie) = &self.cookie {
            request = request.header("Cookie", cookie);
        }
        self.take(request.call()?)
    }

    /// Asks for a page, and goes away before it is there.
    pub fn give_up_on(&self, path: &str, after: Duration) -> Result<()> {
        let request = agent().get(format!("{}{path}", self.origin)).config().timeout_global(Some(after)).build();
        let request = request.header("Cookie", self.cookie.as_deref().unwrap_or_default());
        match request.call() {
            Err(ureq::Error::Timeout(_)) => Ok(()),
            _ => Err("the page was there at once".into()),
        }
    }

    /// Sends a form without fields, as a button of the application's page does.
    pub fn post(&mut self, path: &str) -> Result<Page> {
        let mut request = agent().post(format!("{}{path}", self.origin)).header("Origin", &self.origin);
        if let Some(cookie) = &self.cookie {
            request = request.header("Cookie", cookie);
        }
        self.take(request.send_empty()?)
    }

    fn take(&mut self, answer: Response<ureq::Body>) -> Result<Page> {
        let (head, mut body) = answer.into_parts();
        let field = |name| head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if let Some((pair, _)) = field("Set-Cookie").split_once(';') {
            self.cookie = Some(pair.to_owned()).filter(|pair| !pair.ends_with('='));
        }
        Ok(Page { status: head.status.as_u16(), location: field("Location").to_owned(), html: body.read_to_string()? })
    }
}

impl Page {
    /// This page, if it is what is to be seen.
    pub fn expect(self, status: u16, words: &str) -> Result<Self> {
        if self.status == status && self.html.contains(words) {
            Ok(self)
        } else {
            Err(format!("a page with {status}, and without `{words}`? {} came", self.status).into())
        }
    }
}

fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false).proxy(None);
    config.max_redirects_will_error(false).build().into()
}
