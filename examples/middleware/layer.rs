//! A `tower` layer around an HTTP client: it shows the token to the APIs of the client's data, and to nobody else.

use std::{
    error::Error,
    future::Future,
    mem,
    pin::Pin,
    task::{Context, Poll},
};

use http::{HeaderName, HeaderValue, Request, Response};
use oauth_proto::{Secret, challenge::Verdict};
use tower::{Layer, Service, ServiceExt};

use crate::shared::{Presented, SharedToken};

type BoxError = Box<dyn Error + Send + Sync>;

/// The layer.
#[derive(Clone)]
pub struct AddToken(SharedToken);

impl AddToken {
    pub fn new(token: SharedToken) -> Self {
        Self(token)
    }
}

impl<S> Layer<S> for AddToken {
    type Service = WithToken<S>;

    fn layer(&self, inner: S) -> WithToken<S> {
        WithToken { inner, token: self.0.clone() }
    }
}

/// The client with the layer around it.
#[derive(Clone)]
pub struct WithToken<S> {
    inner: S,
    token: SharedToken,
}

impl<S, B, R> Service<Request<B>> for WithToken<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: Clone + Send + 'static,
    R: Send,
{
    type Response = Response<R>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<R>, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        // The one that is ready is the one to use; the clone need not be.
        let clone = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, clone);
        let token = self.token.clone();
        Box::pin(async move {
            // RFC 9110 section 9.2.2: what is idempotent may be sent again.
            let again = request.method().is_idempotent().then(|| request.clone());
            let used = add(&token, &mut request).await?;
            let answer = inner.call(request).await.map_err(Into::into)?;
            // Not each 401 is about the token: some ask for a better login, and no new token helps.
            if token.challenged(&used, &head(&answer)) != Verdict::Rejected {
                return Ok(answer);
            }
            let Some(mut again) = again else { return Ok(answer) };
            let Ok(_) = add(&token, &mut again).await else { return Ok(answer) };
            // Whatever this brings: a second token that is refused is not what is wrong.
            inner.ready().await.map_err(Into::into)?.call(again).await.map_err(Into::into)
        })
    }
}

/// What an API's answer says of the token is not in its body.
fn head<R>(answer: &Response<R>) -> oauth_proto::Response {
    let fields = answer.headers().iter().filter_map(|(name, value)| Some((name, value.to_str().ok()?)));
    oauth_proto::Response::new(answer.status().as_u16(), fields, "")
}

/// Puts the token into the request, in place of what stood there, if the client's data names this API. The token.
async fn add<B>(token: &SharedToken, request: &mut Request<B>) -> Result<Secret, BoxError> {
    let Presented { header, token } = token.present_to(&request.uri().to_string()).await?;
    let name = HeaderName::from_bytes(header.name().as_bytes())?;
    let mut value = HeaderValue::from_str(header.expose_value())?;
    value.set_sensitive(true); // no log shows it
    request.headers_mut().insert(name, value);
    Ok(token)
}
