//! What the user sees. `maud` escapes whatever is not written here.

use std::error::Error;

use axum::http::StatusCode;
use maud::{DOCTYPE, Markup, html};
use oauth_proto::{AwaitingCode, CallbackError, ErrorCode, Remedy, Scope};

pub type Page = (StatusCode, Markup);

const STYLE: &str = "
    body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 12vh auto; padding: 0 1rem; color: #222 }
    button { font: inherit; padding: .4rem 1.2rem }
    dt { color: #666 } dd { margin: 0 0 .6rem }";

fn page(status: StatusCode, title: &str, body: &Markup) -> Page {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                link rel="icon" href="data:,";
                title { (title) }
                style { (STYLE) }
            }
            body {
                h1 { (title) }
                (body)
            }
        }
    };
    (status, markup)
}

fn button(action: &str, words: &str) -> Markup {
    html! { form method="post" action=(action) { button { (words) } } }
}

pub fn welcome() -> Page {
    page(StatusCode::OK, "Welcome", &html! { p { "Nobody is logged in." } (button("/login", "Log in")) })
}

/// `user` is what the API says: an object.
pub fn account(user: &serde_json::Value, scope: &Scope) -> Page {
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let name = ["name", "preferred_username", "login", "sub"].iter().find_map(|member| user.get(member)?.as_str());
    let body = html! {
        dl {
            @for (member, value) in user.as_object().into_iter().flatten() { dt { (member) } dd { (text(value)) } }
            dt { "scope" } dd { (scope) }
        }
        (button("/logout", "Log out"))
    };
    page(StatusCode::OK, &format!("Hello, {}", name.unwrap_or("whoever you are")), &body)
}

/// `unconfirmed` is why the server may not know of it.
pub fn logged_out(unconfirmed: Option<&str>) -> Page {
    let there = match unconfirmed {
        None => "The server has ended what it allowed.",
        Some(why) => {
            eprintln!("web_login: not revoked: {why}");
            "The server has not confirmed it: what it allowed may last until it ends by itself."
        }
    };
    page(StatusCode::OK, "Logged out", &html! { p { (there) } (button("/login", "Log in")) })
}

pub fn not_logged_in(error: &CallbackError<AwaitingCode>) -> Page {
    match error {
        CallbackError::Refused { response, .. } if response.code == ErrorCode::AccessDenied => {
            let body = html! { p { "You, or the server, said no." } (button("/login", "Log in")) };
            page(StatusCode::FORBIDDEN, "Nobody was logged in", &body)
        }
        _ => trouble(error.remedy(), error.to_string()),
    }
}

/// An error's words, and those of what led to it. None of the crate's shows a secret.
pub fn with_reasons(error: &dyn Error) -> String {
    let reason = error.source().map(|reason| format!(": {}", with_reasons(reason)));
    format!("{error}{}", reason.unwrap_or_default())
}

/// What the user can do about an error. The reason is for whoever runs this.
pub fn trouble(remedy: Remedy, why: impl Into<Box<dyn Error + Send + Sync>>) -> Page {
    eprintln!("web_login: {}", with_reasons(&*why.into()));
    let back = |words: &str| html! { p { a href="/" { (words) } } };
    let (status, title, words, way_on) = match remedy {
        Remedy::Ignore => {
            let words = "It answers no login of this browser. Nothing has changed.";
            (StatusCode::BAD_REQUEST, "This link is of no use", words, back("Go on"))
        }
        Remedy::LogIn => (
            StatusCode::UNAUTHORIZED,
            "Please log in again",
            "It was refused, or took too long.",
            button("/login", "Log in"),
        ),
        Remedy::Retry { .. } => {
            (StatusCode::SERVICE_UNAVAILABLE, "Not now", "The server cannot be reached, or is busy.", back("Try again"))
        }
        Remedy::Decide => (
            StatusCode::BAD_GATEWAY,
            "Please log in again",
            "Nobody knows whether that worked.",
            button("/login", "Log in"),
        ),
        // Where it is the user's own session that is broken, no link leads on.
        Remedy::Fix => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "This is our fault",
            "Whoever runs this has been told.",
            html! { (back("Go on")) (button("/logout", "Log out")) },
        ),
    };
    page(status, title, &html! { p { (words) } (way_on) })
}
