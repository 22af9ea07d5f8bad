//! What the page does with its token.

use oauth_proto::Header;
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestCache, RequestInit, RequestRedirect, Response};

use crate::view::Trouble;

/// What an API says, with the token in this header field; nothing where it refuses the token (RFC 6750 section 3.1).
pub async fn get(url: &str, header: &Header) -> Result<Option<Value>, Trouble> {
    match ask(url, header).await.map_err(Trouble::of_network)? {
        (200, text) => Ok(Some(serde_json::from_str(&text)?)),
        (401, _) => Ok(None),
        (status @ (429 | 500..), _) => Err(Trouble::of_network(format!("the API answers {status}").into())),
        (status, _) => Err(format!("the API answers {status}").as_str().into()),
    }
}

async fn ask(url: &str, header: &Header) -> Result<(u16, String), JsValue> {
    let fields = Headers::new()?;
    fields.set(header.name(), header.expose_value())?;
    let init = RequestInit::new();
    init.set_headers(&fields);
    init.set_redirect(RequestRedirect::Error); // the token is for this URL
    init.set_cache(RequestCache::NoStore); // what it says is this user's
    init.set_signal(Some(&AbortSignal::timeout_with_u32(30_000)));
    let window = web_sys::window().ok_or("no window")?;
    let answer: Response = JsFuture::from(window.fetch_with_str_and_init(url, &init)).await?.dyn_into()?;
    let text = JsFuture::from(answer.text()?).await?;
    Ok((answer.status(), text.as_string().unwrap_or_default()))
}
