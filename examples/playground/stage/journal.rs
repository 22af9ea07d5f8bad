//! What has happened, step by step.

use std::collections::VecDeque;

use oauth_proto::{Header, Request, Response};

/// The last steps, which are on the page. Any site can add one: it sends a browser here as a provider does.
#[derive(Default)]
pub struct Journal {
    steps: VecDeque<Step>,
    /// How many there were before these.
    gone: usize,
}

impl Journal {
    pub const KEPT: usize = 100;

    pub fn push(&mut self, step: Step) {
        if self.steps.len() == Self::KEPT {
            self.steps.pop_front();
            self.gone += 1;
        }
        self.steps.push_back(step);
    }

    pub fn last(&self) -> Option<&Step> {
        self.steps.back()
    }

    /// The newest first, each by its number from 1 on.
    pub fn newest_first(&self) -> impl Iterator<Item = (usize, &Step)> {
        self.steps.iter().enumerate().rev().map(|(at, step)| (self.gone + at + 1, step))
    }
}

/// One step: a call of the machine, or something that happened to it.
pub struct Step {
    /// In the words of the page.
    pub title: String,
    /// The call, if it was one of the machine's.
    pub call: Option<&'static str>,
    pub from: &'static str,
    pub to: &'static str,
    /// What the crate said: an error in its own words.
    pub said: Option<String>,
    /// What went over the wire, in order.
    pub wire: Vec<Wire>,
}

/// Something that went over the wire, with its secrets.
pub enum Wire {
    /// The browser goes there.
    BrowserThere(String),
    /// The browser came back.
    BrowserBack(Back),
    Request {
        method: &'static str,
        url: String,
        headers: Vec<(String, String)>,
        body: String,
    },
    Response {
        status: u16,
        headers: Vec<(String, String)>,
        body: String,
    },
    /// No answer came.
    Silence(String),
}

/// What a browser comes back with.
#[derive(Clone)]
pub enum Back {
    /// The whole URL.
    Url(String),
    /// The body of a form.
    Form(String),
}

impl Wire {
    pub fn back(callback: &Back) -> Self {
        Self::BrowserBack(callback.clone())
    }

    pub fn request(request: &Request) -> Self {
        Self::Request {
            method: request.method().as_str(),
            url: request.url().to_owned(),
            headers: fields(request.headers()),
            body: String::from_utf8_lossy(request.expose_body()).into_owned(),
        }
    }

    pub fn call(url: &str, headers: &[Header]) -> Self {
        Self::Request { method: "GET", url: url.to_owned(), headers: fields(headers), body: String::new() }
    }

    pub fn response(response: &Response) -> Self {
        let kind = response.content_type().map(|kind| ("Content-Type".to_owned(), kind.to_owned()));
        let challenges = response.www_authenticate().map(|value| ("WWW-Authenticate".to_owned(), value.to_owned()));
        Self::Response {
            status: response.status(),
            headers: kind.into_iter().chain(challenges).collect(),
            body: String::from_utf8_lossy(response.expose_body()).into_owned(),
        }
    }
}

fn fields(headers: &[Header]) -> Vec<(String, String)> {
    headers.iter().map(|header| (header.name().to_owned(), header.expose_value().to_owned())).collect()
}
