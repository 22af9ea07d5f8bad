//! Sessions that are checked and ended.

use oauth_proto::{Standing, dialect::BodyFormat};

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
                provider.logout.iter_mut().for_each(|logout| logout.body = body);
                provider.dialect.presentation.query_parameter = query_parameter.map(String::from);
            });
            let (request, logout) = imported(&client).logout(&client).unwrap();
            values::request(shown, request);
            shown.debug(&logout);
            let Standing::Authorized(authorized) = imported(&client).at(at(0)) else { panic!() };
            each_outcome(|outcome| match imported(&client).logout(&client).unwrap().1.finish(outcome) {
                Ok(intent) => shown.serialize(&intent),
                Err(error) => {
                    shown.error(&error);
                    endings::endpoint(shown, error.fault());
                    shown.debug(&error.into_origin());
                }
            });
            each_outcome(|outcome| {
                let (request, checking) = authorized.check(&client, "me").unwrap();
                values::request(shown, request);
                shown.debug(&checking);
                match checking.finish(outcome) {
                    Ok(validity) => shown.debug(&validity),
                    Err(fault) => endings::endpoint(shown, &fault),
                }
            });
            shown.error(&authorized.check(&client, "stranger").unwrap_err());
            endings::request(shown, imported(&client).logout(&other_client()).unwrap_err());
        }
    }
}
