//! A server that is made of a provider's own data, on a port of its own.

use std::{
    net::{Ipv4Addr, TcpListener},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, SystemTime},
};

use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, Method, Uri},
};
use oauth_proto::{Provider, Timestamp};
use tokio::{runtime, sync::oneshot};

use super::{
    loopback,
    memory::{API_PATH, Memory},
};
use crate::stage::Failed;

pub struct StandIn {
    memory: Arc<Mutex<Memory>>,
    /// Dropped, it ends the server.
    _closing: oneshot::Sender<()>,
}

impl StandIn {
    /// Starts to serve on a port of its own, and gives the data with its addresses.
    ///
    /// # Errors
    /// The data cannot be moved to loopback, or there is no port.
    pub fn start(provider: &Provider, redirect_uri: &str) -> Result<(Self, Provider), Failed> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let origin = format!("http://{}", listener.local_addr()?);
        let provider = loopback::moved(provider, &origin)?;
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
        let shared = Arc::new(Mutex::new(Memory::new(&provider, origin, redirect_uri, now)?));
        let memory = Arc::clone(&shared);
        let handler = async move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
            let fields: Vec<_> = headers.values().filter_map(|value| value.to_str().ok()).collect();
            lock(&memory).answer(&method, &uri.to_string(), &fields.join("\n"), &String::from_utf8_lossy(&body))
        };
        let router = Router::new().fallback(handler);
        let (closing, closed) = oneshot::channel::<()>();
        // A thread of its own: whoever waits for an answer may hold up the page's.
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        thread::Builder::new().name("stand-in".to_owned()).spawn(move || {
            runtime.block_on(async move {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
                let serving = axum::serve(listener, router);
                drop(serving.with_graceful_shutdown(async move { drop(closed.await) }).await);
            });
        })?;
        Ok((Self { memory: shared, _closing: closing }, provider))
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_unix_seconds(lock(&self.memory).now())
    }

    pub fn advance(&self, by: Duration) {
        lock(&self.memory).advance(by);
    }

    pub fn withdraw(&self) {
        lock(&self.memory).end();
    }

    pub fn api_url(&self) -> String {
        format!("{}{API_PATH}", lock(&self.memory).origin())
    }

    pub fn asks_for_scopes(&self) -> bool {
        lock(&self.memory).asks_for_scopes()
    }

    /// Whether the data says anything of the implicit grant.
    pub fn speaks_of_implicit(&self) -> bool {
        lock(&self.memory).speaks_of_implicit()
    }
}

fn lock(memory: &Mutex<Memory>) -> MutexGuard<'_, Memory> {
    memory.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
impl StandIn {
    /// Opens the page as a browser does, and presses its button.
    pub fn approve(&self, url: &str) -> Result<crate::stage::Back, String> {
        use crate::stage::Back;
        let agent: ureq::Agent = ureq::Agent::config_builder().max_redirects(0).proxy(None).build().into();
        let front = url.split('#').next().unwrap_or(url);
        let page = agent.get(front).call().and_then(|mut page| page.body_mut().read_to_string());
        let page = page.map_err(|why| why.to_string())?;
        // The page hands the request on as it came.
        let query = front.split_once('?').map_or("", |(_, query)| query);
        let as_html = query.replace('&', "&amp;");
        assert!(page.contains(&as_html), "the page does not hold the request: {page}");
        let decide = format!("{}{}", lock(&self.memory).origin(), super::memory::DECIDE_PATH);
        let form = [("query", query), ("decision", "approve")];
        let mut answer = agent.post(&decide).send_form(form).map_err(|why| why.to_string())?;
        let location = answer.headers().get("location").and_then(|to| to.to_str().ok()).map(str::to_owned);
        if let Some(url) = location {
            return Ok(Back::Url(url));
        }
        // A form that goes back to the client.
        let page = answer.body_mut().read_to_string().map_err(|why| why.to_string())?;
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        for input in page.split("<input type=\"hidden\" name=\"").skip(1) {
            let (name, rest) = input.split_once('"').ok_or("an input without a name")?;
            let value = rest.split('"').nth(1).ok_or("an input without a value")?;
            form.append_pair(name, &value.replace("&amp;", "&"));
        }
        Ok(Back::Form(form.finish()))
    }
}
