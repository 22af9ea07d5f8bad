//! Assertions as grants (RFC 7521, RFC 7523): somebody else signs, and the client presents.

use oauth_proto::{Granted, Scope, extension_grants::JwtBearer};

use super::{features, yes};
use crate::{
    Result, Server,
    login::{finish, refused},
    server::now,
};

features! { "Assertions as grants (RFC 7523)":
    jwt_bearer "a JWT becomes an access token",
    jwt_bearer_of_nobody "a JWT that nobody signed whom the server trusts",
}

fn jwt_bearer(server: &Server) -> Result<String> {
    let client = server.confidential("basic")?;
    let assertion = ureq::get(format!("{}/assertion", server.base)).call()?.body_mut().read_to_string()?;
    let start = client.extension_grant(&JwtBearer::new(assertion)?)?.scope(Scope::new(["read"])?);
    let (request, in_flight) = start.request(now())?;
    // RFC 7521 section 4.1: a refresh token should not come along.
    let granted = expect!(finish(request, in_flight)?, Granted::AccessOnly(granted) => granted);
    ensure!(granted.scope().as_str() == "read", "the scope is {:?}", granted.scope());
    yes()
}

fn jwt_bearer_of_nobody(server: &Server) -> Result<String> {
    let client = server.confidential("basic")?;
    // {"alg":"HS256"} and {"iss":"basic","sub":"alice"}, with a signature of zeros.
    let assertion = format!("eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJiYXNpYyIsInN1YiI6ImFsaWNlIn0.{}", "A".repeat(43));
    let (request, in_flight) = client.extension_grant(&JwtBearer::new(assertion)?)?.request(now())?;
    refused(request, in_flight)
}
