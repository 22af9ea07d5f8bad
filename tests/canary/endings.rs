//! Errors of each kind, with what is inside them.

use std::fmt::Debug;

use oauth_proto::{
    CallbackError, ConfigError, ErrorResponse, FinishError, InFlight, Outcome, RenewalError, Request, RequestError,
    error::{Doubt, EndpointFault},
    grant::Grant,
    observe::Observe,
};

use crate::{shown::Shown, stage, values};

/// Each ending of a request.
pub fn each<G: Grant>(shown: &mut Shown, make: impl Fn() -> (Request, InFlight<G>)) {
    let (request, flight) = make();
    values::request(shown, request);
    shown.state(&flight);
    let (mut good, mut bad) = (0, 0);
    stage::each_outcome(|outcome| match make().1.finish(outcome) {
        Ok(issued) => {
            shown.debug(&issued);
            good += 1;
        }
        Err(error) => {
            finish(shown, &error);
            shown.debug(&error.remedy());
            bad += 1;
            if let FinishError::InDoubt { in_doubt, .. } = error {
                shown.state(&*in_doubt);
                shown.debug(&in_doubt.assume_unspent());
            }
        }
    });
    assert!(good > 0 && bad > 100, "{good} good endings and {bad} bad ones");
    if let Err(FinishError::InDoubt { in_doubt, .. }) = make().1.finish(Outcome::lost("reset")) {
        shown.debug(&in_doubt.assume_spent());
    }
}

pub fn finish<G: Grant>(shown: &mut Shown, error: &FinishError<G>) {
    shown.error(error);
    match error {
        FinishError::NotSent { origin, .. } => shown.debug(&**origin),
        FinishError::Refused { response, origin } => {
            self::response(shown, response);
            shown.debug(&**origin);
        }
        FinishError::Dead { response, remains } => {
            self::response(shown, response);
            shown.debug(&**remains);
        }
        FinishError::InDoubt { doubt, .. } => self::doubt(shown, doubt),
        FinishError::Untrusted { fault, remains } => {
            shown.display(fault);
            shown.debug(&**remains);
        }
    }
}

fn doubt(shown: &mut Shown, doubt: &Doubt) {
    shown.display(doubt);
    match doubt {
        Doubt::ServerFailed(response) => self::response(shown, response),
        Doubt::Unreadable(fault) => shown.display(fault),
        _ => {}
    }
}

pub fn response(shown: &mut Shown, response: &ErrorResponse) {
    shown.display(response);
    shown.serialize(response);
    shown.serialize(&response.code);
    shown.serialize(&response.remedy());
}

pub fn callback<W: Debug>(shown: &mut Shown, error: CallbackError<W>)
where
    CallbackError<W>: Observe,
{
    shown.error(&error);
    match &error {
        CallbackError::NotOurs { fault, claimed, .. } => {
            shown.error(fault);
            claimed.iter().for_each(|claimed| response(shown, claimed));
        }
        CallbackError::Refused { response, .. } => self::response(shown, response),
        CallbackError::Unusable { fault, .. } => shown.display(fault),
        CallbackError::WrongClient { .. } | CallbackError::TooLate { .. } => {}
    }
    error.into_awaiting().iter().for_each(|awaiting| shown.debug(awaiting));
}

pub fn renewal(shown: &mut Shown, error: &RenewalError) {
    shown.error(error);
    match error {
        RenewalError::Refused(response) | RenewalError::Dead(response) | RenewalError::ClientRefused(response) => {
            self::response(shown, response);
        }
        RenewalError::InDoubt(doubt) => self::doubt(shown, doubt),
        RenewalError::Untrusted(fault) | RenewalError::ClientUntrusted(fault) => shown.display(fault),
        RenewalError::ForeignTicket { ticket, outcome } => {
            shown.debug(&**ticket);
            shown.state(&**outcome);
        }
        _ => {}
    }
}

pub fn request<S: Debug>(shown: &mut Shown, error: RequestError<S>)
where
    RequestError<S>: Observe,
{
    shown.error(&error);
    shown.error(&error.fault());
    shown.debug(&error.into_origin());
}

pub fn config(shown: &mut Shown, error: &ConfigError) {
    shown.error(error);
    shown.display(error.reason());
}

pub fn endpoint(shown: &mut Shown, fault: &EndpointFault) {
    shown.error(fault);
}
