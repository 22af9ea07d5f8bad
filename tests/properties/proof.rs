//! How a client proves itself: the secret stands where the dialect says, and nowhere else.

use base64::{Engine, engine::general_purpose::STANDARD};
use oauth_proto::{
    Client, Registration, Request,
    dialect::{BasicEncoding, BodyFormat, ClientAuthentication},
};
use proptest::{prelude::*, sample::select};
use url::form_urlencoded;

use crate::{
    SECRET, VSCHARS,
    scenario::{self, at},
    wire::{any_format, client_with, form, members},
};

/// The user name and the password of HTTP Basic; none where there is no such header.
fn basic(request: &Request) -> Option<(String, String)> {
    let header = request.headers().iter().find(|header| header.name() == "Authorization")?;
    let pair = STANDARD.decode(header.expose_value().strip_prefix("Basic ").unwrap()).unwrap();
    // RFC 7617 section 2: the first colon ends the user name.
    let (user, password) = std::str::from_utf8(&pair).unwrap().split_once(':').unwrap();
    Some((user.to_owned(), password.to_owned()))
}

fn form_decoded(text: &str) -> String {
    assert!(!text.contains(['&', ':', '=']), "{text}");
    form_urlencoded::parse(format!("x={text}").as_bytes()).next().unwrap().1.into_owned()
}

fn request(id: &str, secret: &str, authentication: ClientAuthentication, encoding: BasicEncoding) -> Option<Request> {
    let mut provider = scenario::provider();
    provider.dialect.token.client_authentication = authentication;
    provider.dialect.token.basic_encoding = encoding;
    // The header is refused where any step's is.
    provider.dialect.refresh.client_authentication = ClientAuthentication::Body;
    let client = Client::confidential(provider, Registration::new(id).unwrap(), secret.into()).ok()?;
    Some(client.client_credentials().unwrap().request(at(0)).unwrap().0)
}

fn any_authentication() -> impl Strategy<Value = ClientAuthentication> {
    use ClientAuthentication::{Basic, BasicAndBody, BasicAndClientId, Body, None, SecretAsBasicUser};
    select(vec![Basic, Body, BasicAndBody, BasicAndClientId, SecretAsBasicUser, None])
}

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn a_basic_header_decodes_to_the_id_and_the_secret(id in VSCHARS, secret in SECRET) {
        let request = request(&id, &secret, ClientAuthentication::Basic, BasicEncoding::Form).unwrap();
        let (user, password) = basic(&request).unwrap();
        prop_assert_eq!((form_decoded(&user), form_decoded(&password)), (id, secret));
    }

    #[test]
    fn a_basic_header_that_is_not_encoded_holds_the_id_and_the_secret_or_is_refused(
        id in "[ -~]{1,9}|[ -9;-~]{1,9}",
        secret in SECRET,
    ) {
        let request = request(&id, &secret, ClientAuthentication::Basic, BasicEncoding::None);
        prop_assert_eq!(
            request.and_then(|request| basic(&request)),
            Some((id.clone(), secret)).filter(|_| !id.contains(':'))
        );
    }

    #[test]
    fn a_secret_that_is_the_basic_user_has_no_password_beside_it(secret in SECRET, encoded in any::<bool>()) {
        let encoding = if encoded { BasicEncoding::Form } else { BasicEncoding::None };
        let request = request("app", &secret, ClientAuthentication::SecretAsBasicUser, encoding);
        match request.and_then(|request| basic(&request)) {
            Some((user, password)) if encoded => prop_assert_eq!((form_decoded(&user), &*password), (secret, "")),
            Some((user, password)) => prop_assert_eq!((user, &*password), (secret, "")),
            None => prop_assert!(!encoded && secret.contains(':')),
        }
    }

    #[test]
    fn the_id_and_the_secret_stand_where_the_dialect_says_and_nowhere_else(
        authentication in any_authentication(),
        format in any_format(),
        public in any::<bool>(),
        secret in "[A-Z]{20}",
    ) {
        use ClientAuthentication::{Basic, BasicAndBody, BasicAndClientId, Body, SecretAsBasicUser};
        let request = if public {
            let mut provider = scenario::provider();
            provider.dialect.token.body = format;
            provider.dialect.token.client_authentication = authentication;
            let client = Client::public(provider, scenario::registration()).unwrap();
            client.password().unwrap().request("ada", &"pa55".into(), at(0)).unwrap().0
        } else {
            let client = client_with(format, authentication, &secret);
            client.password().unwrap().request("ada", &"pa55".into(), at(0)).unwrap().0
        };
        let parameters = match format {
            BodyFormat::Json => members(request.expose_body()),
            BodyFormat::Query => form(request.url().split_once('?').unwrap().1),
            _ => form(std::str::from_utf8(request.expose_body()).unwrap()),
        };
        // RFC 6749 section 3.2.1: who proves nothing still says who it is.
        let id_in_body = public || !matches!(authentication, Basic | SecretAsBasicUser);
        let secret_in_body = !public && matches!(authentication, Body | BasicAndBody);
        let said = |name: &str| parameters.get(name).map(|value| value.as_str().unwrap());
        prop_assert_eq!(said("client_id"), id_in_body.then_some("app"));
        prop_assert_eq!(said("client_secret"), secret_in_body.then_some(&*secret));
        let expected = match authentication {
            _ if public => None,
            Basic | BasicAndBody | BasicAndClientId => Some(("app".to_owned(), secret.clone())),
            SecretAsBasicUser => Some((secret.clone(), String::new())),
            _ => None,
        };
        prop_assert_eq!(basic(&request), expected);
        // Nor in any other place: once among the parameters, or not at all.
        let (url, body) = (request.url(), std::str::from_utf8(request.expose_body()).unwrap());
        prop_assert_eq!(url.matches(&*secret).count() + body.matches(&*secret).count(), usize::from(secret_in_body));
    }
}
