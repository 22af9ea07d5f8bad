//! What most features begin with: a login, and what the crate makes of an answer.

use oauth_proto::{
    AnyClient, Authorized, AwaitingCode, Callback, CallbackError, FinishError, Granted, InFlight, Refreshable, Request,
    Unauthorized,
    error::{EndpointFault, ErrorResponse},
    grant::{AuthorizationCode, Grant},
};

use crate::{
    Result, Server,
    browser::Landing,
    server::{entropy, now},
    wire::send,
};

impl Landing {
    /// What the application's web server hands on.
    pub fn callback(&self) -> Callback<'_> {
        match self {
            Self::Url(url) => Callback::url(url),
            Self::Form(body) => Callback::form_post(body),
        }
    }
}

impl Server {
    /// A login that the user approves, up to its tokens.
    pub fn granted(&self, client: &AnyClient, login: Unauthorized<AuthorizationCode>) -> Result<Granted> {
        let (landing, awaiting) = self.landed(login)?;
        let (request, in_flight) = awaiting.receive(client, landing.callback(), now())?;
        finish(request, in_flight)
    }

    /// The same, where a refresh token comes along.
    pub fn logged_in(
        &self,
        client: &AnyClient,
        login: Unauthorized<AuthorizationCode>,
    ) -> Result<Authorized<Refreshable>> {
        Ok(expect!(self.granted(client, login)?, Granted::Refreshable(authorized) => authorized))
    }

    /// A login that the user approves, when the browser is back.
    pub fn landed(&self, login: Unauthorized<AuthorizationCode>) -> Result<(Landing, AwaitingCode)> {
        let (url, awaiting) = login.authorize(entropy()?, now());
        Ok((self.visit(url.as_str(), true)?, awaiting))
    }
}

/// Sends a request, and reads its answer.
pub fn finish<G: Grant>(request: Request, in_flight: InFlight<G>) -> Result<G::Issued> {
    in_flight.finish(send(request)).map_err(|error| format!("{error}").into())
}

/// How the token endpoint's no ends, as the table has it.
pub fn refusal<G: Grant>(request: Request, in_flight: InFlight<G>) -> Result<String> {
    match in_flight.finish(send(request)) {
        Ok(_) => Err("there are tokens, and a refusal was due".into()),
        Err(FinishError::Refused { response, .. }) => Ok(format!("refused: {}", code(&response))),
        Err(FinishError::Dead { response, .. }) => Ok(format!("dead: {}", code(&response))),
        Err(other) => Err(format!("neither refused nor dead: {other}").into()),
    }
}

/// How another endpoint's no ends.
pub fn endpoint_refusal(fault: &EndpointFault) -> Result<String> {
    match fault {
        EndpointFault::Refused(response) => Ok(format!("refused: {}", code(response))),
        other => Err(format!("not refused: {other}").into()),
    }
}

/// How a login's no ends.
pub fn login_refusal<W>(error: CallbackError<W>) -> Result<String> {
    match error {
        CallbackError::Refused { response, .. } => Ok(format!("refused: {}", code(&response))),
        other => Err(format!("not refused: {other}").into()),
    }
}

/// `invalid_grant` 400
pub fn code(response: &ErrorResponse) -> String {
    let code = match response.code.as_str() {
        "" => "no OAuth error".to_owned(),
        code => format!("`{code}`"),
    };
    match response.status {
        Some(status) => format!("{code} {status}"),
        None => code,
    }
}
