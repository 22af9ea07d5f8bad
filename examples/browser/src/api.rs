//! What the page does with its token.

use oauth_proto::Header;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit, RequestRedirect, Response};

/// The status and the text of an API, with the token in this header field.
pub async fn get(url: &str, header: &Header) -> Result<(u16, String), JsValue> {
    let fields = Headers::new()?;
    fields.set(header.name(), header.expose_value())?;
    let init = RequestInit::new();
    init.set_headers(&fields);
    init.set_redirect(RequestRedirect::Error); // the token is for this URL
    let window = web_sys::window().ok_or("no window")?;
    let answer: Response = JsFuture::from(window.fetch_with_str_and_init(url, &init)).await?.dyn_into()?;
    let text = JsFuture::from(answer.text()?).await?;
    Ok((answer.status(), text.as_string().unwrap_or_default()))
}
