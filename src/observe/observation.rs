//! What is seen of one value.

use std::{
    borrow::Cow,
    fmt::{self, Display, Write},
};

use serde::{Serialize, Serializer};

use crate::{
    error::{Doubt, ErrorCode, ErrorResponse, Remedy},
    intent::Intent,
    vocabulary::{Scope, Timestamp, Told},
};

/// What may be told of one value: of what kind it is, which server it has to do with, and how it came out. It borrows from
/// that value, and holds no secret: no token, code, `state`, verifier or secret of the client's; nothing of a body or a
/// query; and none of a server's free words, which may repeat what it was sent.
///
/// `Display` is one line of `key=value`, with control characters escaped and long texts cut. Serde writes a flat map of the
/// fields that are there. Where a level is wanted: what has a [`remedy`](Self::remedy) failed.
///
/// ```
/// use oauth_proto::observe::{Observation, Observe};
/// # use oauth_proto::{Callback, Client, Entropy, Provider, RedirectUri, Registration, Scope, Timestamp};
/// # let provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
/// # let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
/// # let registration = registration.scope(Scope::new(["read", "write"])?);
/// # let client = Client::public(provider, registration)?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// let mut lines = Vec::new();
/// let mut maps = Vec::new();
/// let mut log = |seen: &Observation<'_>| {
///     lines.push(seen.to_string());
///     maps.push(serde_json::to_value(seen).unwrap_or_default());
/// };
/// let (url, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, now).observed(&mut log);
/// let forged = Callback::url("/cb?code=c&state=guessed");
/// let error = awaiting.receive(&client, forged, now).observed(&mut log).unwrap_err();
/// assert_eq!(
///     lines,
///     [
///         "state AuthorizationUrl endpoint=https://id.example/authorize",
///         "state AwaitingCode grant=authorization_code server=example client_id=app scope=\"read write\" \
///          expires_at=1800000600000",
///         "error CallbackError::NotOurs grant=authorization_code server=example client_id=app scope=\"read write\" \
///          expires_at=1800000600000 fault=\"its `state` is not the one that was sent: it is of another tab or another login, or forged\" \
///          remedy=ignore",
///     ],
/// );
/// assert_eq!(maps[2]["name"], "CallbackError::NotOurs");
/// assert_eq!(maps[2]["remedy"], "ignore");
/// # drop((url, error));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Observation<'a> {
    /// Of what kind it is.
    pub subject: Subject,
    /// Its type, and the variant of it that it is, as this documentation names them: `CallbackError::NotOurs`.
    pub name: &'static str,
    /// The grant, where it is known: `authorization_code`, `refresh_token`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant: Option<&'static str>,
    /// What can be done with tokens when they end: `refreshable`, `reissuable`, `access_only`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capability: Option<&'static str>,
    /// The server, as [`Provider::identity`](crate::Provider::identity) writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<&'a str>,
    /// The client, by its id: no secret (RFC 6749 section 2.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<&'a str>,
    /// The scope: what was asked for, or of tokens as much of it as was granted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Cow<'a, str>>,
    /// How many tokens the granted scope has that nobody asked for, where it has any. They are the server's words, and are
    /// not told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_scopes: Option<usize>,
    /// A request's method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<&'static str>,
    /// Where a request, or the browser, goes: origin and path, and nothing behind them. Where a registered client is managed,
    /// the origin alone: a server may have put a secret into the path (RFC 7592 section 3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<&'a str>,
    /// The status of a response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// When the request was made whose answer is awaited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Timestamp>,
    /// From when on it is of no more use: an access token, or a state that waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// The server's error code. What does not look like one (lower-case words, with at most three digits) is told as
    /// `other`: a server may put anything there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'a str>,
    /// What is wrong, in this crate's own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault<'a>>,
    /// What to do. It is there if this is an error, or a state that comes of one, and says how long to wait as `after_ms`.
    #[serde(flatten)]
    pub remedy: Option<Remedy>,
}

/// Of what kind something is that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Subject {
    /// A state of the machine, or what it leaves.
    State,
    /// A request that is to be sent.
    Request,
    /// What came of a request: a response, or none.
    Answer,
    /// A transition that did not lead on.
    Error,
}

/// What is wrong, in this crate's own words: as `Display` and serde write it. It quotes no value.
#[derive(Clone, Copy)]
pub struct Fault<'a>(&'a (dyn Display + Send + Sync));

impl Display for Fault<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Fault<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fault({self})")
    }
}

impl Serialize for Fault<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Subject {
    const fn word(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Request => "request",
            Self::Answer => "answer",
            Self::Error => "error",
        }
    }
}

impl<'a> Observation<'a> {
    pub(super) const fn new(subject: Subject, name: &'static str) -> Self {
        Self {
            subject,
            name,
            grant: None,
            capability: None,
            server: None,
            client_id: None,
            scope: None,
            other_scopes: None,
            method: None,
            endpoint: None,
            status: None,
            sent_at: None,
            expires_at: None,
            code: None,
            fault: None,
            remedy: None,
        }
    }

    pub(super) const fn state(name: &'static str) -> Self {
        Self::new(Subject::State, name)
    }

    pub(super) fn error(name: &'static str, remedy: Remedy) -> Self {
        Self { remedy: Some(remedy), ..Self::new(Subject::Error, name) }
    }

    /// The server, the client and the scope that were asked.
    pub(super) fn asked(self, intent: &'a Intent) -> Self {
        let (server, client_id) = (Some(intent.server()), Some(intent.client_id()));
        Self { server, client_id, ..self }.granted(intent.scope(), intent.scope())
    }

    /// A scope that a server granted, of which `asked` was asked for. An empty one is none.
    pub(super) fn granted(self, scope: &'a Scope, asked: &Scope) -> Self {
        let Told { tokens, others } = scope.told(asked);
        let (scope, other_scopes) = (Some(tokens).filter(|tokens| !tokens.is_empty()), Some(others).filter(|&n| n > 0));
        Self { scope, other_scopes, ..self }
    }

    pub(super) fn grant(self, grant: &'static str) -> Self {
        Self { grant: Some(grant), ..self }
    }

    pub(super) fn sent_at(self, sent_at: Timestamp) -> Self {
        Self { sent_at: Some(sent_at), ..self }
    }

    pub(super) fn expires_at(self, expires_at: Timestamp) -> Self {
        Self { expires_at: Some(expires_at), ..self }
    }

    /// Give it what speaks in words of this crate's own alone: no [`ErrorResponse`], and nothing that holds one.
    pub(super) fn fault(self, why: &'a (dyn Display + Send + Sync)) -> Self {
        Self { fault: Some(Fault(why)), ..self }
    }

    /// Another name and remedy for what is known of the state that an error holds.
    pub(super) fn failed(self, name: &'static str, remedy: Remedy) -> Self {
        Self { subject: Subject::Error, name, remedy: Some(remedy), ..self }
    }

    pub(super) fn url(self, url: &'a str) -> Self {
        let end = url.find(['?', '#']).unwrap_or(url.len());
        Self { endpoint: url.get(..end), ..self }
    }

    /// The server's refusal: its code and its status. Its words may repeat what it was sent.
    pub(super) fn refusal(self, response: &'a ErrorResponse) -> Self {
        Self { code: code(&response.code), status: response.status.or(self.status), ..self }
    }

    pub(super) fn doubt(self, doubt: &'a Doubt) -> Self {
        match doubt {
            Doubt::Lost(_) => self.fault(&"the connection was lost"),
            Doubt::ServerFailed(response) => self.fault(&"the server failed").refusal(response),
            Doubt::UnexpectedStatus(status) => {
                Self { status: Some(*status), ..self }.fault(&"the status is none that is expected")
            }
            Doubt::Unreadable(fault) => self.fault(fault),
        }
    }
}

/// A code that looks like one. RFC 6749 section 5.2 allows any text, and so a token.
fn code(code: &ErrorCode) -> Option<&str> {
    let text = match code {
        ErrorCode::Unstated => return None,
        code => code.as_str(),
    };
    let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-. ".contains(&byte);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let looks_like_one = (1..=64).contains(&text.len()) && text.bytes().all(word) && digits <= 3;
    Some(if looks_like_one { text } else { "other" })
}

impl Display for Observation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.subject.word(), self.name)?;
        let texts = [
            ("grant", self.grant),
            ("capability", self.capability),
            ("server", self.server),
            ("client_id", self.client_id),
            ("scope", self.scope.as_deref()),
        ];
        for (key, text) in texts {
            text.map_or(Ok(()), |text| pair(f, key, text))?;
        }
        self.other_scopes.map_or(Ok(()), |others| write!(f, " other_scopes={others}"))?;
        for (key, text) in [("method", self.method), ("endpoint", self.endpoint), ("code", self.code)] {
            text.map_or(Ok(()), |text| pair(f, key, text))?;
        }
        self.status.map_or(Ok(()), |status| write!(f, " status={status}"))?;
        for (key, instant) in [("sent_at", self.sent_at), ("expires_at", self.expires_at)] {
            instant.map_or(Ok(()), |instant| write!(f, " {key}={}", instant.as_unix_millis()))?;
        }
        self.fault.map_or(Ok(()), |fault| pair(f, "fault", &fault.to_string()))?;
        let remedy = match self.remedy {
            None => return Ok(()),
            Some(Remedy::Ignore) => "ignore",
            Some(Remedy::LogIn) => "log_in",
            Some(Remedy::Retry { .. }) => "retry",
            Some(Remedy::Decide) => "decide",
            Some(Remedy::Fix) => "fix",
        };
        write!(f, " remedy={remedy}")?;
        match self.remedy {
            Some(Remedy::Retry { after: Some(wait) }) => write!(f, " after_ms={}", wait.as_millis()),
            _ => Ok(()),
        }
    }
}

/// The longest text that a line shows, in characters; the field has all of it.
const LONGEST: usize = 200;

/// One word as it is; anything else in quotes, and so that it breaks no line and turns none around.
fn pair(f: &mut fmt::Formatter<'_>, key: &str, text: &str) -> fmt::Result {
    let is_word = |byte: u8| byte.is_ascii_graphic() && !b"\"=\\".contains(&byte);
    if !text.is_empty() && text.len() <= LONGEST && text.bytes().all(is_word) {
        return write!(f, " {key}={text}");
    }
    write!(f, " {key}=\"")?;
    for char in text.chars().take(LONGEST) {
        match char {
            '\'' => f.write_char(char),
            _ => write!(f, "{}", char.escape_debug()),
        }?;
    }
    f.write_str("\"")
}
