//! The public types: they go to any thread, can be printed, and errors are small. What they print is in `tests/canary`.

mod scenario;

use std::{
    error::Error,
    fmt::Debug,
    mem::{discriminant, size_of},
    time::Duration,
};

use oauth_proto::{
    AccessOnly, AnyClient, AnyTokenSet, AuthorizationUrl, Authorized, AwaitingCode, AwaitingToken, Callback,
    CallbackError, Client, CodeChallenge, CodeVerifier, Confidential, ConfigError, Decision, Entropy, EntropyError,
    ErrorCode, ErrorResponse, Expired, Extras, FinishError, Granted, Header, InDoubt, InFlight, Intent, Keeper, Limits,
    LoginKey, Logout, Method, Outcome, PresentError, Provider, Public, ReceivedCode, RedirectUri, Refreshable,
    Registration, Reissuable, Remedy, RenewalError, Request, RequestError, RequestParts, Response, Scope, Secret,
    Standing, Ticket, Timestamp, TokenSet, TransportContract, TransportError, Turn, Unauthorized,
    challenge::{Challenge, ChallengeFault, Challenges, ResourceErrorCode},
    dialect::{
        Added, AuthorizeStep, BasicEncoding, BodyFormat, CallbackStep, ClientAuthentication, CodeDecoding, Dialect,
        ErrorMembers, ExpiryEncoding, Fragment, IdToken, IssuerParameter, Kept, Nonce, OkMember, Parameters, Pkce,
        Presentation, RefreshAnswer, RefreshCredential, RefreshDeadline, RefreshStep, Renames, ResponseFormat,
        ResponseStep, ScopeEncoding, ScopeFormat, StateEcho, TokenForm, TokenPlace, TokenStep,
    },
    error::{AnswerFault, CallbackFault, Doubt, KeptFault, Reason, RequestFault},
    grant::{
        AuthorizationCode, ClientCredentials, FollowUp, Implicit, ImplicitWithRefresh, Password, RefreshToken, Reissue,
    },
    providers::FifthUrls,
    session::{Checking, LoggingOut, LogoutError, SessionFault, Validity},
    stored::StoredError,
};
use scenario::{at, entropy};

/// Each of these goes to any thread, lives as long as it likes, and can be printed.
macro_rules! public {
    ($($type:ty),* $(,)?) => {
        const _: () = {
            const fn check<T: Send + Sync + Debug + 'static>() {}
            $(check::<$type>();)*
        };
    };
}

public!(
    AccessOnly,
    AnyClient,
    AnyTokenSet,
    Authorized<AccessOnly>,
    Authorized<Refreshable>,
    Authorized<Reissuable>,
    AuthorizationUrl,
    AwaitingCode,
    AwaitingToken<Implicit>,
    AwaitingToken<ImplicitWithRefresh>,
    Callback<'static>,
    Client<Confidential>,
    Client<Public>,
    CodeChallenge,
    CodeVerifier,
    Confidential,
    Decision,
    Entropy,
    ErrorCode,
    ErrorResponse,
    Expired<AccessOnly>,
    Expired<Refreshable>,
    Expired<Reissuable>,
    Granted,
    Header,
    InDoubt<AuthorizationCode>,
    InDoubt<ClientCredentials>,
    InDoubt<Password>,
    InDoubt<RefreshToken>,
    InDoubt<Reissue>,
    InFlight<AuthorizationCode>,
    InFlight<ClientCredentials>,
    InFlight<Password>,
    InFlight<RefreshToken>,
    InFlight<Reissue>,
    Intent,
    Keeper,
    LoginKey,
    Logout,
    Method,
    Outcome,
    Provider,
    Public,
    ReceivedCode,
    RedirectUri,
    Refreshable,
    Registration,
    Reissuable,
    Remedy,
    Request,
    RequestParts,
    Response,
    Scope,
    Secret,
    Standing<AccessOnly>,
    Standing<Refreshable>,
    Standing<Reissuable>,
    Ticket,
    Timestamp,
    TokenSet<AccessOnly>,
    TokenSet<Refreshable>,
    TokenSet<Reissuable>,
    TransportContract,
    TransportError,
    Turn,
    Unauthorized<AuthorizationCode>,
    Unauthorized<ClientCredentials>,
    Unauthorized<Implicit>,
    Unauthorized<ImplicitWithRefresh>,
    Unauthorized<Password>,
    AuthorizeStep,
    BodyFormat,
    ClientAuthentication,
    CodeDecoding,
    Dialect,
    ExpiryEncoding,
    IssuerParameter,
    Nonce,
    Parameters,
    Presentation,
    RefreshStep,
    RefreshDeadline,
    Renames,
    ResponseFormat,
    StateEcho,
    TokenStep,
    TokenPlace,
    ResponseStep,
    CallbackStep,
    AnswerFault,
    CallbackFault,
    Doubt,
    Reason,
    AuthorizationCode,
    ClientCredentials,
    Implicit,
    ImplicitWithRefresh,
    Password,
    RefreshToken,
    Reissue,
    FifthUrls,
    Checking,
    LoggingOut,
    Validity,
    Added,
    BasicEncoding,
    Challenge<'static>,
    Challenges<'static>,
    ErrorMembers,
    Extras,
    FollowUp,
    Fragment,
    IdToken,
    InDoubt<FollowUp>,
    InFlight<FollowUp>,
    Kept,
    KeptFault,
    Limits,
    OkMember,
    Pkce,
    RefreshAnswer,
    RefreshCredential,
    ResourceErrorCode<'static>,
    ScopeEncoding,
    ScopeFormat,
    TokenForm,
);

/// Each of these is an error that fits everywhere: `Box<dyn Error + Send + Sync>`, and a small `Result`.
macro_rules! errors {
    ($($type:ty),* $(,)?) => {
        const _: () = {
            const fn check<T: Error + Send + Sync + 'static>() {}
            $(check::<$type>();)*
        };
        #[test]
        fn errors_are_small() {
            for (name, size) in [$((stringify!($type), size_of::<$type>())),*] {
                assert!(size <= 64, "{name} takes {size} bytes");
            }
        }
    };
}

errors!(
    CallbackError<AwaitingCode>,
    ChallengeFault,
    FinishError<FollowUp>,
    CallbackError<AwaitingToken<Implicit>>,
    CallbackError<AwaitingToken<ImplicitWithRefresh>>,
    ConfigError,
    EntropyError,
    FinishError<AuthorizationCode>,
    FinishError<ClientCredentials>,
    FinishError<Password>,
    FinishError<RefreshToken>,
    FinishError<Reissue>,
    PresentError,
    RenewalError,
    RequestError<Intent>,
    RequestError<ReceivedCode>,
    RequestError<TokenSet<Refreshable>>,
    RequestError<TokenSet<Reissuable>>,
    RequestFault,
    LogoutError,
    SessionFault,
    StoredError,
);

/// Who prints a chain of errors reads each word once.
#[test]
fn an_error_does_not_repeat_its_source() {
    let scenario = scenario::Scenario::new();
    let errors = [
        scenario.code_in_flight().1.finish(Outcome::not_sent("dns")).unwrap_err(),
        scenario.code_in_flight().1.finish(Outcome::lost("reset")).unwrap_err(),
    ];
    assert_ne!(discriminant(&errors[0]), discriminant(&errors[1]));
    for error in errors {
        let source = error.source().expect("the transport's own error").to_string();
        assert!(!error.to_string().contains(&source), "{error}: {source}");
    }
}

#[test]
fn what_is_shown_of_a_url_and_of_a_ticket() {
    let scenario = scenario::Scenario::new();
    let (url, _) = scenario.login().authorize(entropy(), at(0));
    assert_eq!(format!("{url:?}"), "AuthorizationUrl(https://id.example/authorize?…)");
<<<<<<< HEAD
    // The caller's own parameters may be secrets: a login hint, for instance.
    let login = client().authorization_code().unwrap().parameter("hint", CANARY).unwrap();
    debug(&login.application_state(CANARY).unwrap());
    debug(&client().implicit().unwrap().parameter(CANARY, "x").unwrap());
    debug(&client().password().unwrap());
    debug(&client().client_credentials().unwrap());
}

/// What hides itself says what it is, so that a log line can be read.
#[test]
fn hidden_values_say_what_they_are() {
    let shown = |value: &dyn Debug| format!("{value:?}");
    assert_eq!(shown(&Secret::from(CANARY)), "Secret(redacted)");
    assert_eq!(shown(&Entropy::from_bytes([67; 64])), "Entropy(redacted)");
    assert_eq!(shown(&Callback::url("/cb?code=C#x")), "Callback(7 bytes, redacted)");
    // A scope is no secret.
    let scope = Scope::new(["read", "write"]).unwrap();
    assert_eq!((shown(&scope), scope.to_string()), (r#"Scope("read write")"#.into(), "read write".into()));
}

#[test]
fn requests_hide_their_credentials() {
    for method in [ClientAuthentication::Basic, ClientAuthentication::Body] {
        let mut provider = scenario::provider();
        provider.dialect.token.client_authentication = method;
        let client = Client::confidential(provider, scenario::registration(), CANARY.into()).unwrap();
        let (request, flight) = client.password().unwrap().request("ada", &CANARY.into(), at(0)).unwrap();
        debug(&request);
        debug(&flight);
        let parts = request.into_parts();
        debug(&parts);
        debug(&parts.headers);
        assert!(String::from_utf8_lossy(&parts.body).contains(CANARY));
    }
}

#[test]
fn every_state_of_a_code_login_hides_its_secrets() {
    let client = plain().client;
    let awaiting = || plain().awaiting_code();
    let callback = format!("code=CANARY&state={}", scenario::STATE);
    let flight = || awaiting().receive(&client, Callback::query(&callback), at(10)).unwrap().1;
    no_random_part(&flight());

    // The errors of the way back.
    let receive = |query: &str, now| awaiting().receive(&client, Callback::query(query), now).unwrap_err();
    for found in [
        receive("code=CANARY", at(10)),
        receive("code=CANARY&state=CANARY", at(10)),
        receive(&callback.replace("CANARY", "CANARY%0a"), at(10)),
        receive(&(callback.clone() + "&code=CANARY"), at(10)),
        receive(&(callback.clone() + "&access_token=CANARY"), at(10)),
        receive(&callback, at(600)),
    ] {
        error(&found);
        no_random_part(&found);
    }
    let other = scenario::Scenario::with(|provider| provider.name = "elsewhere".into()).client;
    error(&awaiting().receive(&other, Callback::query(&callback), at(10)).unwrap_err());

    // The errors of the exchange, with secrets in the server's answer where they could be quoted.
    for outcome in outcomes() {
        error(&flight().finish(outcome).unwrap_err());
    }
    let FinishError::InDoubt { in_doubt, .. } = flight().finish(answer(500, "")).unwrap_err() else { panic!() };
    no_random_part(&in_doubt);
    let code = in_doubt.assume_unspent();
    no_random_part(&code);
    error(&code.exchange(&other, at(11)).unwrap_err());
    debug(&flight().finish(tokens()).unwrap());
}

/// Every ending that is an error.
fn outcomes() -> Vec<Outcome> {
    vec![
        Outcome::not_sent("dns"),
        Outcome::lost("reset"),
        answer(400, r#"{"error":"invalid_scope","access_token":"CANARY"}"#),
        answer(400, r#"{"error":"invalid_grant","refresh_token":"CANARY"}"#),
        answer(500, "CANARY"),
        answer(302, "CANARY"),
        answer(200, "CANARY"),
        answer(200, r#"{"access_token":"CANARY\n","token_type":"Bearer"}"#),
        answer(200, r#"{"access_token":"CANARY","token_type":"CANARY"}"#),
        answer(200, r#"{"access_token":"CANARY","token_type":"Bearer","expires_in":"CANARY"}"#),
        answer(200, r#"{"access_token":"CANARY","access_token":"CANARY"}"#),
    ]
}

#[test]
fn every_state_of_tokens_hides_its_secrets() {
    let scenario = plain();
    let client = &scenario.client;
    let set =
        || client.import_refreshable_tokens_from_elsewhere("CANARY1".into(), "CANARY2".into(), Some(at(100))).unwrap();
    let authorized = || match set().at(at(0)) {
        Standing::Authorized(authorized) => authorized,
        Standing::Expired(expired) => panic!("{expired:?}"),
    };
    debug(&set());
    debug(&AnyTokenSet::from(set()));
    debug(&set().at(at(0)));
    debug(&set().at(at(100)));
    debug(&authorized().rejected());
    debug(&authorized().header_for(client, "https://api.example/").unwrap());
    let (request, flight) = authorized().refresh(client, at(1)).unwrap();
    debug(&request);
    debug(&flight);
    for outcome in outcomes() {
        error(&authorized().refresh(client, at(1)).unwrap().1.finish(outcome).unwrap_err());
    }
    let other = scenario::Scenario::with(|provider| provider.name = "elsewhere".into()).client;
    error(&authorized().refresh(&other, at(1)).unwrap_err());
    error(&authorized().header_for(&other, "https://api.example/").unwrap_err());

    let reissuable = || scenario.client_credentials_in_flight().1.finish(tokens()).unwrap();
    debug(&reissuable());
    error(&reissuable().reissue(&other, at(1)).unwrap_err());
    error(&reissuable().reissue(client, at(1)).unwrap().1.finish(answer(500, CANARY)).unwrap_err());
    debug(&client.import_access_token_from_elsewhere(CANARY.into(), None).unwrap().at(at(0)));
}

#[test]
fn a_keeper_hides_its_secrets() {
    let client = plain().client;
    let set =
        || client.import_refreshable_tokens_from_elsewhere("CANARY1".into(), "CANARY2".into(), Some(at(100))).unwrap();
    for outcome in outcomes() {
        let mut keeper = Keeper::new(set());
        debug(&keeper);
        debug(&keeper.poll(&client, at(0), Duration::ZERO));
        let Turn::Send(request, ticket) = keeper.poll(&client, at(100), Duration::ZERO) else { panic!() };
        debug(&(&request, &ticket));
        // Nor is it any of the reader's business which provider it is of.
        assert_eq!(format!("{ticket:?}"), format!("Ticket {{ sent_at: {:?}, .. }}", at(100)));
        let mut other = Keeper::new(set());
        let RenewalError::ForeignTicket { ticket, outcome } = other.handle(ticket, outcome, at(101)).unwrap_err()
        else {
            panic!()
        };
        error(&RenewalError::ForeignTicket { ticket, outcome });
    }
    for outcome in outcomes() {
        let mut keeper = Keeper::new(set());
        let Turn::Send(_, ticket) = keeper.poll(&client, at(100), Duration::ZERO) else { panic!() };
        error(&keeper.handle(ticket, outcome, at(101)).unwrap_err());
        debug(&keeper);
    }
}

#[test]
fn an_implicit_login_and_a_session_hide_their_secrets() {
    let client = client();
    let awaiting = || client.implicit_with_refresh().unwrap().authorize(entropy(), at(0)).1;
    no_random_part(&awaiting());
    let receive = |rest: &str| {
        let fragment = format!("access_token=CANARY&refresh_token=CANARY&state={}{rest}", scenario::STATE);
        awaiting().receive(&client, Callback::fragment(&fragment), at(1))
    };
    for rest in ["", "&token_type=CANARY", "&token_type=Bearer&nonce=CANARY", "&error=a", "&refresh_token=CANARY"] {
        error(&receive(rest).unwrap_err());
        no_random_part(&receive(rest).unwrap_err());
    }
    debug(&receive(&format!("&token_type=Bearer&nonce={}", scenario::NONCE)).unwrap());

    let set = || client.import_refreshable_tokens_from_elsewhere("CANARY1".into(), "CANARY2".into(), None).unwrap();
    let (request, logout) = set().logout(&client).unwrap();
    debug(&(&request, &logout));
    error(&logout.finish(answer(500, CANARY)).unwrap_err());
    for outcome in [Outcome::not_sent("dns"), Outcome::lost("reset")] {
        let failed = set().logout(&client).unwrap().1.finish(outcome).unwrap_err();
        error(&failed);
        error(failed.fault());
    }
    let Standing::Authorized(authorized) = set().at(at(0)) else { panic!() };
    let (request, checking) = authorized.check(&client, "me").unwrap();
    debug(&(&request, &checking));
    error(&checking.finish(answer(500, CANARY)).unwrap_err());
=======
    // It is none of the reader's business which provider a ticket is of.
    let mut keeper = scenario.keeper();
    let Turn::Send(_, ticket) = keeper.poll(&scenario.client, at(4000), Duration::ZERO) else { panic!() };
    assert_eq!(format!("{ticket:?}"), format!("Ticket {{ sent_at: {:?}, .. }}", at(4000)));
>>>>>>> main
}
