//! The cases: which server, which way to tokens, and what is done with them.

use std::fmt;

use oauth_proto::{
    AnyClient, Client, Confidential, Method, Provider, Public, RedirectUri, Registration, Scope, Unauthorized,
    dialect::{BodyFormat, ClientAuthentication, RefreshCredential, TokenStep},
    grant,
    providers::{self, FifthUrls},
};
use oauth_proto_emulator::{Emulator, ProviderTable};

use crate::support::on_loopback;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    Marq,
    Marvel,
    Amiqus,
    Motar,
    Fifth,
    /// RFC 6749 to the letter.
    Plain,
    /// A short-lived token that is traded for a long-lived one.
    TwoSteps,
}

/// The way to tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Login {
    /// The journal is written in place of the waiting state.
    Code,
    /// The waiting state is taken out of the store first, so that no other process answers the same callback.
    CodeTakenOut,
    Implicit,
    ImplicitWithRefresh,
    Password,
    ClientCredentials,
}

/// What is done with the tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// They are used. The accidents happen in the login.
    Use,
    /// They are traded for long-lived ones, in the same run.
    FollowUp,
    /// They are renewed ahead of their end. The accidents happen in the renewal.
    Renew,
    /// The same by a [`Keeper`](oauth_proto::Keeper).
    Keep,
}

/// A mistake that a program can make, for the test of this test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    SendsBeforeJournal,
    ResumesBySending,
    LeavesTheOlderRow,
    ForgetsToStoreTheAnswer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Case {
    pub at: At,
    pub login: Login,
    pub then: Then,
    /// Whether a refresh brings a new refresh token and ends the old one.
    pub rotation: bool,
    pub public: bool,
    pub flaw: Option<Flaw>,
}

impl Case {
    pub fn new(at: At, login: Login, then: Then) -> Self {
        Self { at, login, then, rotation: true, public: false, flaw: None }
    }

    pub fn without_rotation(mut self) -> Self {
        self.rotation = false;
        self
    }

    pub fn public(mut self) -> Self {
        self.public = true;
        self
    }

    pub fn with(mut self, flaw: Flaw) -> Self {
        self.flaw = Some(flaw);
        self
    }

    /// Whether the accidents happen after the login.
    pub fn renews(self) -> bool {
        matches!(self.then, Then::Renew | Then::Keep)
    }

    /// Whether a refresh ends the access token before it: the documents of these two say so.
    pub fn refresh_ends_access_token(self) -> bool {
        matches!(self.at, At::Marq | At::Amiqus)
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let login = match self.login {
            Login::Code => "code",
            Login::CodeTakenOut => "code, row taken out first",
            Login::Implicit => "implicit",
            Login::ImplicitWithRefresh => "implicit with refresh",
            Login::Password => "password",
            Login::ClientCredentials => "client credentials",
        };
        let flow = match (self.then, self.login) {
            (Then::Use, _) => login,
            (Then::FollowUp, _) => "code and follow-up",
            (Then::Renew, Login::ClientCredentials) => "reissue",
            (Then::Renew, _) => "refresh",
            (Then::Keep, Login::ClientCredentials) => "keeper, reissue",
            (Then::Keep, _) => "keeper, refresh",
        };
        let rotation = if self.rotation { "" } else { ", no rotation" };
        let public = if self.public { ", public" } else { "" };
        write!(f, "{:?}: {flow}{rotation}{public}", self.at)
    }
}

/// The client of a case.
pub enum Party {
    Confidential(Client<Confidential>),
    Public(Client<Public>),
}

/// Each kind of client has the same ways in.
macro_rules! either {
    ($party:expr, $client:ident => $start:expr) => {
        match $party {
            Party::Confidential($client) => $start,
            Party::Public($client) => $start,
        }
        .expect("the provider's data has this grant")
    };
}

impl Party {
    pub fn any(&self) -> &AnyClient {
        match self {
            Self::Confidential(client) => client,
            Self::Public(client) => client,
        }
    }

    pub fn authorization_code(&self) -> Unauthorized<grant::AuthorizationCode> {
        either!(self, client => client.authorization_code())
    }

    pub fn implicit(&self) -> Unauthorized<grant::Implicit> {
        either!(self, client => client.implicit())
    }

    pub fn implicit_with_refresh(&self) -> Unauthorized<grant::ImplicitWithRefresh> {
        either!(self, client => client.implicit_with_refresh())
    }

    pub fn password(&self) -> Unauthorized<grant::Password> {
        either!(self, client => client.password())
    }

    pub fn client_credentials(&self) -> Unauthorized<grant::ClientCredentials> {
        match self {
            Self::Confidential(client) => client.client_credentials().expect("the provider's data has this grant"),
            Self::Public(_) => unreachable!("a public client cannot ask for itself"),
        }
    }
}

/// The server of a case, without sockets (there are many thousand runs, and the crash is on this side), and its client.
pub fn start(case: Case) -> (Emulator, Party) {
    let (table, provider, scope) = match case.at {
        At::Marq => {
            let provider = providers::marq().api_origin("https://api.marq.invalid");
            (ProviderTable::marq(), provider, vec![providers::MARQ_SCOPE])
        }
        At::Marvel => {
            let login = "https://marvelapp.com/oauth/authorize";
            let provider = providers::marvel(login, "https://api.marvelapp.invalid");
            (ProviderTable::marvel(), provider, providers::MARVEL_SCOPES.to_vec())
        }
        At::Amiqus => (ProviderTable::amiqus(), providers::amiqus(), vec![]),
        At::Motar => (ProviderTable::motar(), providers::motar(), vec![]),
        At::Fifth => (ProviderTable::fifth(), fifth(), vec![]),
        At::Plain => (ProviderTable::plain(), plain(), vec![]),
        At::TwoSteps => (ProviderTable::two_steps(), two_steps(), vec![]),
    };
    let emulator = Emulator::without_sockets(if case.rotation { table } else { table.without_rotation() });
    let provider = on_loopback(&emulator, provider);
    let id = if case.public { emulator.public_client_id() } else { emulator.client_id() };
    let redirect_uri = RedirectUri::new(emulator.redirect_uri()).unwrap();
    let registration = Registration::new(id).unwrap().redirect_uri(redirect_uri).scope(Scope::new(scope).unwrap());
    let party = if case.public {
        Party::Public(Client::public(provider, registration).unwrap())
    } else {
        Party::Confidential(Client::confidential(provider, registration, emulator.client_secret().into()).unwrap())
    };
    (emulator, party)
}

fn plain() -> Provider {
    Provider::new("plain", "https://plain.invalid/authorize", "https://plain.invalid/token")
        .api_origin("https://api.plain.invalid")
}

fn fifth() -> Provider {
    providers::fifth(FifthUrls {
        code_login: "https://fifth.invalid/login".into(),
        implicit_login: "https://fifth.invalid/login/implicit".into(),
        token_endpoint: "https://fifth.invalid/token".into(),
        api_origin: "https://api.fifth.invalid".into(),
    })
}

/// No document has a follow-up: a short-lived token without a refresh token, for a long-lived one.
fn two_steps() -> Provider {
    let mut provider = plain();
    provider.follow_up_endpoint = Some("https://plain.invalid/long_lived".into());
    let mut step = TokenStep::default();
    (step.method, step.body) = (Method::Get, BodyFormat::Query);
    step.client_authentication = ClientAuthentication::None;
    step.parameters.add("grant_type", "exchange_token").omit("client_id");
    provider.dialect.follow_up = Some(step);
    // The long-lived token is what renews itself: that is how it is told from the short-lived one.
    provider.dialect.refresh.credential = RefreshCredential::Access;
    provider
}
