//! Values by themselves: secrets, requests, responses, and what a client is made of.

use oauth_proto::{
    AnyClient, AuthorizationDetails, Authorized, Callback, Client, CodeVerifier, Header, Keeper, Limits, Method,
    Outcome, RedirectUri, Refreshable, Registration, Request, Response, Scope, Secret, Standing, Timestamp,
    challenge::Challenged,
    dialect::{BasicEncoding, BodyFormat, ClientAuthentication, TokenForm},
};

use crate::{
    endings,
    secrets::{self, ACCESS_TOKEN, BODY, CLIENT_SECRET, CODE, PARAMETER, PASSWORD, USERNAME},
    shown::Shown,
    stage::{at, client, client_with, imported, provider, redirect_uri, registration},
};

fn authorized() -> Authorized<Refreshable> {
    let Standing::Authorized(authorized) = imported(&client()).at(at(0)) else { panic!() };
    authorized
}

pub fn show(shown: &mut Shown) {
    for (_, secret) in secrets::all() {
        let Ok(text) = String::from_utf8(secret) else { continue };
        shown.debug(&Secret::from(text.as_str()));
        shown.debug(&Some(Secret::from(text)));
    }
    let verifier = CodeVerifier::new(&secrets::verifier()).unwrap();
    shown.debug(&verifier);
    shown.debug(&verifier.challenge());
    shown.debug(&secrets::entropy());
    shown.serialize(&at(0));
    shown.serialize(&Timestamp::from_unix_seconds(7));
    shown.display(&Scope::new(["read"]).unwrap());
    shown.serialize(&Scope::new(["read"]).unwrap());
    shown.serialize(&redirect_uri());
    shown.serialize(&registration());

    let target = format!("/cb?code={CODE}&state={}#access_token={ACCESS_TOKEN}", secrets::state());
    for callback in [Callback::url(&target), Callback::query(&target), Callback::fragment(&target)] {
        shown.debug(&callback);
    }
    let response = || Response::new(200, [("Set-Cookie", BODY), (BODY, BODY)], BODY);
    shown.state(&response());
    shown.state(&Outcome::from(response()));
    shown.state(&Outcome::not_sent("dns"));
    shown.state(&Outcome::lost("reset"));
    // What an API asks for is not what the body says.
    let response = Response::new(401, [("WWW-Authenticate", r#"Bearer error="odd", Basic realm="api""#)], BODY);
    for field in
        ["Bearer error=insufficient_user_authentication, max_age=5", "Bearer error=insufficient_scope", "Bearer"]
    {
        let response = Response::new(401, [("WWW-Authenticate", field)], BODY);
        shown.state(&authorized().challenged(&client(), &response));
        let mut keeper = Keeper::new(authorized().into_token_set());
        shown.state(&keeper.challenged(&ACCESS_TOKEN.into(), &client(), &response));
        if let Challenged::StepUp { step_up, .. } = authorized().challenged(&client(), &response) {
            shown.debug(&step_up);
        }
    }
    shown.state(&authorized().challenged(&client(), &Response::new(200, [("", ""); 0], BODY)));
    let hidden =
        AuthorizationDetails::of(&[std::collections::BTreeMap::from([("type", "x"), ("y", PARAMETER)])]).unwrap();
    assert!(hidden.as_json().contains(PARAMETER));
    shown.debug(&hidden);
    shown.serialize(&AuthorizationDetails::from_json(r#"[{"type":"x"}]"#).unwrap());
    let challenges = response.challenges(&Limits::default()).unwrap();
    shown.display(&challenges);
    let broken = Response::new(401, [("WWW-Authenticate", format!("Bearer {BODY}\u{7}"))], BODY);
    shown.error(&broken.challenges(&Limits::default()).unwrap_err());
    for challenge in challenges.iter() {
        shown.display(challenge);
        challenge.error().iter().for_each(|code| shown.display(code));
    }

    shown.debug(&client());
    shown.debug(&AnyClient::from(client()));
    shown.debug(&Client::public(provider(), registration()).unwrap());
    requests(shown);
    refused(shown);
}

/// Each body and each proof: some have the secrets in the URL.
fn requests(shown: &mut Shown) {
    for body in [BodyFormat::Form, BodyFormat::Json, BodyFormat::Query] {
        for proof in [
            ClientAuthentication::Basic,
            ClientAuthentication::Body,
            ClientAuthentication::BasicAndBody,
            ClientAuthentication::SecretAsBasicUser,
        ] {
            for encoding in [BasicEncoding::Form, BasicEncoding::None] {
                let client = client_with(|provider| {
                    let step = &mut provider.dialect.token;
                    (step.body, step.client_authentication, step.basic_encoding) = (body, proof, encoding);
                    // `Basic` without encoding has no name with a colon, and a method without a body a query.
                    step.method = if body == BodyFormat::Query { Method::Get } else { Method::Post };
                });
                let password = || client.password().unwrap();
                shown.state(&password());
                let (sent, flight) = password().request(USERNAME, &PASSWORD.into(), at(0)).unwrap();
                // The secrets are in it, or nothing is shown by not showing them.
                let everything = format!("{} {}", sent.url(), String::from_utf8_lossy(sent.expose_body()));
                assert!(everything.contains("Wv3Ru7Sx1Tz5") && !sent.headers().is_empty());
                request(shown, sent);
                shown.state(&flight);
            }
        }
    }
    for form in [TokenForm::Token, TokenForm::BasicUser] {
        let client = client_with(|provider| {
            provider.dialect.presentation.form = form;
            if form == TokenForm::BasicUser {
                provider.dialect.presentation.scheme = Some("Basic".into());
            }
        });
        let header = oauth_proto::Keeper::new(imported(&client)).header_for(&client, "https://api.example/", at(0));
        shown.debug::<Header>(&header.unwrap());
    }
}

pub fn request(shown: &mut Shown, request: Request) {
    shown.state(&request);
    shown.debug(&request.contract().clone());
    request.headers().iter().for_each(|header| shown.debug(header));
    shown.debug(&request.into_parts());
}

/// What a secret is given to by mistake says nothing of it.
fn refused(shown: &mut Shown) {
    endings::config(shown, &CodeVerifier::new(CODE).unwrap_err());
    endings::config(shown, &CodeVerifier::new(&format!("{CODE}\n{CODE}")).unwrap_err());
    endings::config(shown, &RedirectUri::new(CODE).unwrap_err());
    endings::config(shown, &RedirectUri::new(format!("https://user:{PASSWORD}@app.example/")).unwrap_err());
    endings::config(shown, &RedirectUri::new(format!("https://app.example/#{ACCESS_TOKEN}")).unwrap_err());
    endings::config(shown, &RedirectUri::new(format!("http://app.example/{ACCESS_TOKEN}")).unwrap_err());
    endings::config(shown, &Scope::new([format!("{ACCESS_TOKEN}\n")]).unwrap_err());
    endings::config(shown, &Scope::new((0..300).map(|at| format!("{ACCESS_TOKEN}{at}"))).unwrap_err());
    endings::config(shown, &Registration::new(format!("{CLIENT_SECRET}\n")).unwrap_err());
    let token = |end: &str| Secret::from(format!("{ACCESS_TOKEN}{end}"));
    endings::config(shown, &client().import_access_token_from_elsewhere(token("\n"), None).unwrap_err());
    endings::config(
        shown,
        &client().import_refreshable_tokens_from_elsewhere(token(""), token("\u{7F}"), None).unwrap_err(),
    );
    let mut tokens = imported(&client());
    endings::config(shown, &tokens.add_extra_from_elsewhere(&client(), "hook", &format!("{BODY}\n")).unwrap_err());
    endings::config(shown, &tokens.add_extra_from_elsewhere(&client(), "other", BODY).unwrap_err());
    endings::config(shown, &tokens.add_extra_from_elsewhere(&client(), "team.hook", &BODY.repeat(300)).unwrap_err());
    let login = || client().authorization_code().unwrap();
    endings::config(shown, &login().parameter("hint", &format!("{BODY}\n")).unwrap_err());
    endings::config(shown, &login().parameter("state", BODY).unwrap_err());
    endings::config(shown, &login().application_state(&format!("{BODY}\n")).unwrap_err());
    endings::config(shown, &login().return_to(&BODY.repeat(200)).unwrap_err());
}
