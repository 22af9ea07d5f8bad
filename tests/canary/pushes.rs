//! Pushed authorization requests, and callbacks that came in the wrong way or to the wrong place.

use oauth_proto::{AuthorizationUrl, AwaitingCode, Callback, Outcome, RedirectUri, Response, par::Pushing};

use crate::{
    endings,
    secrets::{self, CODE, PARAMETER},
    shown::Shown,
    stage::{at, client_with, each_outcome},
    values,
};

/// It is good once, and with it the browser logs in to whatever was pushed.
const REFERENCE: &str = "urn:ietf:params:oauth:request_uri:bp.Rf3Sn5Tw7Uv9Xc2Yd4Ze6Ag8Bh0Cj2";

pub fn show(shown: &mut Shown) {
    let client = client_with(|provider| {
        provider.pushed_authorization_request_endpoint = Some("https://id.example/par".into());
    });
    let login = || client.pushed_authorization_code().unwrap().parameter("hint", PARAMETER).unwrap();
    shown.state(&login());
    let push = || login().push(secrets::entropy(), at(0));
    let (request, pushing) = push();
    assert!(String::from_utf8_lossy(request.expose_body()).contains(&secrets::state()));
    values::request(shown, request);
    shown.state(&pushing);
    each_outcome(|outcome| ended(shown, push().1, outcome));
    let answered = |expires_in: &str| -> Outcome {
        let body = format!(r#"{{"request_uri":"{REFERENCE}","expires_in":{expires_in}}}"#);
        Response::new(201, [("Content-Type", "application/json")], body).into()
    };
    for expires_in in ["60", "0", "null", "\"x\"", "-1"] {
        ended(shown, push().1, answered(expires_in));
    }
    let late = push().1.finish(answered("60")).unwrap().authorize(at(60)).unwrap_err();
    endings::request(shown, late);

    // A callback of another server's, and one that nobody asked for.
    let awaiting = || push().1.finish(answered("60")).unwrap().authorize(at(1)).unwrap().1;
    let good = format!("code={CODE}&state={}", secrets::state());
    let elsewhere = RedirectUri::new("https://app.example/elsewhere").unwrap();
    for callback in [Callback::query(&good).arrived_at(&elsewhere), Callback::form_post(&good)] {
        shown.debug(&callback);
        endings::callback(shown, awaiting().receive(&client, callback, at(2)).unwrap_err());
    }
}

fn ended(shown: &mut Shown, pushing: Pushing, outcome: Outcome) {
    match pushing.finish(outcome) {
        Ok(pushed) => {
            assert!(!format!("{pushed:?}").contains(REFERENCE));
            shown.state(&pushed);
            let (url, awaiting): (AuthorizationUrl, AwaitingCode) = pushed.authorize(at(1)).unwrap();
            assert!(!format!("{url:?}").contains("request_uri") && url.as_str().contains("request_uri"));
            shown.state(&url);
            shown.state(&awaiting);
        }
        Err(error) => {
            shown.error(&error);
            endings::endpoint(shown, error.fault());
            shown.state(&error.into_origin());
        }
    }
}
