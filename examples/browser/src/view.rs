//! What the user sees: the elements of `index.html`. Text from elsewhere is set as text, and never as HTML.

use std::{fmt::Display, rc::Rc};

use js_sys::Date;
use oauth_proto::{CallbackError, ErrorCode, Remedy};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Document, Element, HtmlElement, Location};

use crate::Account;

/// What went wrong: what the user can do about it, and the reason, for whoever runs the page.
pub struct Trouble {
    remedy: Remedy,
    denied: bool,
    why: String,
}

impl Trouble {
    pub fn new(remedy: Remedy, why: &dyn Display) -> Self {
        Self { remedy, denied: false, why: why.to_string() }
    }

    pub fn of_callback<W>(error: &CallbackError<W>) -> Self {
        let denied =
            matches!(error, CallbackError::Refused { response, .. } if response.code == ErrorCode::AccessDenied);
        Self { denied, ..Self::new(error.remedy(), error) }
    }

    /// An API was not reached, or does not allow this page.
    pub fn of_network(why: JsValue) -> Self {
        Self { remedy: Remedy::Retry { after: None }, ..why.into() }
    }
}

/// The page, its data or its browser is not as it should be.
impl From<&str> for Trouble {
    fn from(why: &str) -> Self {
        Self::new(Remedy::Fix, &why)
    }
}

impl From<JsValue> for Trouble {
    fn from(why: JsValue) -> Self {
        Self::new(Remedy::Fix, &format!("{why:?}"))
    }
}

macro_rules! to_be_fixed {
    ($($error:ty),*) => { $(
        impl From<$error> for Trouble {
            fn from(why: $error) -> Self {
                Self::new(Remedy::Fix, &why)
            }
        }
    )* };
}

to_be_fixed!(
    oauth_proto::ConfigError,
    oauth_proto::EntropyError,
    oauth_proto::PresentError,
    oauth_proto::metadata::Unusable,
    oauth_proto::stored::StoredError,
    serde_json::Error
);

pub fn welcome() {
    show("Welcome", "Nobody is logged in.", &["log-in"]);
}

pub fn account(account: &Account) {
    let Account { user, scope, until } = account;
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let name = ["name", "preferred_username", "user", "sub"].iter().find_map(|member| user.get(member)?.as_str());
    let said = user.as_object().into_iter().flatten().map(|(member, value)| (member.as_str(), text(value)));
    list("user", said);
    let until = until.map(|at| Date::new(&JsValue::from_f64(at.as_unix_millis() as f64)));
    let until = until.map(|at| ("until", String::from(at.to_locale_string("en", &JsValue::UNDEFINED))));
    list("token", [("scope", scope.to_string())].into_iter().chain(until));
    show(&format!("Hello, {}", name.unwrap_or("whoever you are")), "", &["facts", "log-out"]);
}

pub fn logged_out(revoked: Result<(), Trouble>) {
    let words = match revoked {
        Ok(()) => "The server has ended what it allowed.",
        Err(Trouble { why, .. }) => {
            note(&why);
            "The server has not confirmed it: what it allowed may last until it ends by itself."
        }
    };
    show("Logged out", words, &["log-in"]);
}

pub fn trouble(trouble: &Trouble) {
    note(&trouble.why);
    let (heading, words, way_on) = match trouble.remedy {
        _ if trouble.denied => ("Nobody was logged in", "You, or the server, said no.", "log-in"),
        Remedy::Ignore => ("This link is of no use", "It answers no login of this tab. Nothing has changed.", "go-on"),
        Remedy::LogIn => ("Please log in again", "Your login is over, or it took too long.", "log-in"),
        Remedy::Retry { .. } => ("Not now", "The server cannot be reached, or is busy.", "try-again"),
        Remedy::Decide => ("Please log in again", "Nobody knows whether that worked.", "log-in"),
        Remedy::Fix => ("This is our fault", "This page is set up wrongly.", "go-on"),
    };
    // Where it is this tab's own rows that are broken, no link leads on.
    let way_out = matches!(trouble.remedy, Remedy::Fix).then_some("log-out");
    show(heading, words, &Vec::from_iter([way_on].into_iter().chain(way_out)));
}

/// For whoever runs the page. No error of the crate shows a secret.
pub fn note(why: &dyn Display) {
    web_sys::console::warn_1(&why.to_string().into());
}

pub fn location() -> Location {
    document().location().expect("a page has a location")
}

pub fn on_click<A: 'static>(id: &str, app: &Rc<A>, act: impl AsyncFn(Rc<A>) + Copy + 'static) {
    let app = Rc::clone(app);
    let listener = Closure::<dyn Fn()>::new(move || {
        let app = Rc::clone(&app);
        spawn_local(async move { act(app).await });
    });
    let button: HtmlElement = element(id).unchecked_into();
    button.set_onclick(Some(listener.as_ref().unchecked_ref()));
    listener.forget(); // the page has it to its end
}

/// The heading, a sentence, and what is there besides.
fn show(heading: &str, words: &str, shown: &[&str]) {
    element("heading").set_text_content(Some(heading));
    element("words").set_text_content(Some(words));
    document().set_title(heading);
    for id in ["facts", "log-in", "log-out", "go-on", "try-again"] {
        element(id).toggle_attribute_with_force("hidden", !shown.contains(&id)).expect("`hidden` is a name");
    }
}

fn list<'a>(id: &str, facts: impl Iterator<Item = (&'a str, String)>) {
    let list = element(id);
    list.set_text_content(None);
    for (name, value) in facts {
        append(&list, "dt", name);
        append(&list, "dd", &value);
    }
}

fn append(list: &Element, kind: &str, text: &str) {
    let item = document().create_element(kind).expect("`dt` and `dd` are names");
    item.set_text_content(Some(text));
    list.append_child(&item).expect("a list has items");
}

fn element(id: &str) -> Element {
    document().get_element_by_id(id).expect("`index.html` has it")
}

fn document() -> Document {
    web_sys::window().and_then(|window| window.document()).expect("this is a page")
}
