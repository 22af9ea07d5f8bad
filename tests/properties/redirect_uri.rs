//! Redirect URIs.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use oauth_proto::{AwaitingCode, RedirectUri, stored};
use proptest::{prelude::*, sample::Index, sample::select};

use crate::scenario::{self, Scenario, at};

/// What leads to no application, or to another one than it looks like.
fn hostile_uri() -> impl Strategy<Value = String> {
    let characters =
        select(vec!["\0", "\t", "\n", "\r", "\u{7f}", " ", "\"", "\\", "<", "|", "\u{a0}", "\u{e4}", "\u{202e}"]);
    let good = "https://app.example/cb?x=1";
    prop_oneof![
        (characters, any::<Index>()).prop_map(move |(character, at)| {
            let at = at.index(good.len() + 1);
            format!("{}{character}{}", &good[..at], &good[at..])
        }),
        "(https|http|com\\.app)://([a-z]{1,4}|[a-z]{1,3}:[a-z]{0,3}|:|)@(app\\.example|localhost)(/cb)?",
        "(https://app\\.example|com\\.app:|http://localhost)/cb#[a-z]{0,5}",
        "([jJ]ava[sS]cript|data|DATA|vbscript|file|blob|about|ftp|ws|wss):(//app\\.example/)?[a-z,(1)]{0,9}",
        "(https|http):(/?(app\\.example|localhost)(/cb)?)?",
        "(/|//app\\.example|\\?|[a-z]{1,5}|)(/cb)?",
    ]
}

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn a_redirect_uri_is_kept_byte_for_byte_or_refused(
        uri in "(https|HTTP|http|com\\.app|)(://|:)(App.EXAMPLE|localhost|\\[::1\\]|@|)(:443|:99)?[!-~]{0,12}",
    ) {
        if let Ok(kept) = RedirectUri::new(uri.as_str()) {
            prop_assert_eq!(kept.as_str(), &uri);
            let (url, awaiting) = Scenario::new().login().redirect_uri(kept).authorize(scenario::entropy(), at(0));
            let url = url::Url::parse(url.as_str()).unwrap();
            prop_assert!(url.query_pairs().any(|(name, value)| name == "redirect_uri" && value == uri.as_str()));
            let back: AwaitingCode = stored::load(stored::save(&awaiting).as_bytes()).unwrap();
            prop_assert_eq!(back.intent().redirect_uri().unwrap().as_str(), uri);
        }
    }

    #[test]
    fn a_redirect_uri_that_leads_to_no_application_is_refused(uri in hostile_uri()) {
        prop_assert!(RedirectUri::new(uri.as_str()).is_err(), "{:?} was taken", uri);
        // Nor does a changed store bring one in.
        let row = stored::save(&Scenario::new().awaiting_code());
        let bad = row.replacen(r#""https://app.example/cb""#, &serde_json::to_string(&uri).unwrap(), 1);
        prop_assert!(bad != row && stored::load::<AwaitingCode>(bad.as_bytes()).is_err());
    }

    #[test]
    fn plaintext_comes_back_to_loopback_alone(
        address in prop_oneof![
            any::<[u8; 4]>().prop_map(|octets| IpAddr::from(Ipv4Addr::from(octets))),
            any::<[u8; 3]>().prop_map(|[a, b, c]| IpAddr::from([127, a, b, c])),
            any::<[u16; 8]>().prop_map(|words| IpAddr::from(Ipv6Addr::from(words))),
            Just(IpAddr::from(Ipv6Addr::LOCALHOST)),
        ],
        name in "(localhost|localhost\\.evil|evil\\.localhost|127\\.0\\.0\\.1\\.evil)(\\.example)?",
        port in any::<u16>(),
    ) {
        // RFC 8252 section 7.3.
        let host = match address {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("[{address}]"),
        };
        let taken = |host: &str| RedirectUri::new(format!("http://{host}:{port}/cb")).is_ok();
        prop_assert_eq!(taken(&host), address.is_loopback(), "{}", host);
        prop_assert_eq!(taken(&name), name == "localhost", "{}", name);
        // With TLS, any host will do.
        let secure = RedirectUri::new(format!("https://{host}:{port}/cb")).is_ok();
        prop_assert!(secure, "{}", host);
    }
}
