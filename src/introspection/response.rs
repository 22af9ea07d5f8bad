//! The state of a token, in the server's words.

use std::collections::BTreeMap;

use crate::{
    error::AnswerFault,
    json::{Object, required},
    vocabulary::{Scope, Timestamp, Wiped},
};

/// What a server says of a token (RFC 7662 section 2.2). Of a token that is not active it says nothing more.
///
/// All but [`is_active`](Self::is_active) is optional there, and each member is the server's word: whether the token is
/// for the right client, audience or scope is the caller's to compare.
///
/// ```
/// # use oauth_proto::{Client, Introspection, Provider, Registration, Response, Standing, Timestamp};
/// # let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
/// # provider.introspection = Some(Introspection::new("https://id.example/introspect"));
/// # let client = Client::confidential(provider, Registration::new("app")?, "s3cret".into())?;
/// # let tokens = client.import_access_token_from_elsewhere("A1".into(), None)?;
/// # let Standing::Authorized(authorized) = tokens.at(Timestamp::from_unix_seconds(0)) else { unreachable!() };
/// # let (_request, introspecting) = authorized.introspect(&client)?;
/// let body = r#"{"active":true,"aud":["api","files"],"team":{"id":7}}"#;
/// let answer = Response::new(200, [("Content-Type", "application/json")], body);
/// let state = introspecting.finish(answer.into())?;
/// assert!(state.aud().eq(["api", "files"]));
/// assert_eq!(state.member("team"), Some(r#"{"id":7}"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntrospectionResponse {
    active: bool,
    scope: Option<Scope>,
    texts: [Option<Box<str>>; TEXTS.len()],
    instants: [Option<Timestamp>; INSTANTS.len()],
    aud: Vec<Box<str>>,
    others: BTreeMap<Box<str>, Box<str>>,
}

const TEXTS: [&str; 6] = ["client_id", "username", "token_type", "sub", "iss", "jti"];
const INSTANTS: [&str; 3] = ["exp", "iat", "nbf"];

impl IntrospectionResponse {
    pub(super) fn read(object: &Object<'_>) -> Result<Self, AnswerFault> {
        let active = required("active", object.truth("active")?)?;
        let mut response = Self {
            active,
            scope: None,
            texts: Default::default(),
            instants: Default::default(),
            aud: Vec::new(),
            others: BTreeMap::new(),
        };
        if !active {
            return Ok(response);
        }
        for (slot, name) in response.texts.iter_mut().zip(TEXTS) {
            *slot = object.text(name)?.as_deref().map(Box::from);
        }
        for (slot, name) in response.instants.iter_mut().zip(INSTANTS) {
            *slot = object.count(name)?.map(Timestamp::from_unix_seconds);
        }
        if let Some(scope) = object.text("scope")? {
            response.scope = Some(Scope::split(&scope, " ").map_err(|_| AnswerFault::Malformed("scope"))?);
        }
        response.aud = read_audience(object)?;
        let known = |name: &str| {
            ["active", "scope", "aud"].contains(&name) || TEXTS.contains(&name) || INSTANTS.contains(&name)
        };
        let others = object.iter().filter(|(name, _)| !known(name));
        response.others = others.map(|(name, json)| (name.into(), json.into())).collect();
        Ok(response)
    }

    /// Whether the token is good: issued by this server, not revoked, and within its time.
    pub fn is_active(&self) -> bool {
        self.active
    }

    /// `scope`: what the token is good for.
    pub fn scope(&self) -> Option<&Scope> {
        self.scope.as_ref()
    }

    /// `client_id`: whom the token was issued to.
    pub fn client_id(&self) -> Option<&str> {
        self.text("client_id")
    }

    /// `username`: the user who granted it, as a person reads it.
    pub fn username(&self) -> Option<&str> {
        self.text("username")
    }

    /// `token_type`: `Bearer`, for instance.
    pub fn token_type(&self) -> Option<&str> {
        self.text("token_type")
    }

    /// `sub`: the user who granted it, as a program knows him.
    pub fn sub(&self) -> Option<&str> {
        self.text("sub")
    }

    /// `iss`: who issued it.
    pub fn iss(&self) -> Option<&str> {
        self.text("iss")
    }

    /// `jti`: its identifier.
    pub fn jti(&self) -> Option<&str> {
        self.text("jti")
    }

    /// `exp`: when it ends.
    pub fn exp(&self) -> Option<Timestamp> {
        self.instant("exp")
    }

    /// `iat`: when it was issued.
    pub fn iat(&self) -> Option<Timestamp> {
        self.instant("iat")
    }

    /// `nbf`: from when on it is good.
    pub fn nbf(&self) -> Option<Timestamp> {
        self.instant("nbf")
    }

    /// `aud`: whom it is for. None are named where it is absent.
    pub fn aud(&self) -> impl Iterator<Item = &str> {
        self.aud.iter().map(|audience| &**audience)
    }

    /// A member that RFC 7662 does not know, as JSON text.
    pub fn member(&self, name: &str) -> Option<&str> {
        self.others.get(name).map(|json| &**json)
    }

    fn text(&self, name: &str) -> Option<&str> {
        TEXTS.iter().zip(&self.texts).find(|(each, _)| **each == name).and_then(|(_, text)| text.as_deref())
    }

    fn instant(&self, name: &str) -> Option<Timestamp> {
        INSTANTS.iter().zip(&self.instants).find(|(each, _)| **each == name).and_then(|(_, instant)| *instant)
    }
}

/// RFC 7662 section 2.2: one text, or a list of them.
fn read_audience(object: &Object<'_>) -> Result<Vec<Box<str>>, AnswerFault> {
    let owned = |text: &Wiped<'_>| Box::from(&**text);
    match object.json("aud") {
        Some(json) if json.starts_with('[') => Ok(object.texts("aud")?.iter().flatten().map(owned).collect()),
        _ => Ok(object.text("aud")?.iter().map(owned).collect()),
    }
}
