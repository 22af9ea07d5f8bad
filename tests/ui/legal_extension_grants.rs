//! The legal twins: grants beyond RFC 6749, from a grant of one's own to what it brings.
//@ compiles

use std::error::Error;

use oauth_proto::{
    AnyClient, Authorized, Granted, InDoubt, InFlight, Intent, Outcome, Request, Secret, Timestamp,
    extension_grants::{Exchanged, ExtensionGrant, GrantParameters, IssuedToken, JwtBearer, TokenType},
    grant::{Extension, TokenExchange},
    stored,
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

pub struct Own(Secret);

impl ExtensionGrant for Own {
    const GRANT_TYPE: &'static str = "urn:example:own";

    fn parameters(&self, parameters: &mut GrantParameters) {
        parameters.add("own", self.0.clone());
    }
}

pub fn own(client: &AnyClient, secret: Secret, now: Timestamp) -> Result<(Request, InFlight<Extension>)> {
    Ok(client.extension_grant(&Own(secret))?.request(now)?)
}

pub fn finish(flight: InFlight<Extension>, outcome: Outcome) -> Result<Granted> {
    Ok(flight.finish(outcome)?)
}

pub fn again(
    row: &[u8],
    client: &AnyClient,
    assertion: String,
    now: Timestamp,
) -> Result<(Request, InFlight<Extension>)> {
    let in_doubt: InDoubt<Extension> = stored::load(row)?;
    let intent: Intent = in_doubt.assume_spent();
    Ok(intent.again(client.extension_grant(&JwtBearer::new(assertion)?)?).request(now)?)
}

pub fn exchange<C>(token: &Authorized<C>, client: &AnyClient, now: Timestamp) -> Result<InFlight<TokenExchange>> {
    let exchange = token.exchange(client)?.resource("https://backend.example.com/")?;
    Ok(exchange.requested_token_type(TokenType::SAML2)?.request(now)?.1)
}

pub fn exchanged(exchanged: Exchanged, client: &AnyClient, now: Timestamp) -> Result<String> {
    let url = "https://api.example.com/me";
    Ok(match exchanged {
        Exchanged::AccessToken { granted: Granted::Refreshable(token), .. } => {
            token.header_for(client, url)?.expose_value().into()
        }
        Exchanged::AccessToken { granted: Granted::AccessOnly(token), .. } => {
            token.header_for(client, url)?.expose_value().into()
        }
        Exchanged::Other(issued) => issued.token_at(now).ok_or("it is over")?.expose().into(),
    })
}

pub fn kept(issued: &IssuedToken) -> Result<IssuedToken> {
    Ok(stored::load(stored::save(issued).as_bytes())?)
}
