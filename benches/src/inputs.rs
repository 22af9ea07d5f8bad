//! What every contender is given: one client with a secret, three scopes, and one answer of 378 bytes.

use http::{HeaderValue, Response, header::CONTENT_TYPE};

pub const AUTHORIZATION_ENDPOINT: &str = "https://id.example.com/authorize";
pub const TOKEN_ENDPOINT: &str = "https://id.example.com/token";
pub const CLIENT_ID: &str = "s6BhdRkqt3";
pub const CLIENT_SECRET: &str = "7Fjfp0ZBr1KtDRbnfVdmIw";
pub const REDIRECT_URI: &str = "https://app.example.com/cb";
pub const SCOPES: [&str; 3] = ["user:read", "projects:read", "projects:write"];

/// The code that the browser brings back.
pub const CODE: &str = "SplxlOBeZQQYbYS6WxSbIA";

/// What the token endpoint answers.
pub const ANSWER: &str = concat!(
    r#"{"access_token":"eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6IjEifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUuY2"#,
    r#"9tIiwic3ViIjoiMTIzNDU2Nzg5MCIsImF1ZCI6ImFwaSIsImV4cCI6MTgwMDAwMzYwMH0.c2lnbmF0dXJlLXNpZ25hdHVyZS1zaWduYXR1cmU"#,
    r#"tYW5kLXNvLWZvcnRo","token_type":"Bearer","expires_in":3600,"refresh_token":"8xLOxBtZp8-8xLOxBtZp8-8xLOxBtZp8","#,
    r#""scope":"user:read projects:read projects:write"}"#
);

/// The same under other names.
pub const RENAMED_ANSWER: &str = concat!(
    r#"{"accessToken":"eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6IjEifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUuY2"#,
    r#"9tIiwic3ViIjoiMTIzNDU2Nzg5MCIsImF1ZCI6ImFwaSIsImV4cCI6MTgwMDAwMzYwMH0.c2lnbmF0dXJlLXNpZ25hdHVyZS1zaWduYXR1cmU"#,
    r#"tYW5kLXNvLWZvcnRo","tokenType":"Bearer","expiresIn":3600,"refreshToken":"8xLOxBtZp8-8xLOxBtZp8-8xLOxBtZp8","#,
    r#""scope":"user:read projects:read projects:write"}"#
);

/// An answer as HTTP libraries hand it out: the same for all, and each takes of it what it needs.
pub type Answer = Response<Vec<u8>>;

/// The answer whose body is `body`. Nobody counts what it costs to make: that is the HTTP library's work.
pub fn answer(body: &str) -> Answer {
    let mut answer = Response::new(body.into());
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

/// The same with the header fields that servers send besides.
pub fn answer_with_more_headers(body: &str) -> Answer {
    const MORE: [(&str, &str); 8] = [
        ("date", "Wed, 25 Nov 2026 12:00:00 GMT"),
        ("content-length", "378"),
        ("cache-control", "no-store"),
        ("pragma", "no-cache"),
        ("server", "nginx"),
        ("vary", "Accept-Encoding"),
        ("strict-transport-security", "max-age=63072000; includeSubDomains"),
        ("x-request-id", "7f0f3a52-6f6c-4f5e-9f43-0f6a5d8f6f10"),
    ];
    let mut answer = answer(body);
    for (name, value) in MORE {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}

/// The request target that the browser comes back to. A `state` may hold any printable character (RFC 6749 section A.5).
pub fn callback(state: &str) -> String {
    let pairs = [("code", CODE), ("state", state)];
    format!("/cb?{}", url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
}
