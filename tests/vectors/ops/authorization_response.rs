//! The browser's way back (RFC 6749 section 4.1.2, RFC 9207).

use std::borrow::Cow;

use oauth_proto::{Callback, Client, dialect::IssuerParameter};

use super::{Ran, in_body};
use crate::{
    came::{Came, End},
    input::{BODY, Input},
    scenario,
};

const MEMBERS: [&str; 5] = ["url", "expected_state", "issuer", "iss_parameter_supported", "response_mode"];

pub fn run(input: &Input<'_>) -> Ran {
    input.only(&[&MEMBERS[..], &BODY].concat())?;
    let mut provider = scenario::provider();
    provider.issuer = input.text("issuer")?.map(Into::into);
    if input.flag("iss_parameter_supported")? == Some(true) {
        provider.dialect.callback.issuer = IssuerParameter::Required;
    }
    let client = Client::confidential(provider, scenario::registration(), "s3cret".into())?;
    let mode = input.text("response_mode")?.unwrap_or("query");
    let login = client.authorization_code()?;
    let login = if mode == "form_post" { login.form_post()? } else { login };
    let (_, awaiting) = login.authorize(scenario::entropy(), scenario::at(0));

    let state = State { sent: input.text("expected_state")?, made: awaiting.state().expose() };
    let (url, list);
    let callback = match mode {
        "query" => {
            url = state.put_into_url(input.needed("url")?);
            Callback::url(&url)
        }
        // The page that reads its own fragment hands on the parameters alone.
        "fragment" => {
            list = state.put_into(input.needed("url")?.split_once('#').map_or("", |(_, fragment)| fragment), true);
            Callback::query(&list)
        }
        "form_post" => {
            let body = String::from_utf8(input.body()?).map_err(|_| End::Malformed("its body is no text".into()))?;
            list = state.put_into(&body, true);
            Callback::form_post(&list)
        }
        other => return Err(End::NotSupported(format!("response mode `{other}`"))),
    };
    let (request, _in_flight) = awaiting.receive(&client, callback, scenario::at(10))?;
    let code = in_body(&request, "code").ok_or_else(|| End::Wrong("the token request has no code".into()))?;
    Ok(Came::ok([("code", code.into())]))
}

/// The state of the vector, and the one that was made: that stands for it.
struct State<'a> {
    /// None: the login of the vector had none, and so a callback without any is the right one.
    sent: Option<&'a str>,
    made: &'a str,
}

impl State<'_> {
    fn put_into_url(&self, url: &str) -> String {
        let (rest, fragment) = url.split_once('#').map_or((url, None), |(rest, fragment)| (rest, Some(fragment)));
        let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut url = format!("{address}?{}", self.put_into(query, true));
        if let Some(fragment) = fragment {
            url += &format!("#{}", self.put_into(fragment, false));
        }
        url
    }

    /// `here`: whether this is where the login's state is to stand.
    fn put_into(&self, parameters: &str, here: bool) -> String {
        let mut list: Vec<Cow<'_, str>> = parameters.split('&').map(Cow::Borrowed).collect();
        let mut absent = true;
        for pair in &mut list {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if decoded(name).iter().map(|byte| byte.value).ne(*b"state") {
                continue;
            }
            absent = false;
            let value = decoded(value);
            let sent = self.sent.is_some_and(|sent| value.iter().map(|byte| byte.value).eq(sent.bytes()));
            if sent && !value.is_empty() {
                *pair = format!("{name}={}", self.written_as(&value)).into();
            }
        }
        if absent && here && self.sent.is_none() {
            list.retain(|pair| !pair.is_empty());
            list.push(format!("state={}", self.made).into());
        }
        list.join("&")
    }

    /// The state that was made, with each byte escaped where the vector's is.
    fn written_as(&self, value: &[Decoded]) -> String {
        let escape = |(byte, like): (u8, &Decoded)| match like.escape {
            Escape::None => char::from(byte).to_string(),
            Escape::Upper => format!("%{byte:02X}"),
            Escape::Lower => format!("%{byte:02x}"),
        };
        self.made.bytes().zip(value.iter().cycle()).map(escape).collect()
    }
}

#[derive(Clone, Copy)]
enum Escape {
    None,
    Upper,
    Lower,
}

struct Decoded {
    value: u8,
    escape: Escape,
}

/// The bytes of a form value. What is no escape stands for itself: then the state is another one.
fn decoded(text: &str) -> Vec<Decoded> {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.get(at) {
        let digits = bytes.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        let escaped = digits.filter(|digits| *byte == b'%' && digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let (value, escape, length) = match escaped {
            Some(digits) => {
                let lower = digits.bytes().any(|digit| digit.is_ascii_lowercase());
                let escape = if lower { Escape::Lower } else { Escape::Upper };
                (u8::from_str_radix(digits, 16).unwrap_or_default(), escape, 3)
            }
            None if *byte == b'+' => (b' ', Escape::Upper, 1),
            None => (*byte, Escape::None, 1),
        };
        decoded.push(Decoded { value, escape });
        at += length;
    }
    decoded
}
