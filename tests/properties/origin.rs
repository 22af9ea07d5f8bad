//! Where a request or a token goes: no two readers see two hosts in one URL.

use oauth_proto::{Client, Confidential, Provider, Registration, Revocation, Standing, error::Reason};
use proptest::{prelude::*, sample::Index, sample::select};

use crate::{
    VSCHARS,
    scenario::{self, Scenario, at},
};

/// Each place of a provider's data that holds a URL, by its name.
const PLACES: [&str; 8] = [
    "authorization_endpoint",
    "implicit_authorization_endpoint",
    "token_endpoint",
    "refresh_endpoint",
    "follow_up_endpoint",
    "revocation.endpoint",
    "checks",
    "api_origins",
];

/// A provider with `url` at one of its places.
fn provider_with(place: &str, url: &str) -> Provider {
    let mut provider = scenario::provider();
    let url = url.to_owned();
    match place {
        "authorization_endpoint" => provider.authorization_endpoint = Some(url),
        "implicit_authorization_endpoint" => provider.implicit_authorization_endpoint = Some(url),
        "token_endpoint" => provider.token_endpoint = Some(url),
        "refresh_endpoint" => provider.refresh_endpoint = Some(url),
        "follow_up_endpoint" => provider.follow_up_endpoint = Some(url),
        "revocation.endpoint" => provider.revocation = Some(Revocation::new(url)),
        "checks" => drop(provider.checks.insert("me".into(), url)),
        _ => provider.api_origins.push(url),
    }
    provider
}

/// A URL that some reader takes for another one, or that runs something.
fn hostile_url() -> impl Strategy<Value = String> {
    let characters = select(vec![
        "\0", "\t", "\n", "\r", "\u{1b}", "\u{7f}", " ", "\"", "\\", "<", ">", "^", "`", "|", "\u{a0}", "\u{e4}",
        "\u{3002}", "\u{ff0f}", "\u{202e}",
    ]);
    let good = "https://id.example:8443/token?x=1";
    prop_oneof![
        // Anywhere in a good one.
        (characters, any::<Index>()).prop_map(move |(character, at)| {
            let at = at.index(good.len() + 1);
            format!("{}{character}{}", &good[..at], &good[at..])
        }),
        "https://([a-z]{1,4}|[a-z]{1,3}:[a-z]{0,3}|:|)@id\\.example(/token)?",
        "https://id\\.example/token#[a-z]{0,5}",
        "https://(%69d|i%64|%[0-9a-f]{2})\\.example/",
        "(javascript|data|vbscript|file|blob|about|ftp|ws|wss|ht|mailto|HTTP|http):(//)?(id\\.example|alert\\(1\\)|,x)",
        "http://(127\\.0\\.0\\.1|localhost|\\[::1\\])(:80)?/token",
        "(https:|HTTPS:|https:/|https:///|https://|//|/|\\?|)(id\\.example/token)?"
            .prop_filter("two slashes and a host", |url| { !url.to_lowercase().starts_with("https://id") }),
        "https://id\\.example:([6-9][0-9]{5}|[a-z]|-1|65536)/",
        "https://(\\[|\\[::|::1\\]|\\[::g\\]|1\\.2\\.3\\.999|xn--\\.|:443|\\?|/)/token",
    ]
}

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn a_token_is_never_shown_to_another_origin(
        url in "(https?:|HTTPS:|)(//|/|\\\\\\\\|)(user@|@|)(api.example|API.example|evil.example|api.example.evil)\
            (:443|:80|\\.)?(/|\\?|#|@|\\\\)?[ -~]{0,12}",
    ) {
        let scenario = Scenario::new();
        if scenario.access_only().header_for(&scenario.client, &url).is_ok() {
            let parsed = url::Url::parse(&url).unwrap();
            prop_assert_eq!(parsed.origin().ascii_serialization(), "https://api.example");
            prop_assert!(url.get(..8).unwrap().eq_ignore_ascii_case("https://"));
        }
    }

    #[test]
    fn a_hostile_url_is_refused_wherever_it_stands(place in select(&PLACES[..]), url in hostile_url()) {
        let error = provider_with(place, &url).check().err();
        prop_assert!(error.is_some(), "{:?} was taken as {}", url, place);
        let error = error.unwrap();
        prop_assert_eq!(error.field(), place);
        // Nor is a token shown to it.
        let scenario = Scenario::new();
        prop_assert!(scenario.access_only().header_for(&scenario.client, &url).is_err());
    }

    #[test]
    fn a_request_goes_to_the_host_that_another_reader_sees(
        url in "https://[a-zA-Z0-9.:@%\\[\\]_-]{1,14}(:[0-9]{1,5})?(/[a-z@:?=%2f.]{0,8})?|(https|HTTPS):[/@a-z.:?#]{1,14}",
    ) {
        let provider = provider_with("token_endpoint", &url);
        let registration = Registration::new("app").unwrap();
        let Ok(client) = Client::confidential(provider, registration, "s3cret".into()) else { return Ok(()) };
        let (request, _) = client.client_credentials().unwrap().request(at(0)).unwrap();
        prop_assert_eq!(request.url(), &url);
        let theirs: http::Uri = url.parse().unwrap();
        let authority = theirs.authority().unwrap();
        prop_assert!(theirs.scheme_str().unwrap().eq_ignore_ascii_case("https") && !authority.as_str().contains('@'));
        let port = authority.port_u16().filter(|port| *port != 443).map_or(String::new(), |port| format!(":{port}"));
        let ours = request.contract().origin().to_owned();
        let host = authority.host().to_lowercase();
        // A number is an IPv4 address to a browser, whatever it looks like.
        let numeric = host
            .rsplit('.')
            .find(|label| !label.is_empty())
            .is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()) || last.starts_with("0x"));
        if !numeric && !host.starts_with('[') {
            prop_assert_eq!(ours, format!("https://{host}{port}"));
        }
    }

    #[test]
    fn plaintext_is_for_loopback_and_only_where_it_is_allowed_by_name(
        place in select(&PLACES[..]),
        allowed in any::<bool>(),
        host in prop_oneof![
            any::<[u8; 4]>().prop_map(|octets| std::net::Ipv4Addr::from(octets).to_string()),
            any::<[u8; 3]>().prop_map(|[a, b, c]| format!("127.{a}.{b}.{c}")),
            any::<[u16; 8]>().prop_map(|words| format!("[{}]", std::net::Ipv6Addr::from(words))),
            Just("[::1]".to_owned()),
            "(localhost|LOCALHOST|localhost\\.evil|evil-localhost|127\\.0\\.0\\.1\\.evil|id)(\\.example)?",
        ],
    ) {
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
        let loopback = address.map_or(host.eq_ignore_ascii_case("localhost"), |address| address.is_loopback());
        let mut provider = provider_with(place, &format!("http://{host}:8080/x"));
        provider.allow_plaintext_on_loopback = allowed;
        let checked = provider.check();
        prop_assert_eq!(checked.is_ok(), allowed && loopback, "{} {:?}", host, checked);
        prop_assert!(checked.is_ok() || *checked.unwrap_err().reason() == Reason::NotHttps);
    }

    #[test]
    fn a_token_in_a_header_is_the_token_byte_for_byte(
        token in VSCHARS,
        scheme in "([!#$%&'*+.^_`|~0-9A-Za-z-]{1,8})?",
    ) {
        let scheme = Some(scheme).filter(|scheme| !scheme.is_empty());
        let scenario = Scenario::with(|provider| provider.dialect.presentation.scheme = scheme.clone());
        let header = authorized(&scenario, &token).header_for(&scenario.client, "https://api.example/me").unwrap();
        let expected = scheme.map_or(token.clone(), |scheme| format!("{scheme} {token}"));
        prop_assert_eq!((header.name(), header.expose_value()), ("Authorization", &*expected));
    }

    #[test]
    fn a_token_in_a_url_stands_there_once_and_the_rest_is_as_it_was(
        token in VSCHARS,
        rest in "(/[a-z%2f]{0,5})?(\\?([a-z]|=|&|%20|\\+|access_token|%61ccess_token|t=1){0,6})?",
    ) {
        let scenario = Scenario::with(|provider| {
            provider.dialect.presentation.query_parameter = Some("access_token".into());
        });
        let url = format!("https://api.example{rest}");
        let before: Vec<_> = url::Url::parse(&url).unwrap().query_pairs().into_owned().collect();
        let there = before.iter().any(|(name, _)| name == "access_token");
        let with_token = authorized(&scenario, &token).url_for(&scenario.client, &url);
        prop_assert_eq!(with_token.is_ok(), !there);
        if let Ok(with_token) = with_token {
            let with_token = with_token.expose();
            prop_assert!(with_token.starts_with(&url), "{}", with_token);
            let mut expected = before;
            expected.push(("access_token".to_owned(), token));
            let after: Vec<_> = url::Url::parse(with_token).unwrap().query_pairs().into_owned().collect();
            prop_assert_eq!(after, expected);
        }
    }
}

fn authorized(scenario: &Scenario<Confidential>, token: &str) -> oauth_proto::Authorized<oauth_proto::AccessOnly> {
    let tokens = scenario.client.import_access_token_from_elsewhere(token.into(), None).unwrap();
    let Standing::Authorized(authorized) = tokens.at(at(0)) else { panic!("expired") };
    authorized
}
