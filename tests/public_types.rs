//! The public types: they go to any thread, can be printed, and errors are small. What they print is in `tests/canary`.

mod scenario;

use std::{
    error::Error,
    fmt::Debug,
    mem::{discriminant, size_of},
    time::Duration,
};

use oauth_proto::{
    AccessOnly, AnyClient, AnyTokenSet, AuthorizationDetails, AuthorizationUrl, Authorized, AwaitingCode,
    AwaitingToken, Callback, CallbackError, Client, CodeChallenge, CodeVerifier, Confidential, ConfigError, Decision,
    Entropy, EntropyError, ErrorCode, ErrorResponse, Expired, Extras, FinishError, Granted, Header, InDoubt, InFlight,
    Intent, Introspection, Keeper, Limits, LoginKey, Method, Outcome, PresentError, Provider, Public, ReceivedCode,
    RedirectUri, Refreshable, Registration, Reissuable, Remedy, RenewalError, Request, RequestError, RequestParts,
    Response, Revocation, Scope, Secret, Standing, Ticket, Timestamp, TokenSet, TransportContract, TransportError,
    Turn, Unauthorized,
    challenge::{Challenge, ChallengeFault, Challenged, Challenges, ResourceErrorCode, StepUp, Verdict},
    device::{AwaitingUser, DeviceAuthorization, DeviceAuthorizing, PollError, Polled, Polling, PollingError},
    dialect::{
        Added, AuthorizeStep, BasicEncoding, BodyFormat, CallbackStep, ClientAuthentication, CodeDecoding, Dialect,
        ErrorMembers, ExpiryEncoding, Fragment, IdToken, IssuerParameter, Kept, Nonce, OkMember, Parameters, Pkce,
        Presentation, RefreshAnswer, RefreshCredential, RefreshDeadline, RefreshStep, Renames, ResponseFormat,
        ResponseStep, ScopeEncoding, ScopeFormat, StateEcho, TokenForm, TokenPlace, TokenStep,
    },
    error::{AnswerFault, CallbackFault, Doubt, EndpointError, EndpointFault, KeptFault, Reason, RequestFault},
    extension_grants::{Exchanged, GrantParameters, IssuedToken, JwtBearer, SamlBearer, TokenType},
    fleet::{
        BestEffort, Durable, Found, Getting, InClear, Moment, NotStored, Policy, Record, RecordFault, ReuseClass, Seen,
        Sending, SingleNode, Sleeping, Step, Stopped, Swap, Swapping, Usable, Version, Worker,
        stores::{Memory, Scripts, Statements},
    },
    grant::{
        AuthorizationCode, ClientCredentials, Extension, FollowUp, Implicit, ImplicitWithRefresh, Password,
        RefreshToken, Reissue, TokenExchange,
    },
    introspection::{Checking, Introspecting, IntrospectionResponse, Validity},
    metadata::{
        Approval, Fetching, Identifiers, Issuer, MetadataError, Resource, ResourceMetadata, ServerMetadata, Unusable,
        WellKnown,
    },
    observe::{Fault, Observation, Subject},
    par::{Pushed, PushedAuthorizationCode, Pushing},
    providers::FifthUrls,
    registration::{
        AuthMethod, ClientFault, ClientMetadata, Deleting, EitherClient, ManagementError, Managing, Operation,
        RegisteredClient, Registering, RegistrationError, RegistrationInDoubt, Unconfirmed,
    },
    revocation::{Revoking, RevokingAccessToken},
    stored::StoredError,
    test_util::{NotReached, Scenario},
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
    AwaitingUser,
    Callback<'static>,
    Client<Confidential>,
    Client<Public>,
    CodeChallenge,
    CodeVerifier,
    Confidential,
    Decision,
    DeviceAuthorization,
    DeviceAuthorizing,
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
    Revocation,
    Method,
    Outcome,
    Polled,
    Polling,
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
    Unauthorized<DeviceAuthorization>,
    Unauthorized<Implicit>,
    Unauthorized<ImplicitWithRefresh>,
    Unauthorized<Password>,
    Unauthorized<PushedAuthorizationCode>,
    Pushed,
    Pushing,
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
    Revoking<TokenSet<Refreshable>>,
    Revoking<AnyTokenSet>,
    RevokingAccessToken<Refreshable>,
    Introspecting,
    IntrospectionResponse,
    Introspection,
    Validity,
    Added,
    BasicEncoding,
    AuthorizationDetails,
    StepUp,
    Challenged<Refreshable>,
    Fault<'static>,
    Observation<'static>,
    Subject,
    Verdict,
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
    Approval,
    Fetching<Issuer>,
    Fetching<Resource>,
    Identifiers,
    Issuer,
    Resource,
    ResourceMetadata,
    ServerMetadata,
    WellKnown,
    Exchanged,
    Extension,
    GrantParameters,
    InDoubt<Extension>,
    InDoubt<TokenExchange>,
    InFlight<Extension>,
    InFlight<TokenExchange>,
    IssuedToken,
    JwtBearer,
    SamlBearer,
    TokenExchange,
    TokenType,
    Unauthorized<Extension>,
    Unauthorized<TokenExchange>,
    AuthMethod,
    ClientMetadata,
    Deleting,
    EitherClient,
    Managing,
    Operation,
    RegisteredClient,
    Registering,
    RegistrationInDoubt,
    Unconfirmed,
    BestEffort,
    Durable,
    Found,
    Getting<'static>,
    InClear,
    Memory,
    Moment,
    Policy,
    Record,
    ReuseClass,
    Scripts<SingleNode>,
    Seen,
    Sending<'static>,
    SingleNode,
    Sleeping<'static>,
    Statements<Durable>,
    Step<'static>,
    Swap,
    Swapping<'static>,
    Usable,
    Version,
    Worker,
    Scenario<'static, Confidential>,
    Scenario<'static, Public>,
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
    FinishError<Extension>,
    FinishError<FollowUp>,
    FinishError<TokenExchange>,
    CallbackError<AwaitingToken<Implicit>>,
    CallbackError<AwaitingToken<ImplicitWithRefresh>>,
    ConfigError,
    EntropyError,
    FinishError<AuthorizationCode>,
    FinishError<ClientCredentials>,
    FinishError<Password>,
    FinishError<RefreshToken>,
    FinishError<Reissue>,
    PollError,
    PollingError,
    PresentError,
    RenewalError,
    RequestError<Intent>,
    RequestError<ReceivedCode>,
    RequestError<TokenSet<Refreshable>>,
    RequestError<TokenSet<Reissuable>>,
    RequestFault,
    RequestError<Unauthorized<PushedAuthorizationCode>>,
    EndpointError<TokenSet<Refreshable>>,
    EndpointError<Unauthorized<PushedAuthorizationCode>>,
    EndpointError<Intent>,
    EndpointFault,
    MetadataError,
    StoredError,
    Unusable,
    ClientFault,
    ManagementError,
    RegistrationError,
    EndpointError<RegisteredClient>,
    NotStored,
    RecordFault,
    Stopped,
    NotReached,
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
    // It is none of the reader's business which provider a ticket is of.
    let mut keeper = scenario.keeper();
    let Turn::Send(_, ticket) = keeper.poll(&scenario.client, at(4000), Duration::ZERO) else { panic!() };
    assert_eq!(format!("{ticket:?}"), format!("Ticket {{ sent_at: {:?}, .. }}", at(4000)));
}

/// What hides itself says what it is, so that a log line can be read.
#[test]
fn hidden_values_say_what_they_are() {
    let shown = |value: &dyn Debug| format!("{value:?}");
    assert_eq!(shown(&Secret::from("s3cret")), "Secret(redacted)");
    assert_eq!(shown(&entropy()), "Entropy(redacted)");
    assert_eq!(shown(&Callback::url("/cb?code=C#x")), "Callback(7 bytes, redacted)");
    // A scope is no secret.
    let scope = Scope::new(["read", "write"]).unwrap();
    assert_eq!((shown(&scope), scope.to_string()), (r#"Scope("read write")"#.into(), "read write".into()));
}
