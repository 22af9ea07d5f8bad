//! The page's few addresses.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Form, Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{Method, StatusCode, Uri, header},
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use maud::Markup;
use tokio::task::spawn_blocking;

use crate::{
    page,
    stage::{Action, Back, Failed, Stage},
    world::{GrantKind, Which, World},
};

/// What the one reader of the page has chosen and done.
pub struct App {
    origin: String,
    redirect_uri: String,
    pub chosen: Chosen,
    pub stage: Stage,
    /// Whether secrets are shown.
    pub shown: bool,
    /// What went wrong with the last wish.
    pub trouble: Option<String>,
}

/// The form at the head of the page, as it was last filled in.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Chosen {
    /// The name of one of the five, `catalogue`, or `file`.
    pub provider: String,
    pub entry: String,
    pub file: String,
    pub grant: Option<GrantKind>,
}

/// The longest form that any site may send here as a callback. A URL is no longer by itself.
const CALLBACK_BYTES: usize = 65_536;

type Shared = Arc<Mutex<App>>;

/// # Errors
/// The first server cannot be started.
pub fn router(origin: &str) -> Result<Router, Failed> {
    let redirect_uri = format!("{origin}/callback");
    let chosen = Chosen { provider: "amiqus".into(), entry: "github".into(), ..Chosen::default() };
    let stage = open(&chosen, &redirect_uri)?;
    let app = App { origin: origin.to_owned(), redirect_uri, chosen, stage, shown: false, trouble: None };
    let app = Arc::new(Mutex::new(app));
    Ok(Router::new()
        .route("/", get(home))
        .route("/open", post(open_another))
        .route("/act", post(act))
        .route("/pass", post(pass))
        .route("/secrets", post(secrets))
        .route("/callback", get(come_back).post(come_back_as_form).layer(DefaultBodyLimit::max(CALLBACK_BYTES)))
        .route("/callback/fragment", post(come_back_with_fragment))
        .route("/page.css", get(|| asset("text/css", include_str!("page/page.css"))))
        .route("/page.js", get(|| asset("text/javascript", include_str!("page/page.js"))))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), guard))
        .with_state(app))
}

fn open(chosen: &Chosen, redirect_uri: &str) -> Result<Stage, Failed> {
    let which = match chosen.provider.as_str() {
        "catalogue" => Which::Catalogue(&chosen.entry),
        "file" => Which::File(&chosen.file),
        name => Which::Known(name),
    };
    let world = World::open(&which, redirect_uri)?;
    let first = world.grants.first().copied().unwrap_or(GrantKind::Code);
    let grant = chosen.grant.filter(|grant| world.grants.contains(grant)).unwrap_or(first);
    Stage::open(world, grant)
}

fn lock(app: &Mutex<App>) -> MutexGuard<'_, App> {
    app.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn asset(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind)], text)
}

/// Only this page posts here, by this address, and nothing but its own files is loaded.
async fn guard(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let origin = lock(&app).origin.clone();
    let headers = request.headers();
    let field = |name| headers.get(name).map(|value| value.as_bytes());
    // A name that somebody else's server gives to 127.0.0.1 is not ours.
    let host_is_ours = field(header::HOST) == origin.strip_prefix("http://").map(str::as_bytes);
    // A callback may come as a form from the provider's page: `state` is what guards it.
    let posts = request.method() == Method::POST && request.uri().path() != "/callback";
    if !host_is_ours || posts && field(header::ORIGIN) != Some(origin.as_bytes()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; \
                  frame-ancestors 'none'; base-uri 'none'";
    let fields = [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (fields, next.run(request).await).into_response()
}

async fn home(State(app): State<Shared>) -> Markup {
    let mut app = lock(&app);
    let page = page::whole(&app);
    app.trouble = None; // it was read
    page
}

/// Does what may block, and shows the page anew.
async fn then_home(app: Shared, wish: impl FnOnce(&mut App) -> Result<(), Failed> + Send + 'static) -> Redirect {
    let done = spawn_blocking(move || {
        let app = &mut *lock(&app);
        app.trouble = wish(app).err().map(|why| why.to_string());
    });
    drop(done.await);
    Redirect::to("/")
}

async fn open_another(State(app): State<Shared>, Form(chosen): Form<Chosen>) -> Redirect {
    then_home(app, |app| {
        let opened = open(&chosen, &app.redirect_uri);
        app.chosen = chosen;
        app.stage = opened?;
        Ok(())
    })
    .await
}

#[derive(serde::Deserialize)]
struct Wish {
    action: Action,
}

async fn act(State(app): State<Shared>, Form(wish): Form<Wish>) -> Redirect {
    then_home(app, move |app| app.stage.act(wish.action)).await
}

#[derive(serde::Deserialize)]
struct Pass {
    /// Which of [`page::SPANS`].
    span: usize,
}

async fn pass(State(app): State<Shared>, Form(pass): Form<Pass>) -> Redirect {
    then_home(app, move |app| {
        let (words, _, seconds) = page::SPANS.get(pass.span).ok_or("there is no such time to let pass")?;
        app.stage.pass(words, Duration::from_secs(*seconds));
        Ok(())
    })
    .await
}

async fn secrets(State(app): State<Shared>) -> Redirect {
    let mut app = lock(&app);
    app.shown = !app.shown;
    Redirect::to("/")
}

async fn come_back(State(app): State<Shared>, uri: Uri) -> Response {
    if uri.query().is_none() {
        // Whatever came is behind a `#`, which no browser sends.
        return page::fragment().into_response();
    }
    let redirect_uri = lock(&app).redirect_uri.clone();
    let url = format!("{redirect_uri}?{}", uri.query().unwrap_or_default());
    came_back(app, Back::Url(url)).await.into_response()
}

async fn come_back_as_form(State(app): State<Shared>, form: String) -> Redirect {
    came_back(app, Back::Form(form)).await
}

#[derive(serde::Deserialize)]
struct Fragment {
    /// The whole address, or what stands behind its `#`.
    address: String,
}

async fn come_back_with_fragment(State(app): State<Shared>, Form(Fragment { address }): Form<Fragment>) -> Redirect {
    let fragment = address.split_once('#').map_or(address.as_str(), |(_, fragment)| fragment);
    let url = format!("{}#{fragment}", lock(&app).redirect_uri);
    came_back(app, Back::Url(url)).await
}

async fn came_back(app: Shared, back: Back) -> Redirect {
    then_home(app, |app| {
        app.stage.come_back(back);
        Ok(())
    })
    .await
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;

    const ORIGIN: &str = "http://127.0.0.1:4180";

    async fn answer(router: &Router, request: http::request::Builder, body: String) -> (StatusCode, String) {
        let request = request.header(header::HOST, "127.0.0.1:4180").body(Body::from(body)).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.into()).unwrap())
    }

    #[tokio::test]
    async fn a_form_of_any_site_is_no_longer_than_a_url() {
        let router = router(ORIGIN).unwrap();
        let post =
            || http::Request::post("/callback").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let (status, _) = answer(&router, post(), "a".repeat(CALLBACK_BYTES + 1)).await;
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
        let page = || http::Request::get("/");
        assert!(answer(&router, page(), String::new()).await.1.contains("Nothing has happened."));
        let (status, _) = answer(&router, post(), "a".repeat(CALLBACK_BYTES)).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        assert!(answer(&router, page(), String::new()).await.1.contains("no login waits for it"));
    }

    #[tokio::test]
    async fn the_page_says_nothing_of_the_slider_that_only_a_script_could_keep_true() {
        let (_, page) = answer(&router(ORIGIN).unwrap(), http::Request::get("/"), String::new()).await;
        let form = page.split("action=\"/pass\"").nth(1).and_then(|rest| rest.split("</form>").next()).unwrap();
        assert!(form.contains("<output for=\"time\"></output>"), "{form}");
        assert!(!form.contains("aria-valuetext"), "{form}");
        for (words, short, _) in page::SPANS {
            assert!(form.contains(&format!("title=\"{words}\">{short}</abbr>")), "{words}");
        }
    }
}
