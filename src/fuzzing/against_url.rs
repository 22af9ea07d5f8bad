//! Invariant: beside the crate `url`, our readers of URLs and forms see the same host, the same names and the same text,
//! and accept nothing that it refuses.

use url::{Position, Url, form_urlencoded};

use super::{
    claims,
    input::{Mode, open},
    urls,
};
use crate::{
    RedirectUri,
    vocabulary::{Endpoint, Plaintext, form::decode, origin_of, query_names},
};

/// See the invariant on the first line.
pub fn against_url(data: &[u8]) {
    let (text, plaintext) = match open(data) {
        Mode::Raw(bytes) => (String::from_utf8_lossy(bytes).into_owned(), Plaintext::Refused),
        Mode::Built(mut input) => match input.byte() & 3 {
            0 => (input.text(80), Plaintext::Refused),
            1 => (urls::url(&mut input), Plaintext::OnLoopback),
            _ => (urls::url(&mut input), Plaintext::Refused),
        },
    };
    form(&text);
    endpoint(&text, plaintext);
    redirect_uri(&text);
}

/// One name or value of a form: the same text, or none where theirs is mended.
fn form(text: &str) {
    let theirs = |text: &str| {
        let text = text.replace('&', "%26").replace('=', "%3D");
        form_urlencoded::parse(text.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
    };
    match decode(text) {
        Some(ours) => assert_eq!(*ours, theirs(text), "two readers of one callback see two texts: {text:?}"),
        None => {
            let escapes = text.split('%').skip(1);
            let broken = escapes
                .into_iter()
                .any(|rest| !rest.get(..2).is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit())));
            assert!(broken || theirs(text).contains('\u{fffd}'), "a text that can be decoded is refused: {text:?}");
        }
    }
    // The names in a URL's query.
    if let Ok(url) = Url::parse(text) {
        if url.fragment().is_none()
            && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\\'\"<>`{}".contains(&byte))
        {
            assert!(
                query_names(text).eq(url.query_pairs().map(|(name, _)| name)),
                "two readers see two names: {text:?}"
            );
        }
    }
}

fn endpoint(text: &str, plaintext: Plaintext) {
    let origin = origin_of("url", text, plaintext);
    match Endpoint::new("url", text.to_owned(), plaintext) {
        Err(error) => {
            claims::error(&error, &[]);
            assert!(origin.is_err(), "one of our readers takes {text:?}, and another does not");
        }
        Ok(endpoint) => {
            assert_eq!(endpoint.as_str(), text, "it is kept byte for byte");
            let url = accepted(text);
            assert_eq!(&**endpoint.origin(), &url[..Position::BeforePath]);
            assert_eq!(origin.as_deref(), Ok(&**endpoint.origin()));
            assert_eq!(**endpoint.origin(), *url.origin().ascii_serialization(), "no origin: {text:?}");
            assert!(
                url.scheme() == "https" || (plaintext == Plaintext::OnLoopback && url.scheme() == "http"),
                "{text:?}"
            );
            same_host(text, &url);
        }
    }
}

fn redirect_uri(text: &str) {
    match RedirectUri::new(text) {
        Err(error) => claims::error(&error, &[]),
        Ok(uri) => {
            assert_eq!(uri.as_str(), text, "it is kept byte for byte");
            let url = accepted(text);
            let row = serde_json::to_string(&uri).unwrap_or_default();
            let back: RedirectUri = claims::must(serde_json::from_str(&row), "what was stored loads");
            assert_eq!(back, uri);
            if matches!(url.scheme(), "http" | "https") {
                same_host(text, &url);
            }
            assert!(
                !matches!(url.scheme(), "javascript" | "data" | "file" | "blob"),
                "it leads to no application: {text:?}"
            );
        }
    }
}

/// Whatever we accept is a URL in which nothing is hidden.
fn accepted(text: &str) -> Url {
    assert!(text.bytes().all(|byte| byte.is_ascii_graphic()), "{text:?}");
    let url = claims::must(Url::parse(text), "what we accept, `url` accepts");
    assert!(url.username().is_empty() && url.password().is_none(), "user information: {text:?}");
    assert!(url.fragment().is_none(), "a fragment: {text:?}");
    url
}

/// RFC 3986 appendix B, the plainest reader there is: the host is what stands between `//` and the path.
fn same_host(text: &str, url: &Url) {
    let rest = text.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    let host = host.to_ascii_lowercase();
    // An address may be written in other ways: that is another question than whose host it is.
    if let Some(url::Host::Domain(found)) = url.host() {
        assert_eq!(found, host, "two readers see two hosts: {text:?}");
    }
}
