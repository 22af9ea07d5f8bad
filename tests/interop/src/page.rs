//! A page of a server's: its forms and links.

use std::fmt;

use scraper::{ElementRef, Html, Selector};
use url::Url;

use crate::{Fault, Result};

/// A page that a browser shows.
pub struct Page {
    pub url: Url,
    pub status: u16,
    html: Html,
}

/// A form, as far as it is filled in.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: Url,
    pub post: bool,
    pub fields: Vec<(String, String)>,
    /// The names and values of its buttons.
    buttons: Vec<(String, String)>,
}

impl Page {
    pub fn new(url: Url, status: u16, text: &str) -> Self {
        Self { url, status, html: Html::parse_document(text) }
    }

    /// The first form that has a field of this name.
    pub fn form_with(&self, field: &str) -> Option<Form> {
        self.forms().find(|form| form.fields.iter().any(|(name, _)| name == field))
    }

    pub fn forms(&self) -> impl Iterator<Item = Form> {
        self.html.select(&FORM).filter_map(|form| self.form(form))
    }

    /// Where the link with these words leads.
    pub fn link(&self, words: &str) -> Option<Url> {
        let link = self.html.select(&LINK).find(|link| link.text().collect::<String>().trim() == words)?;
        self.url.join(link.attr("href")?).ok()
    }

    /// What a person reads there, in one line.
    pub fn words(&self) -> String {
        let text: Vec<&str> = self.html.select(&BODY).flat_map(|body| body.text()).collect();
        text.join(" ").split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect()
    }

    fn form(&self, form: ElementRef<'_>) -> Option<Form> {
        let id = form.attr("id");
        // A control may stand elsewhere, and name its form.
        let owned = |control: &ElementRef<'_>| match control.attr("form") {
            Some(owner) => Some(owner) == id,
            None => control.ancestors().any(|ancestor| ancestor.id() == form.id()),
        };
        let (mut fields, mut buttons) = (Vec::new(), Vec::new());
        for control in self.html.select(&CONTROL).filter(owned) {
            let Some(name) = control.attr("name") else { continue };
            let pair = (name.to_owned(), control.attr("value").unwrap_or_default().to_owned());
            match (control.value().name(), control.attr("type").unwrap_or_default()) {
                ("button", _) | (_, "submit" | "button") => buttons.push(pair),
                (_, "checkbox" | "radio") if control.attr("checked").is_none() => {}
                _ => fields.push(pair),
            }
        }
        let action = self.url.join(form.attr("action").unwrap_or_default()).ok()?;
        let post = form.attr("method").is_some_and(|method| method.eq_ignore_ascii_case("post"));
        Some(Form { action, post, fields, buttons })
    }
}

/// As little as a failed trial needs.
impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the page {} (status {}): {:?}", self.url, self.status, self.words())
    }
}

impl Form {
    /// Writes into a field.
    #[must_use]
    pub fn fill(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sends it by the button of this name, and not by a nameless one.
    pub fn press(self, name: &str) -> Result<Self> {
        self.press_where(name, |_| true)
    }

    /// Sends it by the one of several buttons of this name that has this value.
    pub fn press_as(self, name: &str, value: &str) -> Result<Self> {
        self.press_where(name, |found| found == value)
    }

    fn press_where(self, name: &str, is_it: impl Fn(&str) -> bool) -> Result<Self> {
        let button = self.buttons.iter().find(|(button, value)| button == name && is_it(value)).cloned();
        let (_, value) = button.ok_or_else(|| Fault::from(format!("no such button `{name}` in {self:?}")))?;
        Ok(self.fill(name, &value))
    }
}

macro_rules! selectors {
    ($($name:ident = $text:literal;)+) => {
        $(static $name: std::sync::LazyLock<Selector> =
            std::sync::LazyLock::new(|| Selector::parse($text).expect("a selector"));)+
    };
}

selectors! {
    FORM = "form";
    LINK = "a[href]";
    BODY = "body";
    CONTROL = "input, button, select, textarea";
}
