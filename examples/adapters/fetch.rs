//! oauth-proto over `fetch`: in a page, compiled to WebAssembly.
//!
//! `js-sys = "0.3"`, `wasm-bindgen = "0.2"`, `wasm-bindgen-futures = "0.4"`, and `web-sys = "0.3"` with the features
//! `AbortSignal`, `Headers`, `ReadableStream`, `ReadableStreamDefaultReader`, `ReferrerPolicy`, `Request`,
//! `RequestCache`, `RequestCredentials`, `RequestInit`, `RequestRedirect`, `Response` and `Window`. The server must
//! allow the page's origin (CORS).

use js_sys::{Reflect, Uint8Array};
use oauth_proto::{Outcome, Request, RequestParts, Response, TransportError};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortSignal, Headers, ReadableStreamDefaultReader, ReferrerPolicy, RequestCache, RequestCredentials, RequestInit,
    RequestRedirect,
};

/// Sends a request on the terms of its contract, and tells what came of it. Once it is on its way, `fetch` does not say
/// how far it came: every failure is `Lost`.
pub async fn send(request: Request) -> Outcome {
    let max_bytes = request.contract().max_response_bytes();
    let request = match converted(request) {
        Ok(request) => request,
        Err(why) => return Outcome::not_sent(words(&why)),
    };
    match exchange(&request, max_bytes).await {
        Ok(response) => response.into(),
        Err(why) => Outcome::lost(words(&why)),
    }
}

fn converted(request: Request) -> Result<web_sys::Request, JsValue> {
    let RequestParts { method, url, headers, body, contract, .. } = request.into_parts();
    let deadline = u32::try_from(contract.deadline().as_millis()).unwrap_or(u32::MAX);
    let init = RequestInit::new();
    init.set_method(method.as_str());
    init.set_redirect(RequestRedirect::Error); // never follow: the code would go along
    init.set_credentials(RequestCredentials::Omit); // no cookies: the request says who asks
    init.set_cache(RequestCache::NoStore);
    init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(deadline))); // from connecting to the end of the body
    let fields = Headers::new()?;
    for header in &headers {
        fields.set(header.name(), header.expose_value())?;
    }
    init.set_headers(&fields);
    if !body.is_empty() {
        init.set_body(&Uint8Array::from(&**body));
    }
    web_sys::Request::new_with_str_and_init(&url, &init)
}

async fn exchange(request: &web_sys::Request, max_bytes: usize) -> Result<Response, JsValue> {
    let window = web_sys::window().ok_or("no window")?;
    let answer: web_sys::Response = JsFuture::from(window.fetch_with_request(request)).await?.dyn_into()?;
    let mut bytes = Vec::new();
    if let Some(stream) = answer.body() {
        let reader: ReadableStreamDefaultReader = stream.get_reader().dyn_into()?;
        // Past the limit is far enough: the machine refuses a body that is too long, and names the reason.
        while bytes.len() <= max_bytes {
            let chunk = JsFuture::from(reader.read()).await?;
            if Reflect::get(&chunk, &"done".into())?.is_truthy() {
                break;
            }
            bytes.extend(Reflect::get(&chunk, &"value".into())?.dyn_into::<Uint8Array>()?.to_vec());
        }
        drop(reader.cancel());
    }
    // The fields that the machine reads. Of another origin, a page sees the first, and the others where the server
    // exposes them. Not `Content-Length`: the browser has compared it, before it unpacked the body.
    let fields = answer.headers();
    let named = ["Content-Type", "Retry-After", "WWW-Authenticate"];
    let headers = named.iter().filter_map(|name| fields.get(name).ok().flatten().map(|value| (*name, value)));
    Ok(Response::new(answer.status(), headers, bytes))
}

/// The browser's words: "Failed to fetch", for instance. They have no URL in them.
fn words(why: &JsValue) -> TransportError {
    let error = why.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
    error.or_else(|| why.as_string()).unwrap_or_else(|| "no reason was given".into()).into()
}
