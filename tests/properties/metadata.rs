//! Metadata: where it is asked for, and what a provider that is made of it may be.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use oauth_proto::{
    Limits, Provider,
    metadata::{Approval, Issuer, Resource, ServerMetadata, Unusable, WellKnown},
};
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value, json};
use url::Url;

use crate::json::any_json;

/// An identifier's path and query: with slashes in every place, and nothing that a reader changes.
const PATH: &str = "(/[a-z0-9:@%_~!$&'()*+,;=-]{0,5}){0,3}/{0,2}";
const ORIGIN: &str = "https://[a-z]{1,8}\\.example(:(8443|443))?";

/// The path with a well-known one in it, by the segments of another reader.
fn inserted(identifier: &str, name: &str, terminating_slash: bool) -> Vec<String> {
    let url = Url::parse(identifier).unwrap();
    let mut segments: Vec<String> = url.path_segments().unwrap().map(str::to_owned).collect();
    let root = url.path() == "/";
    while (!terminating_slash || root) && segments.last().is_some_and(String::is_empty) {
        segments.pop();
    }
    [vec![".well-known".to_owned(), name.to_owned()], segments].concat()
}

fn segments(url: &str) -> Vec<String> {
    Url::parse(url).unwrap().path_segments().unwrap().map(str::to_owned).collect()
}

/// Something that may stand where a URL should.
fn any_url() -> impl Strategy<Value = String> {
    let host = prop_oneof![
        Just("id.example".to_owned()),
        Just("login.example".to_owned()),
        "[a-z]{1,4}(\\.[a-z]{1,4}){0,2}",
        any::<[u8; 4]>().prop_map(|octets| Ipv4Addr::from(octets).to_string()),
        any::<[u16; 8]>().prop_map(|words| format!("[{}]", Ipv6Addr::from(words))),
        select(vec!["localhost", "127.0.0.1", "[::1]", "10.0.0.1", "169.254.169.254"]).prop_map(str::to_owned),
    ];
    let scheme = select(vec!["https://", "https://", "https://", "http://", "https:", "//", ""]);
    (scheme, "(u@|@)?", host, "(:443|:8443|:80)?", "[/?#a-z{}|. ]{0,8}").prop_filter_map(
        "mostly no user",
        |(scheme, user, host, port, rest)| {
            Some(format!(
                "{scheme}{user}{host}{port}{}{rest}",
                if rest.starts_with(['/', '?', '#']) { "" } else { "/" }
            ))
        },
    )
}

fn any_member() -> impl Strategy<Value = (String, Value)> {
    let name = select(vec![
        "authorization_endpoint",
        "token_endpoint",
        "device_authorization_endpoint",
        "pushed_authorization_request_endpoint",
        "registration_endpoint",
        "response_types_supported",
        "code_challenge_methods_supported",
        "token_endpoint_auth_methods_supported",
    ]);
    let words =
        select(vec!["code", "token", "S256", "plain", "none", "client_secret_basic", "client_secret_post", "x"]);
    name.prop_flat_map(move |name| {
        let value = if name.ends_with("supported") {
            let good = Just(json!(["code", "S256", "none"])).boxed();
            prop_oneof![3 => good, 1 => vec(words.clone(), 0..3).prop_map(|words| json!(words))].boxed()
        } else {
            // Most are good, or the whole is refused for one of the others.
            let plain = select(vec!["https://id.example", "https://login.example", "https://10.0.0.1"]);
            let plain = (plain, "/[a-z]{0,4}").prop_map(|(origin, path)| format!("{origin}{path}"));
            prop_oneof![3 => Just("https://id.example/x".to_owned()), 2 => plain, 1 => any_url()]
                .prop_map(Value::from)
                .boxed()
        };
        (Just(name.to_owned()), value)
    })
}

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn metadata_is_asked_for_where_another_reader_would_ask(
        origin in ORIGIN,
        path in prop_oneof![1 => "/?", 2 => PATH],
        query in "(\\?[a-z=/&]{0,6})?",
    ) {
        let limits = Limits::default();
        let identifier = format!("{origin}{path}");
        // An escape that is none is a text as any other.
        let issuer = Issuer::new(&*identifier).unwrap();
        let url = |place| issuer.metadata(place, &limits).0.url().to_owned();
        let oauth = url(WellKnown::OauthAuthorizationServer);
        prop_assert_eq!(segments(&oauth), inserted(&identifier, "oauth-authorization-server", false));
        let openid = url(WellKnown::OpenidConfigurationInserted);
        prop_assert_eq!(segments(&openid), inserted(&identifier, "openid-configuration", false));
        let appended = url(WellKnown::OpenidConfiguration);
        let own = identifier.trim_end_matches('/');
        prop_assert_eq!(appended, format!("{own}/.well-known/openid-configuration"));

        let identifier = format!("{identifier}{query}");
        let (request, _) = Resource::new(&*identifier).unwrap().metadata(&limits);
        prop_assert_eq!(segments(request.url()), inserted(&identifier, "oauth-protected-resource", true));
        let (asked, named) = (Url::parse(request.url()).unwrap(), Url::parse(&identifier).unwrap());
        prop_assert_eq!((asked.origin(), asked.query()), (named.origin(), named.query()));
        prop_assert_eq!(request.contract().origin(), asked.origin().ascii_serialization());
    }

    #[test]
    fn no_endpoint_is_where_nobody_approved_of_it(
        members in vec(any_member(), 1..4),
        names_login in any::<bool>(),
        private in any::<bool>(),
        plaintext in any::<bool>(),
    ) {
        let issuer = Issuer::new("https://id.example").unwrap();
        let mut said: serde_json::Map<String, Value> = members.into_iter().collect();
        said.insert("issuer".into(), issuer.as_str().into());
        let said = Value::from(said).to_string();
        let metadata = ServerMetadata::read(&issuer, said.as_bytes(), &Limits::default()).unwrap();
        let mut approval = Approval::none();
        if names_login {
            approval = approval.origin("https://login.example").unwrap().origin("https://10.0.0.1").unwrap();
        }
        if private {
            approval = approval.private_addresses();
        }
        if plaintext {
            approval = approval.plaintext_on_loopback();
        }
        let Ok(provider) = Provider::from_metadata(&metadata, &approval) else { return Ok(()) };
        prop_assert!(provider.check().is_ok());
        for endpoint in [
            provider.authorization_endpoint,
            provider.implicit_authorization_endpoint,
            provider.token_endpoint,
            provider.refresh_endpoint,
            provider.device_authorization_endpoint,
            provider.pushed_authorization_request_endpoint,
        ].into_iter().flatten() {
            let origin = Url::parse(&endpoint).unwrap().origin().ascii_serialization();
            let named = match &*origin {
                "https://id.example" => true,
                "https://login.example" => names_login,
                "https://10.0.0.1" => names_login && private,
                _ => false,
            };
            prop_assert!(named, "{} is at {}", endpoint, origin);
        }
    }

    #[test]
    fn an_address_that_any_rule_of_the_standard_library_keeps_back_is_private(
        address in prop_oneof![
            1 => any::<[u8; 4]>().prop_map(|octets| IpAddr::from(Ipv4Addr::from(octets))),
            2 => (select(vec![0u8, 10, 100, 127, 169, 172, 192, 198, 203, 224, 240, 255]), any::<[u8; 3]>())
                .prop_map(|(a, [b, c, d])| IpAddr::from(Ipv4Addr::new(a, b, c, d))),
            4 => (select(vec![(169, 254), (192, 168), (172, 16), (172, 31)]), any::<[u8; 2]>())
                .prop_map(|((a, b), [c, d])| IpAddr::from(Ipv4Addr::new(a, b, c, d))),
            1 => any::<[u16; 8]>().prop_map(|words| IpAddr::from(Ipv6Addr::from(words))),
            1 => any::<[u8; 4]>().prop_map(|octets| IpAddr::from(Ipv4Addr::from(octets).to_ipv6_mapped())),
            1 => any::<[u8; 4]>().prop_map(|octets| IpAddr::from(Ipv4Addr::from(octets).to_ipv6_compatible())),
            2 => (select(vec![0xfc00u16, 0xfd00, 0xfe80, 0xfec0, 0xff02, 0x2001, 0x2002, 0x3fff, 0]), any::<[u16; 7]>())
                .prop_map(|(first, [b, c, d, e, f, g, h])| IpAddr::from(Ipv6Addr::new(first, b, c, d, e, f, g, h))),
        ],
    ) {
        let kept_back = match address {
            IpAddr::V4(it) => {
                it.is_private() || it.is_loopback() || it.is_link_local() || it.is_unspecified() || it.is_multicast()
                    || it.is_broadcast() || it.is_documentation()
            }
            IpAddr::V6(it) => {
                it.is_loopback() || it.is_unspecified() || it.is_unique_local() || it.is_unicast_link_local()
                    || it.is_multicast() || it.to_ipv4().is_some()
            }
        };
        let host = match address {
            IpAddr::V4(it) => it.to_string(),
            IpAddr::V6(it) => format!("[{it}]"),
        };
        let issuer = Issuer::new(format!("https://{host}/t"));
        if kept_back {
            let private = matches!(issuer, Err(Unusable::PrivateAddress { member: "issuer", .. }));
            prop_assert!(private, "{:?}", issuer);
        }
        let approved = Issuer::approved(format!("https://{host}/t"), &Approval::none().private_addresses());
        prop_assert!(approved.is_ok(), "{:?}", approved);
    }

    #[test]
    fn any_metadata_is_read_or_refused_and_what_is_kept_is_the_same(
        members in vec(("[a-z_]{1,12}|\\PC{0,6}", any_json()), 0..6),
        own in vec(any_member(), 0..4),
    ) {
        let issuer = Issuer::new("https://id.example").unwrap();
        let mut said: serde_json::Map<String, Value> = members.into_iter().chain(own).collect();
        said.insert("issuer".into(), issuer.as_str().into());
        let (text, limits) = (Value::from(said.clone()).to_string(), Limits::default());
        let Ok(metadata) = ServerMetadata::read(&issuer, text.as_bytes(), &limits) else { return Ok(()) };
        let kept = metadata.to_json();
        prop_assert_eq!(&ServerMetadata::read(&issuer, kept.as_bytes(), &limits).unwrap(), &metadata);
        said.retain(|_, value| !value.is_null());
        prop_assert_eq!(serde_json::from_str::<Value>(&kept).unwrap(), Value::from(said));
    }
}
