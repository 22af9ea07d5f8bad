//! Invariant: what is asked for beyond a scope stands in each request of a login, once and in its order; a token is for
//! what it was narrowed to, and no request names what the login did not.

use super::{
    claims,
    input::{Input, Mode, open},
    scene::{self, CODE, at},
};
use crate::{
    AuthorizationDetails, AwaitingCode, Callback, Client, Confidential, FinishError, Granted, Refreshable, Request,
    Response, Standing, TokenSet, Unauthorized, grant::AuthorizationCode, stored,
};

const ISSUED: &str =
    r#"{"access_token":"tok3n-2YotnFZFEjr1z","refresh_token":"tok3n-tGzv3JOkF0XG5","token_type":"Bearer"}"#;

/// What the login asked for: a model of it.
#[derive(Default)]
struct Asked {
    resources: Vec<String>,
    details: Option<String>,
    /// What the token in hand is for, and what the next one is to be.
    narrowed: Option<String>,
    next: Option<String>,
}

/// See the invariant on the first line.
pub fn asking(data: &[u8]) {
    let Some(client) = scene::client(scene::provider()) else { return };
    let begun = claims::must(client.authorization_code(), "a login begins");
    match open(data) {
        Mode::Raw(bytes) => {
            let text = String::from_utf8_lossy(bytes);
            let mut asked = Asked::default();
            let login = text.lines().fold(begun, |login, line| asked.resource(login, &client, line));
            asked.walk(login, &client, &mut Input::new(&[]));
        }
        Mode::Built(mut input) => {
            let (mut asked, mut login) = (Asked::default(), begun);
            for _ in 0..input.below(6) {
                let name = name(&mut input);
                login = match input.byte() & 3 {
                    0 => asked.details(login, &client, &details(&mut input)),
                    1 => asked.narrow_login(login, &client, &name),
                    _ => asked.resource(login, &client, &name),
                };
            }
            asked.walk(login, &client, &mut input);
        }
    }
}

type Login = Unauthorized<AuthorizationCode>;

impl Asked {
    fn resource(&mut self, login: Login, client: &Client<Confidential>, name: &str) -> Login {
        // A login that was refused something is gone: the next asks for what was taken.
        match login.resource(name) {
            Ok(login) => {
                assert!(url::Url::parse(name).is_ok_and(|url| url.fragment().is_none()), "{name:?} is no absolute URI");
                if !self.resources.iter().any(|each| each == name) {
                    self.resources.push(name.to_owned());
                }
                login
            }
            Err(error) => {
                claims::error(&error, &[]);
                self.again(client)
            }
        }
    }

    fn details(&mut self, login: Login, client: &Client<Confidential>, json: &str) -> Login {
        let Ok(details) = AuthorizationDetails::from_json(json) else { return login };
        match login.authorization_details(details) {
            Ok(login) => {
                self.details = Some(json.to_owned());
                login
            }
            Err(error) => {
                claims::error(&error, &[]);
                self.again(client)
            }
        }
    }

    fn narrow_login(&mut self, login: Login, client: &Client<Confidential>, name: &str) -> Login {
        let known = self.resources.iter().any(|each| each == name);
        match login.narrow_to(name) {
            Ok(login) => {
                assert!(known, "{name:?} was not asked for");
                self.next = Some(name.to_owned());
                login
            }
            Err(error) => {
                assert!(!known, "{name:?} was asked for");
                claims::error(&error, &[]);
                self.again(client)
            }
        }
    }

    /// A login that asks for what was taken up to here.
    fn again(&self, client: &Client<Confidential>) -> Login {
        let mut login = claims::must(client.authorization_code(), "a login begins");
        for name in &self.resources {
            login = claims::must(login.resource(name), "it was taken before");
        }
        if let Some(json) = &self.details {
            let details = claims::must(AuthorizationDetails::from_json(json), "they were taken before");
            login = claims::must(login.authorization_details(details), "they were taken before");
        }
        if let Some(name) = &self.next {
            login = claims::must(login.narrow_to(name), "it was taken before");
        }
        login
    }

    fn walk(mut self, login: Login, client: &Client<Confidential>, input: &mut Input<'_>) {
        let (url, awaiting) = login.authorize(scene::entropy(), at(0));
        let url = claims::must(url::Url::parse(url.as_str()), "a URL");
        self.names(url.query().unwrap_or_default().as_bytes(), None, true);

        let mut tokens = self.exchange(awaiting, client);
        for _ in 0..input.below(16) {
            tokens = self.step(tokens, client, input);
        }
    }

    /// The code comes, and tokens for it.
    fn exchange(&mut self, awaiting: AwaitingCode, client: &Client<Confidential>) -> TokenSet<Refreshable> {
        let row = claims::kept(&awaiting);
        let awaiting: AwaitingCode = claims::must(stored::load(row.as_bytes()), "what was stored loads");
        let callback = format!("code={CODE}&state={}", scene::STATE);
        let received = awaiting.receive(client, Callback::query(&callback), at(1));
        let (request, flight) = claims::must(received, "a code is received");
        let wanted = self.asks(&request);
        let granted = claims::must(flight.finish(scene::answer(ISSUED)), "tokens are issued");
        let Granted::Refreshable(authorized) = granted else { unreachable!("there is a refresh token") };
        self.narrowed = wanted;
        authorized.into_token_set()
    }

    /// What the request says that its token is to be for: that is what was wanted.
    fn asks(&mut self, request: &Request) -> Option<String> {
        let wanted = self.next.take().or(self.narrowed.take());
        self.names(request.expose_body(), wanted.as_deref(), false);
        wanted
    }

    fn step(
        &mut self,
        mut tokens: TokenSet<Refreshable>,
        client: &Client<Confidential>,
        input: &mut Input<'_>,
    ) -> TokenSet<Refreshable> {
        match input.byte() & 3 {
            0 => {
                let name = match self.resources.get(input.below(8)) {
                    Some(known) => known.clone(),
                    None => name(input),
                };
                let known = self.resources.contains(&name);
                match tokens.narrow_to(&name) {
                    Ok(()) => {
                        assert!(known, "{name:?} was not asked for");
                        self.next = Some(name);
                    }
                    Err(error) => {
                        assert!(!known, "{name:?} was asked for");
                        claims::error(&error, &[]);
                    }
                }
            }
            1 => {
                let Standing::Authorized(authorized) = tokens.at(at(10)) else { unreachable!("they have no end") };
                let (request, flight) = claims::must(authorized.refresh(client, at(10)), "a refresh is sent");
                let before = (self.narrowed.clone(), self.next.clone());
                let wanted = self.asks(&request);
                if input.rarely(4) {
                    let refused = Response::new(400, scene::JSON, "{\"error\":\"invalid_request\"}");
                    let Err(FinishError::Refused { origin, .. }) = flight.finish(refused.into()) else {
                        unreachable!("nothing was spent")
                    };
                    tokens = *origin;
                    (self.narrowed, self.next) = before;
                } else {
                    tokens = claims::must(flight.finish(scene::answer(ISSUED)), "tokens are issued").into_token_set();
                    self.narrowed = wanted;
                }
            }
            2 => {
                tokens = claims::must(stored::load(claims::kept(&tokens).as_bytes()), "what was stored loads");
            }
            _ => {
                // The user is asked again, for the same.
                self.next = self.next.take().or(self.narrowed.take());
                let begun = claims::must(client.authorization_code(), "a login begins");
                let (_, awaiting) = tokens.into_intent().again(begun).authorize(scene::entropy(), at(0));
                tokens = self.exchange(awaiting, client);
            }
        }
        self.holds(&tokens);
        tokens
    }

    fn holds(&self, tokens: &TokenSet<Refreshable>) {
        match &self.narrowed {
            Some(one) => assert!(tokens.resources().eq([one.as_str()])),
            None => assert!(tokens.resources().eq(self.resources.iter().map(String::as_str))),
        }
    }

    fn names(&self, form: &[u8], narrowed: Option<&str>, login: bool) {
        let (mut resources, mut details) = (Vec::new(), None);
        for (name, value) in url::form_urlencoded::parse(form) {
            match &*name {
                "resource" => resources.push(value.into_owned()),
                "authorization_details" => assert_eq!(details.replace(value.into_owned()), None, "once"),
                _ => {}
            }
        }
        match narrowed {
            Some(one) => assert_eq!(resources, [one]),
            None => assert_eq!(resources, self.resources),
        }
        assert_eq!(details, self.details.clone().filter(|_| login), "details are said to the user's browser");
    }
}

fn name(input: &mut Input<'_>) -> String {
    let known = ["https://api.example/", "urn:example:files", "urn:example:mail", "https://api.example/#a", "api", ""];
    match input.byte() & 3 {
        0 => input.text(24),
        1 => format!("urn:example:{}", input.text(8)),
        _ => input.pick(known).to_owned(),
    }
}

fn details(input: &mut Input<'_>) -> String {
    let known =
        ["[{\"type\":\"payment\"}]", "[{\"type\":\"a\"},{\"type\":\"b\",\"x\":[1]}]", "[]", "[{}]", "{\"type\":\"a\"}"];
    if input.rarely(4) { input.text(40) } else { input.pick(known).to_owned() }
}
