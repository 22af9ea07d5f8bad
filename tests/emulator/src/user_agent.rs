//! A stand-in for the user's browser: it fetches pages, fills in forms, keeps cookies, and stops where the client
//! takes over.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use ureq::Agent;
use ureq::config::Config;

use crate::door::Door;
use crate::origins::Origins;
use crate::pages::unescape;
use crate::state::{PASSWORD, USER};

/// Goes through the sign-in and consent forms as the test user would.
#[derive(Debug)]
pub struct UserAgent {
    way: Way,
    origins: Origins,
    cookies: Mutex<BTreeMap<String, String>>,
}

#[derive(Debug)]
enum Way {
    Http(Agent),
    Door(Door),
}

/// Where the browser ended up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landing {
    /// The full `Location` that the browser was sent to, fragment included, or where it posted a form to. Empty if the
    /// request was refused.
    pub url: String,
    /// The body of the POST, where a page of the provider's made the browser send one.
    pub form: Option<String>,
    /// The code on the provider's own page, if the redirect URI was that page.
    pub displayed_code: Option<String>,
    /// What the error page says, if the request was refused and the browser sent nowhere.
    pub refusal: Option<String>,
}

struct Page {
    origin: String,
    location: Option<String>,
    html: String,
}

/// It follows no redirect, and takes every status as an answer.
pub(crate) fn config() -> Config {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        // A proxy of the machine must not see, or answer, what is meant for the emulator.
        .proxy(None)
        // The default is 128 KiB each way for every connection; no page here has more than a few.
        .input_buffer_size(16 * 1024)
        .output_buffer_size(16 * 1024)
        .user_agent("oauth-proto-emulator browser stand-in")
        .build()
}

impl UserAgent {
    pub(crate) fn new(origins: Origins) -> Self {
        UserAgent { way: Way::Http(config().into()), origins, cookies: Mutex::default() }
    }

    pub(crate) fn at(door: Door, origins: Origins) -> Self {
        UserAgent { way: Way::Door(door), origins, cookies: Mutex::default() }
    }

    /// Opens the URL, signs in and approves. A documented host stands for its local origin.
    pub fn approve(&self, authorization_url: &str) -> Landing {
        self.decide(authorization_url, "approve")
    }

    /// Opens the URL, signs in and denies.
    pub fn deny(&self, authorization_url: &str) -> Landing {
        self.decide(authorization_url, "deny")
    }

    fn decide(&self, authorization_url: &str, decision: &str) -> Landing {
        let mut page = self.get(&self.origins.local(authorization_url));
        if let Some(elsewhere) = page.location.take() {
            page = self.get(&elsewhere);
        }
        if page.html.contains("name=\"password\"") {
            page = self.submit(&page, &[("username", USER), ("password", PASSWORD)]);
        }
        if let Some(refusal) = element(&page.html, "<p id=\"refusal\">") {
            return Landing::refused(refusal);
        }
        page = self.submit(&page, &[("decision", decision)]);
        let Some(url) = page.location else {
            return match form(&page.html) {
                Some((url, form)) => Landing { url, form: Some(form), displayed_code: None, refusal: None },
                None => Landing::refused(element(&page.html, "<p id=\"refusal\">").unwrap_or(page.html)),
            };
        };
        // Only the provider's own page is opened: everything else belongs to the client.
        let displayed_code = self
            .origins
            .serves(&url)
            .then(|| element(&self.get(&self.origins.local(&url)).html, "<code id=\"code\">"))
            .flatten();
        Landing { url, form: None, displayed_code, refusal: None }
    }

    /// Goes to the page for devices, types in what the device shows, signs in and approves. A documented host stands for
    /// its local origin.
    ///
    /// # Errors
    /// What the page says instead; or that the page, opened with a code in its address, shows another one.
    pub fn approve_device(&self, verification_uri: &str, user_code: &str) -> Result<(), String> {
        self.decide_device(verification_uri, user_code, "approve")
    }

    /// The same, and denies.
    ///
    /// # Errors
    /// As there.
    pub fn deny_device(&self, verification_uri: &str, user_code: &str) -> Result<(), String> {
        self.decide_device(verification_uri, user_code, "deny")
    }

    fn decide_device(&self, verification_uri: &str, user_code: &str, decision: &str) -> Result<(), String> {
        let refused = |page: &Page| element(&page.html, "<p id=\"refusal\">").map_or(Ok(()), Err);
        let page = self.get(&self.origins.local(verification_uri));
        refused(&page)?;
        let there = attribute(&page.html, "name=\"user_code\" value=\"").unwrap_or_default();
        if !there.is_empty() && there != user_code {
            return Err(format!("the page shows {there}, and the device {user_code}"));
        }
        let page = self.submit(&page, &[("user_code", user_code), ("username", USER), ("password", PASSWORD)]);
        refused(&page)?;
        let page = self.submit(&page, &[("decision", decision)]);
        refused(&page)?;
        element(&page.html, "<p id=\"done\">").map(drop).ok_or(page.html)
    }

    fn get(&self, url: &str) -> Page {
        self.send(url, http::Request::get(url), Vec::new())
    }

    fn submit(&self, page: &Page, answers: &[(&str, &str)]) -> Page {
        let field = |marker: &str| {
            attribute(&page.html, marker).unwrap_or_else(|| panic!("no {marker} on the page: {}", page.html))
        };
        let url = format!("{}{}", page.origin, field("action=\""));
        let ticket = field("name=\"ticket\" value=\"");
        let csrf = field("name=\"csrf\" value=\"");
        let hidden = [("ticket", ticket.as_str()), ("csrf", csrf.as_str())];
        let pairs = hidden.into_iter().chain(answers.iter().copied());
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let request = http::Request::post(&url).header("content-type", "application/x-www-form-urlencoded");
        self.send(&url, request, form.into_bytes())
    }

    fn send(&self, url: &str, mut request: http::request::Builder, body: Vec<u8>) -> Page {
        if let Some(cookies) = self.cookie_header() {
            request = request.header("cookie", cookies);
        }
        let request = request.body(body).unwrap_or_else(|error| panic!("no request to {url}: {error}"));
        let response = match &self.way {
            Way::Door(door) => door.answer(request).unwrap_or_else(|| panic!("the connection to {url} is cut")),
            Way::Http(agent) => {
                let response = agent.run(request).and_then(|response| {
                    let (parts, mut body) = response.into_parts();
                    Ok(http::Response::from_parts(parts, body.read_to_vec()?))
                });
                response.unwrap_or_else(|error| panic!("the browser cannot open {url}: {error}"))
            }
        };
        self.page(url, &response)
    }

    fn page(&self, url: &str, response: &http::Response<Vec<u8>>) -> Page {
        let mut cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        for cookie in response.headers().get_all("set-cookie").iter().filter_map(|value| value.to_str().ok()) {
            let pair = cookie.split(';').next().and_then(|pair| pair.split_once('='));
            if let Some((name, value)) = pair {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let location = response.headers().get("location").and_then(|value| value.to_str().ok()).map(str::to_owned);
        let html = String::from_utf8_lossy(response.body()).into_owned();
        // scheme, empty, host: the origin is what stands before the third slash.
        let origin = url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
        Page { origin, location, html }
    }

    fn cookie_header(&self) -> Option<String> {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        let pairs: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

impl Landing {
    fn refused(refusal: String) -> Self {
        Landing { url: String::new(), form: None, displayed_code: None, refusal: Some(refusal) }
    }
}

/// Where a form that sends itself goes to, and what it sends.
fn form(html: &str) -> Option<(String, String)> {
    let (_, form) = html.split_once("<form id=\"back\"")?;
    let mut body = form_urlencoded::Serializer::new(String::new());
    for input in form.split("<input type=\"hidden\"").skip(1) {
        body.append_pair(&attribute(input, "name=\"")?, &attribute(input, "value=\"")?);
    }
    Some((attribute(form, "action=\"")?, body.finish()))
}

/// The text from the marker to the next tag.
fn element(html: &str, marker: &str) -> Option<String> {
    let (_, rest) = html.split_once(marker)?;
    rest.split_once('<').map(|(text, _)| unescape(text))
}

/// The text from the marker to the next quotation mark.
fn attribute(html: &str, marker: &str) -> Option<String> {
    let (_, rest) = html.split_once(marker)?;
    rest.split_once('"').map(|(text, _)| unescape(text))
}
