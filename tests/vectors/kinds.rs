//! The one table from our errors to the vectors' kinds.

use oauth_proto::{
    ErrorCode, ErrorResponse, FinishError,
    challenge::ChallengeFault,
    device::PollingError,
    error::*,
    grant::Grant,
    metadata::{MetadataError, Unusable},
};

/// Our errors, and what the vectors call them: more than one name where they speak less exactly than we do. One without
/// a kind has none there that says the same.
const TABLE: &[(&str, &[&str])] = &[
    ("CallbackFault::StateMissing", &["state_missing"]),
    ("CallbackFault::StateMismatch", &["state_mismatch"]),
    ("CallbackFault::IssuerMissing", &["issuer_missing"]),
    ("CallbackFault::IssuerMismatch", &["issuer_mismatch"]),
    ("CallbackFault::Empty", &["missing_code"]),
    ("CallbackFault::RedirectUri", &[]),
    ("CallbackFault::ResponseMode", &[]),
    ("CallbackFault::TooLong", &[]),
    ("CallbackFault::TooManyParameters", &[]),
    // The server says no, and something beside it: nothing is made of that.
    ("CallbackFault::Contradiction", &["server_error"]),
    ("CallbackFault::Repeated", &["duplicate_parameter"]),
    ("CallbackFault::Malformed", &["malformed_parameter"]),
    ("CallbackFault::Unexpected(\"response\")", &["unexpected_jarm", "unexpected_parameter"]),
    ("CallbackFault::Unexpected", &["unexpected_parameter"]),
    ("CallbackError::Refused", &["server_error"]),
    ("CallbackError::TooLate", &[]),
    ("ErrorResponse with a code", &["server_error"]),
    ("ErrorResponse without a code", &["unexpected_status"]),
    ("Doubt::UnexpectedStatus", &["unexpected_status"]),
    ("AnswerFault::TooLarge", &["body_too_large"]),
    ("AnswerFault::TooDeep", &[]),
    ("AnswerFault::TooManyMembers", &[]),
    ("AnswerFault::ContentType", &["unexpected_content_type"]),
    ("AnswerFault::NotJson", &["invalid_json"]),
    ("AnswerFault::NotAnObject", &["invalid_json_shape"]),
    ("AnswerFault::NotAForm", &[]),
    ("AnswerFault::Repeated", &["duplicate_member", "duplicate_field", "duplicate_parameter"]),
    ("AnswerFault::Missing", &["missing_field"]),
    ("AnswerFault::Malformed", &["invalid_field"]),
    ("AnswerFault::Contradiction", &["server_error"]),
    ("AnswerFault::TokenType", &["unsupported_token_type"]),
    ("ChallengeFault::Empty", &[]),
    ("ChallengeFault::Malformed", &[]),
    ("ChallengeFault::Repeated", &["duplicate_parameter"]),
    ("ChallengeFault::TooMany", &[]),
    ("ChallengeFault::TooLong", &[]),
    ("MetadataError::OtherIssuer", &["issuer_mismatch"]),
    ("MetadataError::OtherResource", &["resource_mismatch"]),
    ("Unusable", &[]),
    ("PollError::Expired", &["expired"]),
    ("PollError::Expired", &["expired"]),
    ("RequestFault::SecretRequired", &["client_auth_required"]),
    ("Reason::NotHttps", &["insecure_url"]),
    ("Reason::ReservedName, in an endpoint's query", &["duplicate_parameter"]),
    ("Reason::ReservedName", &["reserved_parameter"]),
    ("Reason::Repeated", &["duplicate_parameter"]),
    ("Reason of an endpoint", &["invalid_endpoint", "invalid_field"]),
    ("Reason of a redirect URI", &["invalid_redirect_uri", "invalid_field"]),
    ("Reason of an issuer", &["invalid_issuer", "invalid_field"]),
    ("Reason of a resource", &["invalid_resource", "invalid_field"]),
    ("Reason of a scope", &["invalid_scope", "invalid_field", "malformed_parameter"]),
    ("Reason::SecretRequired", &["client_auth_required"]),
    ("Reason::Missing", &["missing_field"]),
    ("Reason of a value", &["invalid_field", "malformed_parameter"]),
];

/// What is not in the table.
const ANOTHER: &str = "error that the table of kinds does not have";

/// The kinds of one of our errors.
pub fn of(error: &str) -> &'static [&'static str] {
    TABLE.iter().find(|(name, _)| *name == error).map_or(&[], |(_, kinds)| kinds)
}

pub fn all() -> impl Iterator<Item = &'static str> {
    TABLE.iter().flat_map(|(_, kinds)| kinds.iter().copied())
}

pub fn of_callback<W>(error: &CallbackError<W>) -> &'static str {
    match error {
        CallbackError::NotOurs { fault, .. } => match fault {
            CallbackFault::StateMissing => "CallbackFault::StateMissing",
            CallbackFault::StateMismatch => "CallbackFault::StateMismatch",
            CallbackFault::IssuerMissing => "CallbackFault::IssuerMissing",
            CallbackFault::IssuerMismatch => "CallbackFault::IssuerMismatch",
            CallbackFault::RedirectUri => "CallbackFault::RedirectUri",
            CallbackFault::ResponseMode => "CallbackFault::ResponseMode",
            CallbackFault::Empty => "CallbackFault::Empty",
            CallbackFault::TooLong => "CallbackFault::TooLong",
            CallbackFault::TooManyParameters => "CallbackFault::TooManyParameters",
            CallbackFault::Contradiction => "CallbackFault::Contradiction",
            CallbackFault::Repeated(_) => "CallbackFault::Repeated",
            CallbackFault::Malformed(_) => "CallbackFault::Malformed",
            CallbackFault::Unexpected("response") => "CallbackFault::Unexpected(\"response\")",
            CallbackFault::Unexpected(_) => "CallbackFault::Unexpected",
            _ => ANOTHER,
        },
        CallbackError::Refused { .. } => "CallbackError::Refused",
        CallbackError::TooLate { .. } => "CallbackError::TooLate",
        CallbackError::Unusable { fault, .. } => of_answer(*fault),
        CallbackError::WrongClient { .. } => ANOTHER,
    }
}

pub fn of_finish<G: Grant>(error: &FinishError<G>) -> &'static str {
    match error {
        FinishError::Refused { response, .. } | FinishError::Dead { response, .. } => of_refusal(response),
        FinishError::InDoubt { doubt, .. } => of_doubt(doubt),
        FinishError::Untrusted { fault, .. } => of_answer(*fault),
        FinishError::NotSent { .. } => ANOTHER,
    }
}

/// Of an endpoint that issues no tokens.
pub fn of_endpoint(fault: &EndpointFault) -> &'static str {
    match fault {
        EndpointFault::Refused(response) => of_refusal(response),
        EndpointFault::Unreadable(fault) => of_answer(*fault),
        _ => ANOTHER,
    }
}

/// Of a poll with a device code.
pub fn of_polling(error: &PollingError) -> &'static str {
    match error {
        PollingError::Refused { response, .. } => of_refusal(response),
        PollingError::InDoubt { doubt, .. } => of_doubt(doubt),
        PollingError::Untrusted { fault, .. } => of_answer(*fault),
    }
}

pub fn of_doubt(doubt: &Doubt) -> &'static str {
    match doubt {
        Doubt::ServerFailed(response) => of_refusal(response),
        Doubt::UnexpectedStatus(_) => "Doubt::UnexpectedStatus",
        Doubt::Unreadable(fault) => of_answer(*fault),
        _ => ANOTHER,
    }
}

pub fn of_refusal(response: &ErrorResponse) -> &'static str {
    match response.code {
        ErrorCode::Unstated => "ErrorResponse without a code",
        _ => "ErrorResponse with a code",
    }
}

fn of_answer(fault: AnswerFault) -> &'static str {
    match fault {
        AnswerFault::TooLarge => "AnswerFault::TooLarge",
        AnswerFault::TooDeep => "AnswerFault::TooDeep",
        AnswerFault::TooManyMembers => "AnswerFault::TooManyMembers",
        AnswerFault::ContentType => "AnswerFault::ContentType",
        AnswerFault::NotJson => "AnswerFault::NotJson",
        AnswerFault::NotAnObject => "AnswerFault::NotAnObject",
        AnswerFault::NotAForm => "AnswerFault::NotAForm",
        AnswerFault::Repeated => "AnswerFault::Repeated",
        AnswerFault::Missing(_) => "AnswerFault::Missing",
        AnswerFault::Malformed(_) => "AnswerFault::Malformed",
        AnswerFault::Contradiction => "AnswerFault::Contradiction",
        AnswerFault::TokenType => "AnswerFault::TokenType",
        _ => ANOTHER,
    }
}

pub fn of_metadata(error: &MetadataError) -> &'static str {
    match error {
        MetadataError::Answer(EndpointFault::Refused(response)) => of_refusal(response),
        MetadataError::Answer(EndpointFault::Unreadable(fault)) => of_answer(*fault),
        MetadataError::OtherIssuer(_) => "MetadataError::OtherIssuer",
        MetadataError::OtherResource(_) => "MetadataError::OtherResource",
        _ => ANOTHER,
    }
}

pub fn of_unusable(unusable: &Unusable) -> &'static str {
    match unusable {
        Unusable::Invalid(error) => of_config(error),
        _ => "Unusable",
    }
}

pub fn of_request(fault: RequestFault) -> &'static str {
    match fault {
        RequestFault::SecretRequired => "RequestFault::SecretRequired",
        _ => ANOTHER,
    }
}

pub fn of_challenge(fault: ChallengeFault) -> &'static str {
    match fault {
        ChallengeFault::Empty => "ChallengeFault::Empty",
        ChallengeFault::Malformed => "ChallengeFault::Malformed",
        ChallengeFault::Repeated => "ChallengeFault::Repeated",
        ChallengeFault::TooMany => "ChallengeFault::TooMany",
        ChallengeFault::TooLong => "ChallengeFault::TooLong",
        _ => ANOTHER,
    }
}

/// What is refused before anything is sent: by the reason, or by the field.
pub fn of_config(error: &ConfigError) -> &'static str {
    match (error.reason(), error.field()) {
        (Reason::NotHttps, _) => "Reason::NotHttps",
        (Reason::ReservedName, field) if field.ends_with("_endpoint") => "Reason::ReservedName, in an endpoint's query",
        (Reason::ReservedName, _) => "Reason::ReservedName",
        (Reason::Repeated, _) => "Reason::Repeated",
        (Reason::SecretRequired, _) => "Reason::SecretRequired",
        (Reason::Missing, _) => "Reason::Missing",
        (_, field) if field.ends_with("_endpoint") => "Reason of an endpoint",
        (_, "redirect_uri") => "Reason of a redirect URI",
        (_, "issuer") => "Reason of an issuer",
        (_, "resource") => "Reason of a resource",
        (_, "scope") => "Reason of a scope",
        _ => "Reason of a value",
    }
}
