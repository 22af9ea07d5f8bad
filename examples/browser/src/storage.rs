//! The tab's `sessionStorage`: no other tab sees it, and it ends with the tab.

use wasm_bindgen::JsValue;

pub struct Storage(web_sys::Storage);

impl Storage {
    pub fn of_this_tab() -> Result<Self, JsValue> {
        let window = web_sys::window().ok_or("no window")?;
        Ok(Self(window.session_storage()?.ok_or("this browser stores nothing")?))
    }

    pub fn put(&self, key: &str, row: &str) -> Result<(), JsValue> {
        self.0.set_item(key, row)
    }

    pub fn get(&self, key: &str) -> Result<Option<String>, JsValue> {
        self.0.get_item(key)
    }

    /// In one step: no other script of this tab runs in between.
    pub fn take(&self, key: &str) -> Result<Option<String>, JsValue> {
        let row = self.0.get_item(key)?;
        self.0.remove_item(key)?;
        Ok(row)
    }
}
