//! Devices without a browser: their codes, and the polls with them.

use oauth_proto::{
    Client, Confidential, Outcome, Request, Response,
    device::{AwaitingUser, PollError, Polled, Polling, PollingError},
    dialect::Kept,
};
use serde_json::{Value, json};

use crate::{
    endings,
    secrets::{BODY, DEVICE_CODE, PARAMETER, USER_CODE},
    shown::Shown,
    stage::{at, client_with, each_outcome},
    values,
};

fn client_of(name: &str) -> Client<Confidential> {
    client_with(|provider| {
        provider.name = name.into();
        provider.device_authorization_endpoint = Some("https://id.example/device".into());
    })
}

fn client() -> Client<Confidential> {
    client_of("example")
}

fn codes() -> Value {
    json!({
        "device_code": DEVICE_CODE,
        "user_code": USER_CODE,
        "verification_uri": "https://id.example/device",
        "verification_uri_complete": format!("https://id.example/device?user_code={USER_CODE}"),
        "expires_in": 1800,
    })
}

fn answer(body: &str) -> Outcome {
    Response::new(200, [("Content-Type", "application/json")], body).into()
}

pub fn awaiting() -> AwaitingUser {
    let (_, authorizing) = client().device_authorization().unwrap().request(at(0));
    authorizing.finish(answer(&codes().to_string()), at(0)).unwrap()
}

fn polling() -> (Request, Polling) {
    awaiting().poll(&client(), at(5)).unwrap()
}

pub fn show(shown: &mut Shown) {
    authorization(shown);
    waiting(shown);
    polls(shown);
}

fn authorization(shown: &mut Shown) {
    let login = || client().device_authorization().unwrap().parameter("hint", PARAMETER).unwrap();
    shown.state(&login());
    endings::config(shown, &login().parameter("hint", PARAMETER).unwrap_err());
    let (request, authorizing) = login().request(at(0));
    values::request(shown, request);
    shown.state(&authorizing);
    let mut finish = |outcome| match login().request(at(0)).1.finish(outcome, at(0)) {
        Ok(awaiting) => shown.state(&awaiting),
        Err(error) => {
            shown.error(&error);
            endings::endpoint(shown, error.fault());
            shown.state(&error.into_origin());
        }
    };
    each_outcome(&mut finish);
    for name in ["device_code", "user_code", "verification_uri", "verification_uri_complete", "expires_in", "interval"]
    {
        for secret in [DEVICE_CODE, USER_CODE, BODY] {
            for wrong in [
                json!(secret),
                json!(format!("{secret}\n")),
                json!(format!("https://{secret}@id.example/")),
                json!([secret]),
                json!({ secret: secret }),
                json!(7),
                Value::Null,
            ] {
                let mut body = codes();
                body[name] = wrong;
                finish(answer(&body.to_string()));
            }
        }
    }
}

fn waiting(shown: &mut Shown) {
    shown.state(&awaiting());
    let mut poll = |awaiting: AwaitingUser, client: &Client<Confidential>, now| {
        let error = awaiting.poll(client, at(now)).unwrap_err();
        shown.error(&error);
        shown.debug(&error.remedy());
        match error {
            PollError::TooEarly { awaiting, .. } => shown.state(&*awaiting),
            PollError::Expired { intent } => shown.state(&*intent),
            PollError::NotMade { awaiting, fault } => {
                shown.error(&fault);
                shown.state(&*awaiting);
            }
        }
    };
    poll(awaiting(), &client(), 4);
    poll(awaiting(), &client(), 1800);
    poll(awaiting(), &client_of("elsewhere"), 5);
    // A request that is made of what a callback brings.
    let with_callback = client_with(|provider| {
        provider.device_authorization_endpoint = Some("https://id.example/device".into());
        provider.dialect.callback.keep.insert("hook".into(), Kept::Text);
        provider.dialect.token.parameters.omit_unset = false;
    });
    poll(awaiting(), &with_callback, 5);
}

fn polls(shown: &mut Shown) {
    let (request, flight) = polling();
    values::request(shown, request);
    shown.state(&flight);
    let mut finish = |outcome| match polling().1.finish(outcome, at(6)) {
        Ok(polled) => {
            shown.state(&polled);
            match polled {
                Polled::Granted(granted) => shown.state(&granted),
                Polled::Pending(awaiting) => shown.state(&awaiting),
                Polled::Unanswered { awaiting, why } => {
                    endings::endpoint(shown, &why);
                    shown.state(&awaiting);
                }
            }
        }
        Err(error) => {
            shown.error(&error);
            shown.debug(&error.remedy());
            match error {
                PollingError::Refused { response, intent } => {
                    endings::response(shown, &response);
                    shown.state(&*intent);
                }
                PollingError::Untrusted { fault, intent } => {
                    shown.display(&fault);
                    shown.state(&*intent);
                }
                PollingError::InDoubt { doubt, awaiting } => {
                    shown.display(&doubt);
                    shown.state(&*awaiting);
                }
            }
        }
    };
    each_outcome(&mut finish);
    finish(answer(r#"{"error":"authorization_pending"}"#));
}
