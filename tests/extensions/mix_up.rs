//! Mix-up attacks (RFC 9700 section 4.4): a client of two servers, one of them an attacker's, and a code of the honest one
//! that must not reach the other.

use oauth_proto::{
    AwaitingCode, Callback, CallbackError, Client, Confidential, Entropy, RedirectUri, Registration, Request,
    dialect::IssuerParameter, error::CallbackFault,
};
use oauth_proto_emulator::{ClientKind, Emulator, Exchange, Landing, ProviderTable, TestClient};

use crate::{
    scene::{Result, send},
    support::{now, on_loopback},
};

const HONEST: &str = "https://honest.invalid";
const ATTACKER: &str = "https://attacker.invalid";
/// Where both servers send the browser, if the client does not tell them apart so.
const SHARED: &str = "http://127.0.0.1:4180/cb";
const AT_HONEST: &str = "http://127.0.0.1:4180/cb/honest";
const AT_ATTACKER: &str = "http://127.0.0.1:4180/cb/attacker";
/// The client's ids at the two servers.
const AS_HONEST: &str = "app-at-honest";
const AS_ATTACKER: &str = "app-at-attacker";

/// How the browser gets from the login at the attacker's server to the honest one (section 4.4.1).
#[derive(Clone, Copy, Debug)]
enum Way {
    /// "Mix-Up": the user chooses the attacker's server, which sends the browser on.
    ByTheServer,
    /// "Mix-Up With Interception": the user chooses the honest server. Somebody on the wire changes the choice on its way to
    /// the client, and the client's redirect on its way back.
    ByInterception,
}

struct Attack {
    honest: Emulator,
    attacker: Emulator,
    /// The client, as each of the servers knows it.
    at_honest: Client<Confidential>,
    at_attacker: Client<Confidential>,
}

fn client(emulator: &Emulator, id: &str, issuer: Option<&str>, redirect_uri: &str) -> Client<Confidential> {
    let mut provider = oauth_proto::Provider::new(id, "https://plain.invalid/authorize", "https://plain.invalid/token")
        .api_origin("https://api.plain.invalid");
    provider.issuer = issuer.map(Into::into);
    let registration = Registration::new(id).unwrap().redirect_uri(RedirectUri::new(redirect_uri).unwrap());
    Client::confidential(on_loopback(emulator, provider), registration, "s3cret".into()).unwrap()
}

fn registered(table: ProviderTable, id: &str, redirect_uri: &str) -> ProviderTable {
    table.client(TestClient {
        id: id.into(),
        secret: Some("s3cret".into()),
        redirect_uris: vec![redirect_uri.into()],
        kind: ClientKind::Confidential,
    })
}

impl Attack {
    /// A server that says who it is, or one redirect URI for each, or neither.
    fn against(names_itself: bool, uris: [&str; 2]) -> Self {
        let mut table = registered(ProviderTable::extended(), AS_HONEST, uris[0]);
        if names_itself {
            table = table.naming_itself(HONEST);
        }
        let honest = Emulator::start(table);
        let authorize = format!("{}/authorize", honest.origin("plain.invalid"));
        let lure = [("client_id", AS_HONEST), ("redirect_uri", uris[0])];
        let attacker = Emulator::start(ProviderTable::extended().luring_to(&authorize, &lure));
        let issuers = names_itself.then_some([HONEST, ATTACKER]);
        Self {
            at_honest: client(&honest, AS_HONEST, issuers.map(|[honest, _]| honest), uris[0]),
            at_attacker: client(&attacker, AS_ATTACKER, issuers.map(|[_, attacker]| attacker), uris[1]),
            honest,
            attacker,
        }
    }

    /// What the client's login leads the browser to. Either way, the client has begun a login at the attacker's server.
    fn open(&self, url: &str, way: Way, says: fn(&Emulator, &str) -> Landing) -> Landing {
        match way {
            Way::ByTheServer => says(&self.attacker, url),
            Way::ByInterception => {
                let (_, query) = url.split_once('?').unwrap();
                let query = query.replace(&format!("client_id={AS_ATTACKER}"), &format!("client_id={AS_HONEST}"));
                let query = query.replace("cb%2Fattacker", "cb%2Fhonest");
                says(&self.honest, &format!("{}/authorize?{query}", self.honest.origin("plain.invalid")))
            }
        }
    }

    /// The honest server's callback, to the login that waits for the attacker's.
    fn landing(&self, way: Way) -> Result<(Landing, AwaitingCode)> {
        let login = self.at_attacker.authorization_code()?;
        let (url, awaiting) = login.authorize(Entropy::from_os()?, now(&self.attacker));
        let landing = self.open(url.as_str(), way, |emulator, url| emulator.user().approve(url));
        assert_eq!(landing.refusal, None);
        assert!(landing.url.contains("code=") && landing.url.contains(awaiting.state().expose()), "the attack works");
        Ok((landing, awaiting))
    }

    /// Nobody got the code, neither the attacker nor, in the attacker's name, the honest server.
    fn went_to_nobody(&self, landing: &Landing) {
        let code = code(&landing.url);
        let shows = |seen: &Exchange| {
            let query = seen.query.as_deref().unwrap_or_default();
            String::from_utf8_lossy(&seen.body).contains(&code) || query.contains(&code)
        };
        assert!(!self.attacker.exchanges().iter().any(shows), "the attacker has the code");
        assert_eq!([self.attacker.requests_to("/token"), self.honest.requests_to("/token")], [0, 0]);
    }

    /// A login at the honest server goes on as it should.
    fn an_honest_login_works(&self, arrived_at: &RedirectUri) -> Result {
        let login = self.at_honest.authorization_code()?;
        let (url, awaiting) = login.authorize(Entropy::from_os()?, now(&self.honest));
        let landing = self.honest.user().approve(url.as_str());
        let callback = Callback::url(&landing.url).arrived_at(arrived_at);
        let (request, in_flight) = awaiting.receive(&self.at_honest, callback, now(&self.honest))?;
        drop(in_flight.finish(send(request))?);
        assert_eq!(self.honest.deviations(), Vec::<String>::new());
        Ok(())
    }
}

/// As it stands in the URL.
fn code(url: &str) -> String {
    let (_, query) = url.split_once('?').unwrap();
    query.split('&').find_map(|pair| pair.strip_prefix("code=")).unwrap().to_owned()
}

const WAYS: [Way; 2] = [Way::ByTheServer, Way::ByInterception];

/// What the defences are for: with neither, the attacker gets the code, and PKCE is no help, for the verifier goes along.
#[test]
fn without_a_defence_the_attacker_gets_the_code() -> Result {
    for way in WAYS {
        let attack = Attack::against(false, [SHARED, SHARED]);
        let (landing, awaiting) = attack.landing(way)?;
        let callback = Callback::url(&landing.url);
        let (request, in_flight): (Request, _) =
            awaiting.receive(&attack.at_attacker, callback, now(&attack.attacker))?;
        drop(in_flight.finish(send(request)));
        let stolen = attack.attacker.exchanges().into_iter().rfind(|seen| seen.path == "/token").unwrap();
        let stolen = String::from_utf8_lossy(&stolen.body).into_owned();
        assert!(
            stolen.contains(&format!("code={}", code(&landing.url))) && stolen.contains("code_verifier="),
            "{way:?}"
        );
    }
    Ok(())
}

/// RFC 9207: the honest server says who it is, and that is not who the login was begun with.
#[test]
fn a_server_that_names_itself_is_told_apart() -> Result {
    for way in WAYS {
        let attack = Attack::against(true, [SHARED, SHARED]);
        let (landing, awaiting) = attack.landing(way)?;
        let error = awaiting.receive(&attack.at_attacker, Callback::url(&landing.url), now(&attack.attacker));
        let fault = expect!(error.unwrap_err(), CallbackError::NotOurs { fault, .. } => fault);
        assert_eq!(fault, CallbackFault::IssuerMismatch, "{way:?}");
        attack.went_to_nobody(&landing);
        attack.an_honest_login_works(&RedirectUri::new(SHARED)?)?;
    }
    Ok(())
}

/// RFC 9700 section 4.4.2.2: each server has a redirect URI of its own, and the client looks where the browser comes to.
#[test]
fn a_redirect_uri_of_its_own_tells_a_server_apart() -> Result {
    for way in WAYS {
        let attack = Attack::against(false, [AT_HONEST, AT_ATTACKER]);
        let (landing, awaiting) = attack.landing(way)?;
        // The route that the browser called, as the application's router knows it.
        let route = RedirectUri::new(landing.url.split('?').next().unwrap())?;
        assert_eq!(route.as_str(), AT_HONEST);
        let callback = Callback::url(&landing.url).arrived_at(&route);
        let error = awaiting.receive(&attack.at_attacker, callback, now(&attack.attacker)).unwrap_err();
        let (fault, awaiting) = expect!(error, CallbackError::NotOurs { fault, awaiting, .. } => (fault, awaiting));
        assert_eq!(fault, CallbackFault::RedirectUri, "{way:?}");
        assert_eq!(awaiting.intent().redirect_uri().map(RedirectUri::as_str), Some(AT_ATTACKER));
        attack.went_to_nobody(&landing);
        attack.an_honest_login_works(&RedirectUri::new(AT_HONEST)?)?;
    }
    Ok(())
}

/// RFC 9207 section 2: an error has `iss` too, and one of another server ends no login.
#[test]
fn an_error_of_another_server_ends_no_login() -> Result {
    for way in WAYS {
        let attack = Attack::against(true, [SHARED, SHARED]);
        let login = attack.at_attacker.authorization_code()?;
        let (url, awaiting) = login.authorize(Entropy::from_os()?, now(&attack.attacker));
        let landing = attack.open(url.as_str(), way, |emulator, url| emulator.user().deny(url));
        let callback = Callback::url(&landing.url);
        let error = awaiting.receive(&attack.at_attacker, callback, now(&attack.attacker)).unwrap_err();
        let fault = expect!(error, CallbackError::NotOurs { fault, claimed: Some(_), .. } => fault);
        assert_eq!(fault, CallbackFault::IssuerMismatch, "{way:?}");
    }
    Ok(())
}

/// "Implicit Grant" of section 4.4.1: the token of the honest server would be shown to the attacker's API.
#[test]
fn a_token_of_another_server_is_not_taken_for_the_attackers() -> Result {
    for way in WAYS {
        for names_itself in [true, false] {
            let uris = if names_itself { [SHARED, SHARED] } else { [AT_HONEST, AT_ATTACKER] };
            let attack = Attack::against(names_itself, uris);
            let (url, awaiting) = attack.at_attacker.implicit()?.authorize(Entropy::from_os()?, now(&attack.attacker));
            let landing = attack.open(url.as_str(), way, |emulator, url| emulator.user().approve(url));
            assert!(landing.url.contains("access_token="));
            let route = RedirectUri::new(landing.url.split('#').next().unwrap())?;
            let callback = Callback::url(&landing.url).arrived_at(&route);
            let error = awaiting.receive(&attack.at_attacker, callback, now(&attack.attacker)).unwrap_err();
            let fault = expect!(error, CallbackError::NotOurs { fault, .. } => fault);
            let expected = if names_itself { CallbackFault::IssuerMismatch } else { CallbackFault::RedirectUri };
            assert_eq!(fault, expected, "{way:?}");
        }
    }
    Ok(())
}

/// RFC 9207 section 2.4: where the server says that it sends `iss`, a callback without one, or with two, is none of its own.
#[test]
fn an_answer_in_a_form_is_held_to_its_issuer_too() -> Result {
    let attack = Attack::against(true, [SHARED, SHARED]);
    let mut provider =
        oauth_proto::Provider::new("honest", "https://plain.invalid/authorize", "https://plain.invalid/token");
    provider.issuer = Some(HONEST.into());
    provider.dialect.callback.issuer = IssuerParameter::Required;
    let registration = Registration::new(AS_HONEST)?.redirect_uri(RedirectUri::new(SHARED)?);
    let client = Client::confidential(on_loopback(&attack.honest, provider), registration, "s3cret".into())?;
    let login = client.authorization_code()?.form_post()?;
    let (url, mut awaiting) = login.authorize(Entropy::from_os()?, now(&attack.honest));
    let form = attack.honest.user().approve(url.as_str()).form.unwrap();
    let (rest, iss) = form.rsplit_once("&iss=").unwrap();
    for (damaged, expected) in [
        (rest.to_owned(), CallbackFault::IssuerMissing),
        (format!("{form}&iss={iss}"), CallbackFault::Repeated("iss")),
        (format!("{rest}&iss={iss}%2F"), CallbackFault::IssuerMismatch),
        (format!("{rest}&iss="), CallbackFault::IssuerMismatch),
    ] {
        let error = awaiting.receive(&client, Callback::form_post(&damaged), now(&attack.honest)).unwrap_err();
        let (fault, alive) = expect!(error, CallbackError::NotOurs { fault, awaiting, .. } => (fault, awaiting));
        assert_eq!(fault, expected);
        awaiting = *alive;
    }
    assert!(awaiting.receive(&client, Callback::form_post(&form), now(&attack.honest)).is_ok());
    Ok(())
}
