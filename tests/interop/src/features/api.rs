//! Tokens at an API of the server's own (RFC 6750): what they open, and what a refusal says.

use oauth_proto::{
    AccessOnly, Authorized, Client, Confidential, Refreshable, Response, Scope, Standing, challenge::Challenged,
    introspection::Validity,
};

use super::{features, yes};
use crate::{Result, Server, server::now, wire::send};

features! { "An API (RFC 6750)":
    api "it takes a token (`header_for`)",
    api_check "it says whether a token is good (`check`)",
    api_wrong_token "it refuses a token that does not exist",
    api_insufficient_scope "it refuses a token of another scope",
}

/// The server's API, and a client of it.
struct Api<'a> {
    server: &'a Server,
    client: Client<Confidential>,
    url: String,
    /// What it needs: the name of its check in the description.
    scope: String,
}

impl<'a> Api<'a> {
    fn new(server: &'a Server) -> Result<Self> {
        let (scope, url) = server.provider().checks.into_iter().next().ok_or("the server has no API")?;
        let client = server.confidential_of("basic", |provider| provider.api_origins.push(server.base.clone()))?;
        Ok(Self { server, client, url, scope })
    }

    fn token(&self, scope: &str) -> Result<Authorized<Refreshable>> {
        self.server.logged_in(&self.client, self.client.authorization_code()?.scope(Scope::new([scope])?))
    }

    fn wrong_token(&self) -> Result<Authorized<AccessOnly>> {
        let tokens = self.client.import_access_token_from_elsewhere("wrong".into(), None)?;
        Ok(expect!(tokens.at(now()), Standing::Authorized(authorized) => authorized))
    }

    /// The answer to a request with this token.
    fn answer<C>(&self, authorized: &Authorized<C>) -> Result<Response> {
        let header = authorized.header_for(&self.client, &self.url)?;
        let config = ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false).proxy(None).build();
        let request = ureq::Agent::from(config).get(&self.url).header(header.name(), header.expose_value());
        let (parts, mut body) = request.call()?.into_parts();
        Ok(http::Response::from_parts(parts, body.read_to_vec()?).into())
    }
}

fn api(server: &Server) -> Result<String> {
    let api = Api::new(server)?;
    let answer = api.answer(&api.token(&api.scope)?)?;
    ensure!(answer.status() == 200, "status {}", answer.status());
    yes()
}

fn api_check(server: &Server) -> Result<String> {
    let api = Api::new(server)?;
    let (request, checking) = api.token(&api.scope)?.check(&api.client, &api.scope)?;
    let good = checking.finish(send(request))?;
    let (request, checking) = api.wrong_token()?.check(&api.client, &api.scope)?;
    let wrong = checking.finish(send(request))?;
    ensure!((good, wrong) == (Validity::Good, Validity::Rejected), "a good one is {good:?}, a wrong one {wrong:?}");
    yes()
}

fn api_wrong_token(server: &Server) -> Result<String> {
    let api = Api::new(server)?;
    let token = api.wrong_token()?;
    let answer = api.answer(&token)?;
    drop(expect!(token.challenged(&api.client, &answer), Challenged::Rejected(expired) => expired));
    said(&answer)
}

fn api_insufficient_scope(server: &Server) -> Result<String> {
    let api = Api::new(server)?;
    let token = api.token("write")?;
    let answer = api.answer(&token)?;
    let asked = expect!(token.challenged(&api.client, &answer), Challenged::InsufficientScope { scope, .. } => scope);
    let asked = asked.map_or("nothing".into(), |scope| format!("`{}`", scope.as_str()));
    Ok(format!("{}, and asks for {asked}", said(&answer)?))
}

/// The error of a challenge, and the status.
fn said(answer: &Response) -> Result<String> {
    let challenges = answer.challenges(&Default::default())?;
    let bearer = challenges.of_scheme("Bearer").next().ok_or("no challenge of the scheme Bearer")?;
    let error = bearer.error().map_or("no error".into(), |error| format!("`{}`", error.as_str()));
    Ok(format!("{error} {}", answer.status()))
}
