//! The tab's `sessionStorage`: it ends with the tab. Where a browser duplicates a tab, it duplicates this too: `page.js`
//! leaves nothing in the copy.

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

    pub fn keys(&self) -> Result<Vec<String>, JsValue> {
        (0..self.0.length()?).filter_map(|at| self.0.key(at).transpose()).collect()
    }

    /// In one step: no other script of this tab runs in between.
    pub fn take(&self, key: &str) -> Result<Option<String>, JsValue> {
        let row = self.0.get_item(key)?;
        self.0.remove_item(key)?;
        Ok(row)
    }
}
