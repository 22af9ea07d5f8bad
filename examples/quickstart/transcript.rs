//! What happens, in print: secrets redacted.

use oauth_proto::{Header, Request, Response};

/// Parameters and members whose values are credentials.
const SECRETS: [&str; 11] = [
    "access_token",
    "refresh_token",
    "code",
    "code_verifier",
    "client_secret",
    "password",
    "state",
    "nonce",
    "id_token",
    "Authorization",
    "Authentication",
];

/// The printed account of one flow.
pub struct Transcript(());

impl Transcript {
    pub fn open(provider: &str, title: &str) -> Self {
        println!("\n── {provider}: {title} ──");
        Self(())
    }

    /// A state by its name: `InFlight<AuthorizationCode>`.
    pub fn state<T>(&mut self, state: &T) {
        println!("  {}", short_name(std::any::type_name_of_val(state)));
    }

    /// A remark of the flow's own.
    pub fn note(&mut self, words: &str) {
        println!("  · {words}");
    }

    pub fn browser(&mut self, direction: &str, url: &str) {
        println!("    {direction} browser {}", redact_url(url));
    }

    pub fn request(&mut self, request: &Request) {
        println!("    → {} {}", request.method().as_str(), request.url());
        request.headers().iter().for_each(print_header);
        let body = String::from_utf8_lossy(request.expose_body());
        if !body.is_empty() {
            println!("      {}", redact_body(&body));
        }
    }

    pub fn response(&mut self, response: &Response) {
        let body = String::from_utf8_lossy(response.expose_body());
        println!("    ← {} {}", response.status(), redact_body(&body));
    }

    pub fn api_call(&mut self, url: &str, header: &Header, status: u16) {
        println!("    → GET {url}");
        print_header(header);
        println!("    ← {status}");
    }
}

fn print_header(header: &Header) {
    let value = header.expose_value();
    match value.split_once(' ') {
        _ if !SECRETS.contains(&header.name()) => println!("      {}: {value}", header.name()),
        Some((scheme, secret)) => println!("      {}: {scheme} {}", header.name(), hidden(secret)),
        None => println!("      {}: {}", header.name(), hidden(value)),
    }
}

fn redact_url(url: &str) -> String {
    let Some(start) = url.find(['?', '#']) else {
        return url.to_owned();
    };
    let (endpoint, parameters) = url.split_at(start);
    let (mark, parameters) = parameters.split_at(1);
    format!("{endpoint}{mark}{}", redact_form(parameters))
}

fn redact_body(body: &str) -> String {
    match serde_json::from_str::<serde_json::Value>(body) {
        Ok(serde_json::Value::Object(mut members)) => {
            for (name, value) in &mut members {
                if let (true, Some(text)) = (SECRETS.contains(&name.as_str()), value.as_str()) {
                    *value = hidden(text).into();
                }
            }
            serde_json::Value::Object(members).to_string()
        }
        _ => redact_form(body),
    }
}

fn redact_form(form: &str) -> String {
    let pairs = form.split('&').map(|pair| match pair.split_once('=') {
        Some((name, value)) if SECRETS.contains(&name) => format!("{name}={}", hidden(value)),
        _ => pair.to_owned(),
    });
    pairs.collect::<Vec<_>>().join("&")
}

fn hidden(secret: &str) -> String {
    format!("‹{} bytes›", secret.len())
}

/// `oauth_proto::state::in_flight::InFlight<oauth_proto::grant::…::Password>` without the paths.
fn short_name(full: &str) -> String {
    let mut name = String::new();
    for part in full.split_inclusive(['<', '>', ',', ' ']) {
        name.push_str(part.rsplit("::").next().unwrap_or(part));
    }
    name
}
