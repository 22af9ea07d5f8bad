//! The pages of the servers whose library has none: `servers/pages.py`.

use crate::{
    Result,
    browser::{Browser, View},
    page::Page,
    server::{USER, Visit},
};

pub fn pass(browser: &Browser, page: &Page, visit: &Visit<'_>) -> Result<Option<View>> {
    let answer = if visit.approves { "allow" } else { "cancel" };
    let form = if let Some(login) = page.form_with("username") {
        login.fill("username", USER.0).fill("password", USER.1)
    } else if let (Some(code), Some(device)) = (visit.user_code, page.form_with("user_code")) {
        device.fill("user_code", code).press_as("answer", answer)?
    } else if let Some(consent) = page.forms().find_map(|form| form.press_as("answer", answer).ok()) {
        consent
    } else {
        return Ok(None);
    };
    browser.submit(form).map(Some)
}
