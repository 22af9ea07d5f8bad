//! To and from the types of the `http` crate, both ways (feature `http`).

mod scenario;

use http::{HeaderName, HeaderValue, Uri, header};
use oauth_proto::{
    AuthorizationUrl, Callback, CallbackError, Confidential, Entropy, Granted, Method, RedirectUri, Response,
    dialect::Fragment,
    error::{CallbackFault, Reason},
};
use scenario::{Scenario, answer, at, entropy};

const FORM: &str = "application/x-www-form-urlencoded";

#[test]
fn a_response_goes_over_and_comes_back() {
    let fields = [
        ("Content-Type", "application/json"),
        ("Retry-After", "7"),
        ("WWW-Authenticate", "Basic realm=\"a\""),
        ("WWW-Authenticate", "Bearer error=\"invalid_token\""),
    ];
    let theirs = http::Response::<Vec<u8>>::try_from(Response::new(401, fields, "{\"a\":1}")).unwrap();
    assert_eq!((theirs.status().as_u16(), theirs.body().as_slice()), (401, b"{\"a\":1}".as_slice()));
    let names: Vec<_> = theirs.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    let lower = fields.map(|(name, value)| (name.to_ascii_lowercase(), value));
    assert_eq!(names, lower.iter().map(|(name, value)| (name.as_str(), *value)).collect::<Vec<_>>());

    let ours = Response::from(theirs);
    assert_eq!((ours.status(), ours.expose_body()), (401, b"{\"a\":1}".as_slice()));
    assert_eq!((ours.content_type(), ours.retry_after()), (Some("application/json"), Some("7")));
    assert_eq!(ours.www_authenticate().collect::<Vec<_>>(), [fields[2].1, fields[3].1]);
}

#[test]
fn a_response_that_http_cannot_have_is_refused() {
    let bare = [("", ""); 0];
    assert!(http::Response::try_from(Response::new(99, bare, "")).is_err());
    assert!(http::Response::try_from(Response::new(1000, bare, "")).is_err());
    assert!(http::Response::try_from(Response::new(200, [("Content-Type", "a\nb: c")], "")).is_err());
}

#[test]
fn methods_are_the_same_in_both() {
    for method in [Method::Get, Method::Post, Method::Put, Method::Delete] {
        let theirs = http::Method::from(method);
        assert_eq!((theirs.as_str(), Method::try_from(&theirs).unwrap()), (method.as_str(), method));
    }
    for stranger in [http::Method::HEAD, http::Method::PATCH, http::Method::from_bytes(b"get").unwrap()] {
        let error = Method::try_from(&stranger).unwrap_err();
        assert!(matches!(error.reason(), Reason::UnknownValue { known } if known.len() == 4), "{error}");
    }
}

#[test]
fn fields_that_hold_a_credential_are_sensitive_and_no_others() {
    let scenario = Scenario::<Confidential>::new();
    let (request, _flight) = scenario.client.client_credentials().unwrap().request(at(0)).unwrap();
    let mut seen = Vec::new();
    for field in request.headers() {
        let (name, value) = <(HeaderName, HeaderValue)>::try_from(field).unwrap();
        assert_eq!(
            (name.as_str(), value.to_str().unwrap()),
            (&*field.name().to_ascii_lowercase(), field.expose_value())
        );
        seen.push((name, value.is_sensitive()));
    }
    seen.sort_by(|one, other| one.0.as_str().cmp(other.0.as_str()));
    assert_eq!(seen, [(header::ACCEPT, false), (header::AUTHORIZATION, true), (header::CONTENT_TYPE, false)]);

    let converted = http::Request::<Vec<u8>>::try_from(request).unwrap();
    assert!(converted.headers()[header::AUTHORIZATION].is_sensitive());
    assert!(!format!("{:?}", converted.headers()).contains("Basic"));
}

/// A login whose callback is read off a request as a web server sees it.
fn login(form_post: bool) -> (Scenario<Confidential>, oauth_proto::AwaitingCode, String) {
    let scenario = Scenario::<Confidential>::new();
    let login = scenario.client.authorization_code().unwrap();
    let login = if form_post { login.form_post().unwrap() } else { login };
    let (_, awaiting) = login.authorize(entropy(), at(0));
    let pairs = format!("code=SplxlOBeZQQYbYS6WxSbIA&state={}", awaiting.state().expose());
    (scenario, awaiting, pairs)
}

#[test]
fn a_callback_is_read_off_an_address() {
    let (scenario, awaiting, pairs) = login(false);
    for stranger in ["/cb", "/cb?", "/cb?code=c&state=other", "https://app.example"] {
        let uri: Uri = stranger.parse().unwrap();
        assert!(!awaiting.matches(&scenario.client, Callback::from(&uri)));
    }
    let uri: Uri = format!("https://app.example/cb?{pairs}").parse().unwrap();
    let (_, flight) = awaiting.receive(&scenario.client, Callback::from(&uri), at(1)).unwrap();
    let granted = flight.finish(answer(200, r#"{"access_token":"A1","token_type":"Bearer"}"#)).unwrap();
    assert!(matches!(granted, Granted::AccessOnly(_)));
}

#[test]
fn a_callback_is_read_off_a_get_or_the_post_of_a_form_and_nothing_else() {
    let (scenario, awaiting, pairs) = login(true);
    let request = |method: &str, types: &[&str], body: &[u8]| {
        let mut request = http::Request::builder().method(method).uri(format!("/cb?{pairs}"));
        for each in types {
            request = request.header(header::CONTENT_TYPE, *each);
        }
        request.body(body.to_vec()).unwrap()
    };
    let body = pairs.as_bytes();
    let (upper, with) = (FORM.to_ascii_uppercase(), format!("{FORM}; charset=utf-8"));
    for (method, types) in [
        ("HEAD", [].as_slice()),
        ("PUT", &[FORM]),
        ("POST", &[]),
        ("POST", &["application/json"]),
        ("POST", &["text/plain"]),
        ("POST", &["multipart/form-data; boundary=x"]),
        ("POST", &[FORM, "text/plain"]),
    ] {
        let request = request(method, types, body);
        assert_eq!(Callback::try_from(&request).unwrap_err(), CallbackFault::Request, "{method} {types:?}");
    }
    let broken = request("POST", &[FORM], b"code=\xff");
    assert_eq!(Callback::try_from(&broken).unwrap_err(), CallbackFault::Malformed("form"));

    // A GET brings its query, which this login did not ask for.
    let get = request("GET", &[], b"");
    let error = awaiting.receive(&scenario.client, Callback::try_from(&get).unwrap(), at(1)).unwrap_err();
    let CallbackError::NotOurs { awaiting, fault: CallbackFault::ResponseMode, .. } = error else {
        panic!("{error}");
    };
    for types in [&[FORM], &[&*upper], &[&*with]] {
        let post = request("POST", types, body);
        assert!(awaiting.matches(&scenario.client, Callback::try_from(&post).unwrap()), "{types:?}");
    }
    let post = request("POST", &[FORM], body);
    assert!(awaiting.receive(&scenario.client, Callback::try_from(&post).unwrap(), at(1)).is_ok());
}

#[test]
fn redirect_uris_go_over_and_come_back_byte_for_byte() {
    for same in ["https://App.example:443/cb?a=%7e", "http://127.0.0.1:8080/", "app://host/cb"] {
        let uri = Uri::try_from(&RedirectUri::new(same).unwrap()).unwrap();
        assert_eq!(RedirectUri::try_from(&uri).unwrap().as_str(), same);
    }
    let native = RedirectUri::new("com.example.app:/cb").unwrap();
    assert_eq!(*Uri::try_from(&native).unwrap_err().reason(), Reason::NotAUrl);
    for no_redirect_uri in ["/cb", "http://app.example/cb", "https://user@app.example/cb", "app.example:80"] {
        let uri: Uri = no_redirect_uri.parse().unwrap();
        assert!(RedirectUri::try_from(&uri).is_err(), "{no_redirect_uri}");
    }
}

#[test]
fn the_browsers_url_goes_over_whole_or_not_at_all() {
    let url = |scenario: &Scenario<Confidential>| -> AuthorizationUrl {
        let entropy = Entropy::from_bytes([7; Entropy::BYTES]);
        scenario.client.authorization_code().unwrap().authorize(entropy, at(0)).0
    };
    let plain = Scenario::<Confidential>::new();
    assert_eq!(Uri::try_from(url(&plain)).unwrap().to_string(), url(&plain).as_str());
    let routed = Scenario::with(|provider| {
        provider.dialect.authorize.fragment = Some(Fragment::Suffix("top".into()));
    });
    assert!(url(&routed).as_str().ends_with("#top"));
    assert_eq!(*Uri::try_from(url(&routed)).unwrap_err().reason(), Reason::HasFragment);
}
