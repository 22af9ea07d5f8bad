//! Sessions that are checked and ended.

use oauth_proto::{Response, Standing, dialect::BodyFormat};

use crate::{
    endings,
    shown::Shown,
    stage::{at, client_with, each_outcome, imported, other_client},
    values,
};

pub fn show(shown: &mut Shown) {
    for body in [BodyFormat::Form, BodyFormat::Json, BodyFormat::Query] {
        for query_parameter in [None, Some("token")] {
            let client = client_with(|provider| {
                provider.revocation.iter_mut().for_each(|logout| logout.body = body);
                provider.dialect.presentation.query_parameter = query_parameter.map(String::from);
            });
            let (request, logout) = imported(&client).revoke(&client).unwrap();
            values::request(shown, request);
            shown.state(&logout);
            let Standing::Authorized(authorized) = imported(&client).at(at(0)) else { panic!() };
            each_outcome(|outcome| match imported(&client).revoke(&client).unwrap().1.finish(outcome) {
                Ok(intent) => shown.serialize(&intent),
                Err(error) => {
                    shown.error(&error);
                    endings::endpoint(shown, error.fault());
                    shown.state(&error.into_origin());
                }
            });
            each_outcome(|outcome| match imported(&client).revoke_access_token(&client).unwrap().1.finish(outcome) {
                Ok(expired) => shown.state(&expired),
                Err(error) => shown.state(&error.into_origin()),
            });
            shown.state(&imported(&client).revoke_access_token(&client).unwrap().1);
            let (request, introspecting) = authorized.introspect(&client).unwrap();
            values::request(shown, request);
            shown.state(&introspecting);
            for body in [r#"{"active":true,"sub":"alice"}"#, r#"{"active":7}"#] {
                let answer = Response::new(200, [("Content-Type", "application/json")], body);
                match authorized.introspect(&client).unwrap().1.finish(answer.into()) {
                    Ok(state) => shown.state(&state),
                    Err(fault) => endings::endpoint(shown, &fault),
                }
            }
            each_outcome(|outcome| {
                let (request, checking) = authorized.check(&client, "me").unwrap();
                values::request(shown, request);
                shown.state(&checking);
                match checking.finish(outcome) {
                    Ok(validity) => shown.state(&validity),
                    Err(fault) => endings::endpoint(shown, &fault),
                }
            });
            shown.error(&authorized.check(&client, "stranger").unwrap_err());
            endings::request(shown, imported(&client).revoke(&other_client()).unwrap_err());
        }
    }
}
