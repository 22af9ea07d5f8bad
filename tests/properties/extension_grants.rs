//! Extension grants: what a grant adds goes out as it is or not at all, and what an exchange brings is an access token
//! only where the server says so.

use std::collections::BTreeMap;

use oauth_proto::{
    Request,
    dialect::{BodyFormat, ClientAuthentication},
    extension_grants::{Exchanged, ExtensionGrant, GrantParameters, JwtBearer, SamlBearer, TokenType},
    stored,
};
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::json;
use url::{Url, form_urlencoded};

use crate::{
    VSCHARS,
    json::Members,
    scenario::{Scenario, answer, at},
    wire::{any_format, client_with},
};

struct Own(Vec<(String, String)>);

impl ExtensionGrant for Own {
    const GRANT_TYPE: &'static str = "urn:example:own";

    fn parameters(&self, parameters: &mut GrantParameters) {
        for (name, value) in &self.0 {
            parameters.add(name.clone(), value.as_str());
        }
    }
}

/// What goes out, in its order: names and values.
fn sent(request: &Request, format: BodyFormat) -> Vec<(String, String)> {
    let form = |text: &[u8]| form_urlencoded::parse(text).into_owned().collect();
    match format {
        BodyFormat::Json => {
            let Members(members) = serde_json::from_slice(request.expose_body()).unwrap();
            members.into_iter().map(|(name, value)| (name, value.as_str().unwrap().to_owned())).collect()
        }
        BodyFormat::Query => form(request.url().split_once('?').unwrap().1.as_bytes()),
        _ => form(request.expose_body()),
    }
}

const STANDARD: [&str; 4] = ["grant_type", "scope", "client_id", "client_secret"];
/// Those of other proofs, and those that are asked for in other ways.
const OTHERS: [&str; 4] = ["client_assertion", "client_assertion_type", "resource", "authorization_details"];

/// Whether RFC 6749 section 3.2 and RFC 8693 section 2.1 allow these beside what every token request has.
fn may_be_sent(parameters: &[(String, String)], format: BodyFormat) -> bool {
    let mut seen = BTreeMap::<&str, usize>::new();
    parameters.iter().for_each(|(name, _)| *seen.entry(name).or_default() += 1);
    let repeats = |name: &str| name == "audience" && format != BodyFormat::Json;
    parameters.iter().all(|(name, value)| {
        let plain = |char: char| char.is_ascii_graphic() && !['"', '\\'].contains(&char);
        let own = !STANDARD.contains(&name.as_str()) && !OTHERS.contains(&name.as_str());
        let name_is_good = !name.is_empty() && name.chars().all(plain) && own;
        let value_is_good = !value.is_empty() && !value.bytes().any(|byte| byte.is_ascii_control());
        name_is_good && value_is_good && (seen[name.as_str()] == 1 || repeats(name))
    })
}

fn any_parameter() -> impl Strategy<Value = (String, String)> {
    let odd = [STANDARD.as_slice(), &OTHERS, &["audience", "audience", "assertion", "a", ""]].concat();
    let odd = select(odd).prop_map(str::to_owned);
    let name = prop_oneof![6 => "[a-z_]{1,9}", 2 => "[!-~]{1,9}", 4 => odd, 1 => "\\PC{0,4}"];
    let value = prop_oneof![6 => "[ -~]{1,20}", 3 => "\\PC{1,9}", 1 => ".{0,6}", 1 => Just("\r\n".to_owned())];
    (name, value)
}

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn what_a_grant_adds_goes_out_once_and_as_it_is_or_nothing_begins(
        parameters in vec(any_parameter(), 0..5),
        format in any_format(),
        in_body in any::<bool>(),
    ) {
        let proof = if in_body { ClientAuthentication::Body } else { ClientAuthentication::Basic };
        let client = client_with(format, proof, "s3cret");
        match client.extension_grant(&Own(parameters.clone())) {
            Ok(start) => {
                prop_assert!(may_be_sent(&parameters, format), "{:?}", parameters);
                let (request, flight) = start.request(at(0)).unwrap();
                let sent = sent(&request, format);
                let own: Vec<_> =
                    sent.iter().filter(|(name, _)| !STANDARD.contains(&name.as_str())).cloned().collect();
                prop_assert_eq!(own, parameters.clone());
                let standard: Vec<_> = sent.iter().take(sent.len() - parameters.len()).collect();
                prop_assert_eq!(&standard[0].1, "urn:example:own");
                prop_assert_eq!(standard.len(), if in_body { 4 } else { 2 });
                // And none of it is kept.
                let journal = stored::save(&flight);
                let in_journal = |(_, value): &&(String, String)| value.len() > 8 && journal.contains(value.as_str());
                prop_assert_eq!(parameters.iter().find(in_journal), None);
            }
            Err(error) => {
                prop_assert!(!may_be_sent(&parameters, format), "{}: {:?}", error, parameters);
                prop_assert!(error.field().starts_with("parameters."));
            }
        }
    }

    #[test]
    fn a_saml_assertion_goes_out_as_base64url_and_comes_out_as_it_was(xml in "(?s).{1,60}") {
        let client = Scenario::new().client;
        let body = |grant: &SamlBearer| {
            let (request, _) = client.extension_grant(grant).unwrap().request(at(0)).unwrap();
            let pairs = form_urlencoded::parse(request.expose_body()).into_owned().collect::<Vec<_>>();
            pairs.into_iter().find(|(name, _)| name == "assertion").unwrap().1
        };
        let sent = body(&SamlBearer::new(xml.as_str()).unwrap());
        prop_assert_eq!(data_encoding::BASE64URL_NOPAD.decode(sent.as_bytes()).unwrap(), xml.as_bytes());
        prop_assert_eq!(body(&SamlBearer::from_base64url(sent.as_str()).unwrap()), sent);
    }

    #[test]
    fn what_is_taken_for_base64url_is_what_another_reader_takes(text in "[A-Za-z0-9_-]{0,9}|[A-Za-z0-9+/=_-]{0,9}") {
        let other = !text.is_empty() && data_encoding::BASE64URL_NOPAD.decode(text.as_bytes()).is_ok();
        prop_assert_eq!(SamlBearer::from_base64url(text.as_str()).is_ok(), other);
    }

    #[test]
    fn an_assertion_of_base64url_and_dots_is_taken_and_any_other_refused(text in "[A-Za-z0-9_.-]{0,30}|\\PC{0,9}|.{0,9}") {
        let good = |char: char| char.is_ascii_alphanumeric() || "-_.".contains(char);
        prop_assert_eq!(JwtBearer::new(text.as_str()).is_ok(), !text.is_empty() && text.chars().all(good));
    }

    #[test]
    fn what_is_taken_for_a_uri_is_one_to_another_reader(
        text in "[a-z][a-z0-9+.-]{0,6}:[!-~]{0,12}|[!-~]{0,12}|\\PC{0,9}",
    ) {
        let Ok(token_type) = TokenType::new(text.as_str()) else {
            // Everything of letters and digits behind a scheme was taken.
            let plain = text.split_once(':').is_some_and(|(scheme, rest)| {
                let letters = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
                letters(scheme) && scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && letters(rest)
            });
            prop_assert!(!plain, "{}", text);
            return Ok(());
        };
        prop_assert_eq!(token_type.as_str(), &text);
        // RFC 3986 section 4.3: absolute, and without a fragment. A web URL needs a host as well, which is nobody's
        // business here.
        let web = ["http", "https", "ftp", "ws", "wss", "file"];
        if !web.contains(&text.split(':').next().unwrap().to_ascii_lowercase().as_str()) && !text.contains("//") {
            let url = Url::parse(&text).unwrap();
            prop_assert_eq!(url.fragment(), None);
        }
        let back: TokenType = serde_json::from_value(serde_json::to_value(&token_type).unwrap()).unwrap();
        prop_assert_eq!(back, token_type);
    }

    #[test]
    fn an_exchange_brings_an_access_token_exactly_where_the_server_says_so(
        token in VSCHARS,
        issued_type in prop_oneof![
            select(vec!["access_token", "refresh_token", "id_token", "saml1", "saml2", "jwt"])
                .prop_map(|name| format!("urn:ietf:params:oauth:token-type:{name}")),
            "urn:[a-z:]{1,9}",
            "[a-z]{0,9}",
        ],
        token_type in "Bearer|bearer|BEARER|N_A|n_a|N_a|mac|DPoP",
    ) {
        let exchange = Scenario::new().client.token_exchange("S1".into(), TokenType::ACCESS_TOKEN).unwrap();
        let body = json!({ "access_token": token, "issued_token_type": issued_type, "token_type": token_type });
        let exchanged = exchange.request(at(0)).unwrap().1.finish(answer(200, &body.to_string()));
        let known = token_type.eq_ignore_ascii_case("bearer") || token_type.eq_ignore_ascii_case("n_a");
        let readable = issued_type.contains(':') && !issued_type.ends_with(':') || issued_type.matches(':').count() > 1;
        let none = ["refresh_token", "id_token", "saml1", "saml2"];
        let none = none.iter().any(|name| issued_type == format!("urn:ietf:params:oauth:token-type:{name}"));
        match exchanged {
            Ok(exchanged) => {
                prop_assert!(known && readable);
                let usable = token_type.eq_ignore_ascii_case("bearer") && !none;
                match exchanged {
                    Exchanged::AccessToken { granted, issued_type: said } => {
                        prop_assert!(usable);
                        prop_assert_eq!((granted.access_token().expose(), said.as_str()), (&*token, &*issued_type));
                    }
                    Exchanged::Other(issued) => {
                        prop_assert!(!usable);
                        prop_assert_eq!(issued.token_at(at(0)).map(|token| token.expose()), Some(&*token));
                        prop_assert_eq!(issued.token_type().as_str(), &issued_type);
                    }
                }
            }
            Err(error) => prop_assert!(!known || !readable, "{}", error),
        }
    }
}
