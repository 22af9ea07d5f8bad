//! AwaitingCode: the browser is away, and everything that its way back must match is kept here.

use serde::{Deserialize, Serialize};

use super::{
    InFlight, LoginKey, ReceivedCode, ReceivedCodeRecord,
    login::{Login, Rejection},
};
use crate::{
    callback::{Callback, Place},
    client::AnyClient,
    error::{CallbackError, CallbackFault, Mismatch},
    exchange,
    grant::AuthorizationCode,
    http::Request,
    intent::Intent,
    stored::{Kind, Tagged},
    vocabulary::{Extras, Secret, Timestamp, grammar, secret},
};

/// A login that waits for its code.
///
/// Store it in the browser's own session (a cookie that is encrypted, or a row under a key from a cookie), and take
/// it out in one step when the callback arrives: that is what makes a forged or repeated callback fail (RFC 6749
/// section 10.12).
///
/// Two tabs are two logins, so a session holds each under its own key:
///
/// ```
/// use std::collections::HashMap;
/// use oauth_proto::{AwaitingCode, Callback, LoginKey, stored};
/// # use oauth_proto::{Client, Entropy, RedirectUri, Registration, Timestamp, providers};
/// # let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
/// # let client = Client::confidential(providers::amiqus(), registration, "s3cret".into())?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
///
/// let mut session: HashMap<LoginKey, String> = HashMap::new(); // this browser's, on the server
/// let (url, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, now);
/// session.insert(awaiting.key(), stored::save(&awaiting));
/// # assert!(url.as_str().contains(awaiting.state().expose()));
/// # let target = format!("/cb?code=SplxlOBeZQQYbYS6WxSbIA&state={}", awaiting.state().expose());
///
/// // `GET /cb?code=…&state=…`: the callback names its row, and takes it out.
/// let callback = Callback::url(&target);
/// let key = client.login_key(callback).ok_or("no state in this callback")?;
/// let row = session.remove(&key).ok_or("no such login in this browser")?;
/// let awaiting: AwaitingCode = stored::load(row.as_bytes())?;
/// assert!(awaiting.matches(&client, callback));
///
/// let (request, in_flight) = awaiting.receive(&client, callback, now)?;
/// assert_eq!(request.url(), "https://id.amiqus.co/oauth/token");
/// assert_eq!(in_flight.sent_at(), now);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// What to do where `receive` fails: see [`CallbackError`].
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[must_use = "store it before the browser is sent away"]
pub struct AwaitingCode {
    kind: Kind<Self>,
    login: Login,
    #[serde(with = "secret::option", default, skip_serializing_if = "Option::is_none")]
    verifier: Option<Secret>,
}

impl Tagged for AwaitingCode {
    const TAG: &'static str = "awaiting_code/1";
}

impl AwaitingCode {
    #[rustfmt::skip] // rustc shows the line to who calls it from outside
    pub(crate) fn new(login: Login, verifier: Option<Secret>) -> Self { // not made by hand (RFC 6749 section 10.12); call `authorize`
        Self { kind: Kind::new(), login, verifier }
    }

    /// The key to store it under: the same that [`AnyClient::login_key`] reads from the callback, so that two tabs do
    /// not overwrite each other.
    pub fn key(&self) -> LoginKey {
        self.login.key()
    }

    /// The `state` that was sent.
    pub fn state(&self) -> &Secret {
        self.login.state()
    }

    /// The text that rode in `state` behind the random part.
    pub fn application_state(&self) -> Option<&str> {
        self.login.application_state()
    }

    /// What was asked for, and where in the application the user came from.
    pub fn intent(&self) -> &Intent {
        &self.login.intent
    }

    /// From when on a callback comes too late. Remove what is older from the store.
    pub fn closes_at(&self) -> Timestamp {
        self.login.closes_at()
    }

    /// Whether a callback carries this login's `state`. Ask before taking the state out of the store. Never so for a
    /// callback that [`receive`](Self::receive) could not read, nor for a server that does not send `state` back:
    /// there, the browser's session alone says which login is answered.
    pub fn matches(&self, client: &AnyClient, callback: Callback<'_>) -> bool {
        self.login.matches(client, &callback, Place::Query)
    }

    /// Checks the callback, and makes the token request (RFC 6749 sections 4.1.2 and 4.1.3). The tokens' lifetime
    /// counts from `now`: store the [`InFlight`], then send.
    ///
    /// # Errors
    /// [`CallbackError::NotOurs`] and [`CallbackError::WrongClient`] hand the login back: it is still alive, whatever
    /// a forged callback says. After [`CallbackError::TooLate`] and [`CallbackError::Refused`] it is over, and an
    /// [`Intent`] is left. Nothing was sent in any case.
    pub fn receive(
        self, // spent: a login answers one callback (RFC 6749 section 4.1.2); for another, call `authorize`
        client: &AnyClient,
        callback: Callback<'_>,
        now: Timestamp,
    ) -> Result<(Request, InFlight<AuthorizationCode>), CallbackError<Self>> {
        let (code, extras) = match self.login.accept(client, &callback, Place::Query, now) {
            Ok(parameters) => (parameters.code.unwrap_or_default(), parameters.extras),
            Err(rejection) => return Err(self.reject(rejection)),
        };
        // RFC 6749 section A.11. Nothing else can be sent on as it came.
        if !grammar::is_token_text(&code) {
            return Err(self.reject(Rejection::NotOurs(CallbackFault::Malformed("code"), None)));
        }
        self.ask(client, Secret::from(code), extras, now)
    }

    /// Takes a code that the user copied from a page of the provider's, where no callback reaches the application.
    /// **Nothing shows that the code belongs to this login**: whoever makes the user paste a code of their own
    /// connects their account. PKCE, where the server supports it, is what is left against that.
    ///
    /// The code is taken as it stands, less the white space around it.
    ///
    /// ```
    /// # use oauth_proto::{Client, Entropy, RedirectUri, Registration, Timestamp, providers};
    /// # let page = RedirectUri::new("https://app.marq.com/oauth2/clients/app/redirect")?;
    /// # let registration = Registration::new("app")?.redirect_uri(page);
    /// # let client = Client::confidential(providers::marq(), registration, "s3cret".into())?;
    /// # let now = Timestamp::from_unix_seconds(1_800_000_000);
    /// let (url, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, now);
    /// println!("Log in at {}, and paste the code that it shows.", url.as_str());
    ///
    /// let pasted = " SplxlOBeZQQYbYS6WxSbIA\n";
    /// let (request, in_flight) = awaiting.receive_pasted_code_without_state_check(&client, pasted, now)?;
    /// let body = std::str::from_utf8(request.expose_body())?;
    /// assert!(body.contains(r#""code":"SplxlOBeZQQYbYS6WxSbIA""#) && body.contains("code_verifier"));
    /// # drop(in_flight);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The code is empty, longer than 64 KiB or not printable ASCII ([`CallbackError::NotOurs`]), or the client is
    /// another one ([`CallbackError::WrongClient`]): the login is handed back, and the user can paste again. Or the
    /// login's time to live is over ([`CallbackError::TooLate`]): an [`Intent`] is left.
    pub fn receive_pasted_code_without_state_check(
        self,
        client: &AnyClient,
        code: &str,
        now: Timestamp,
    ) -> Result<(Request, InFlight<AuthorizationCode>), CallbackError<Self>> {
        let code = code.trim_ascii();
        if let Err(rejection) = self.login.check_open(client, now) {
            return Err(self.reject(rejection));
        }
        if !grammar::is_token_text(code) {
            return Err(self.reject(Rejection::NotOurs(CallbackFault::Malformed("code"), None)));
        }
        // No callback, and so nothing that comes with one: some token requests are made of it.
        if let Err(fault) = client.provider().check_kept(&Extras::default(), true) {
            return Err(self.reject(Rejection::NotOurs(fault, None)));
        }
        self.ask(client, Secret::from(code), Extras::default(), now)
    }

    fn ask(
        self,
        client: &AnyClient,
        code: Secret,
        extras: Extras,
        now: Timestamp,
    ) -> Result<(Request, InFlight<AuthorizationCode>), CallbackError<Self>> {
        let intent = &self.login.intent;
        let request = exchange::code_request(client, intent, &extras, &code, self.verifier.as_ref(), now);
        match request {
            Ok(request) => {
                let Self { login: Login { intent, nonce, .. }, verifier, .. } = self;
                let origin = ReceivedCode::from_record(ReceivedCodeRecord { code, verifier, nonce, extras, intent });
                Ok((request, InFlight::new(origin, client, now)))
            }
            // A client that lacks the token endpoint, or the secret that this login needs, did not begin it.
            Err(_) => Err(self.reject(Rejection::WrongClient(Mismatch::Settings))),
        }
    }

    fn reject(self, rejection: Rejection) -> CallbackError<Self> {
        rejection.with(self, |awaiting| awaiting.login.intent)
    }
}
