//! What most features begin with: a login, and what the crate makes of an answer.

use oauth_proto::{
    AnyClient, Authorized, AwaitingCode, Callback, CallbackError, FinishError, Granted, InFlight, Refreshable, Request,
    Standing, TokenSet, Unauthorized,
    error::{CallbackFault, Doubt, EndpointFault, ErrorResponse},
    grant::{AuthorizationCode, Grant},
    stored,
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

/// Tokens as they stand in a store: what is loaded twice can be spent twice.
pub struct Row(String);

impl Row {
    pub fn of(authorized: Authorized<Refreshable>) -> Self {
        Self(stored::save(&authorized.into_token_set()))
    }

    pub fn load(&self) -> Result<Authorized<Refreshable>> {
        let tokens: TokenSet<Refreshable> = stored::load(self.0.as_bytes())?;
        match tokens.at(now()) {
            Standing::Authorized(authorized) => Ok(authorized),
            Standing::Expired(_) => Err("the tokens have expired".into()),
        }
    }

    pub fn refresh_token(&self) -> Result<String> {
        let row: serde_json::Value = serde_json::from_str(&self.0)?;
        Ok(row["capability"]["refreshable"].as_str().ok_or("no refresh token")?.to_owned())
    }

    /// A refresh with these tokens.
    pub fn refresh(&self, client: &AnyClient) -> Result<std::result::Result<Self, String>> {
        let (request, in_flight) = self.load()?.refresh(client, now())?;
        Ok(answer(request, in_flight)?.map(Self::of))
    }
}

/// Sends a request, and reads its answer.
pub fn finish<G: Grant>(request: Request, in_flight: InFlight<G>) -> Result<G::Issued> {
    in_flight.finish(send(request)).map_err(|error| format!("{error}").into())
}

/// Sends a request, and reads its answer: what it issues, or how the table names the refusal.
pub fn answer<G: Grant>(request: Request, in_flight: InFlight<G>) -> Result<std::result::Result<G::Issued, String>> {
    match in_flight.finish(send(request)) {
        Ok(issued) => Ok(Ok(issued)),
        Err(FinishError::Refused { response, .. }) => Ok(Err(format!("refused: {}", code(&response)))),
        Err(FinishError::Dead { response, .. }) => Ok(Err(format!("dead: {}", code(&response)))),
        Err(FinishError::InDoubt { doubt: Doubt::ServerFailed(response), .. }) => {
            Ok(Err(format!("in doubt: {}", code(&response))))
        }
        Err(other) => Err(format!("no answer that counts: {other}").into()),
    }
}

/// The same, where a refusal is due.
pub fn refused<G: Grant>(request: Request, in_flight: InFlight<G>) -> Result<String> {
    match answer(request, in_flight)? {
        Ok(_) => Err("there are tokens, and a refusal was due".into()),
        Err(refusal) => Ok(refusal),
    }
}

/// An answer as the table has it: these words, where the server took what it was sent.
pub fn told<T>(answer: std::result::Result<T, String>, taken: &str) -> Result<String> {
    Ok(answer.map_or_else(|refusal| refusal, |_| taken.to_owned()))
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
        // Nobody has proved that the server said it: the login waits for an answer that is one.
        CallbackError::NotOurs { fault, claimed: Some(claimed), .. } => {
            let fault = match fault {
                CallbackFault::StateMissing => "no `state`".into(),
                CallbackFault::IssuerMissing => "no `iss`".into(),
                other => other.to_string(),
            };
            Ok(format!("not believed, {fault}: {}", code(&claimed)))
        }
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
