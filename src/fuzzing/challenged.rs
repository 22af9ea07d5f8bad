//! Invariant: an API's refusal ends a token by a 401, or by `invalid_token` in the token's own scheme, and by nothing
//! else; a challenge that was read has each name once, and is read again as the same.

use super::{
    claims,
    input::{Input, Mode, open},
    scene::{self, SECRETS, at},
};
use crate::{
    Authorized, Client, Confidential, Limits, Refreshable, Response, Scope, Standing, Unauthorized,
    challenge::{Challenge, Challenged, Challenges, ResourceErrorCode},
    grant::AuthorizationCode,
};

/// See the invariant on the first line.
pub fn challenged(data: &[u8]) {
    let (status, lines) = match open(data) {
        Mode::Raw(bytes) => (401, String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect()),
        Mode::Built(mut input) => {
            let status = input.pick([401, 401, 403, 403, 400, 200, 500, 99]);
            let lines: Vec<String> = (0..=input.below(3)).map(|_| field(&mut input)).collect();
            (status, lines)
        }
    };
    let limits = Limits::default();
    if let Ok(challenges) = Challenges::read(lines.iter().map(String::as_str), &limits) {
        read(&challenges, &limits);
    }

    let Some(client) = scene::client(scene::provider()) else { return };
    let response = Response::new(status, lines.iter().map(|line| ("WWW-Authenticate", line.as_str())), "");
    let challenges = response.challenges(&limits).ok();
    let challenge = challenges.as_ref().and_then(|challenges| challenges.of_scheme("Bearer").next());
    let code = challenge.and_then(Challenge::error);
    let refuses = matches!(status, 401 | 403);
    match scene::refreshable(&client).challenged(&client, &response) {
        Challenged::Rejected(expired) => {
            assert!(status == 401 || (refuses && code == Some(ResourceErrorCode::InvalidToken)), "{status} {code:?}");
            assert!(matches!(expired.into_token_set().at(at(10)), Standing::Expired(_)), "it is over");
        }
        Challenged::InsufficientScope { authorized, scope } => {
            assert!(refuses && code == Some(ResourceErrorCode::InsufficientScope));
            assert_eq!(scope, challenge.and_then(Challenge::scope));
            drop(good(authorized));
        }
        Challenged::StepUp { authorized, step_up } => {
            assert!(refuses && code == Some(ResourceErrorCode::InsufficientUserAuthentication));
            let words = challenge.and_then(Challenge::acr_values).filter(|words| !words.is_empty());
            assert_eq!((step_up.acr_values(), step_up.scope().cloned()), (words, challenge.and_then(Challenge::scope)));
            let login = good(authorized).into_token_set().into_intent().again(begin(&client));
            match login.step_up(&step_up) {
                Ok(login) => {
                    let (url, _) = login.authorize(scene::entropy(), at(10));
                    let pairs =
                        claims::must(url::Url::parse(url.as_str()), "a URL").query_pairs().into_owned().collect();
                    let asked = claims::once(pairs, &[]);
                    assert_eq!(asked.get("acr_values").map(String::as_str), words);
                    let age = step_up.max_age().map(|age| age.as_secs().to_string());
                    assert_eq!(asked.get("max_age"), age.as_ref());
                }
                Err(error) => claims::error(&error, &SECRETS),
            }
        }
        Challenged::NotAboutTheToken(authorized) => {
            assert!(!refuses || code != Some(ResourceErrorCode::InvalidToken), "it was said to be over");
            assert!(status != 401 || code.is_some(), "a 401 without a reason is about the token");
            drop(good(authorized));
        }
    }
}

fn begin(client: &Client<Confidential>) -> Unauthorized<AuthorizationCode> {
    claims::must(client.authorization_code(), "a login begins")
}

fn good(authorized: Authorized<Refreshable>) -> Authorized<Refreshable> {
    match authorized.into_token_set().at(at(10)) {
        Standing::Authorized(authorized) => authorized,
        Standing::Expired(_) => unreachable!("nobody said that it is over"),
    }
}

/// Each is within the limits, can be shown, and is read again as it is.
fn read(challenges: &Challenges<'_>, limits: &Limits) {
    claims::shown(&format!("{challenges} {challenges:?}"), &[]);
    let list: Vec<&Challenge<'_>> = challenges.iter().collect();
    assert!((1..=usize::try_from(limits.challenges).unwrap_or(usize::MAX)).contains(&list.len()));
    for challenge in &list {
        let mut names: Vec<&str> = challenge.parameters().map(|(name, _)| name).collect();
        assert!(names.len() <= usize::try_from(limits.parameters).unwrap_or(usize::MAX));
        assert!(names.iter().all(|name| !name.bytes().any(|byte| byte.is_ascii_uppercase())));
        names.sort_unstable();
        assert!(names.is_sorted_by(|one, other| one < other), "a parameter stands there twice: {names:?}");
        assert!(challenge.token68().is_none() || names.is_empty(), "a text, and parameters");
        if let Some(scope) = challenge.scope() {
            assert_eq!(Scope::split(challenge.parameter("scope").unwrap_or_default(), " ").ok(), Some(scope));
        }
    }
    let written: Vec<String> = list.iter().map(|challenge| write(challenge)).collect();
    // Quoting may make it longer than what was read.
    let roomy = Limits { header_bytes: u32::MAX, ..limits.clone() };
    let again = claims::must(Challenges::read(written.iter().map(String::as_str), &roomy), "what was read is written");
    assert_eq!(again, *challenges, "what was read is read again as the same");
}

/// RFC 9110 section 11.6.1, with each value in quotes.
fn write(challenge: &Challenge<'_>) -> String {
    let quoted = |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"");
    let parameters: Vec<String> =
        challenge.parameters().map(|(name, value)| format!("{name}=\"{}\"", quoted(value))).collect();
    let rest = challenge.token68().map_or_else(|| parameters.join(", "), str::to_owned);
    format!("{} {rest}", challenge.scheme()).trim_end().to_owned()
}

/// A field that is nearly right.
fn field(input: &mut Input<'_>) -> String {
    let mut field = String::new();
    for at in 0..=input.below(3) {
        field.push_str(if at == 0 { "" } else { input.pick([", ", ",", " , ,", " "]) });
        field.push_str(input.pick(["Bearer", "Bearer", "bearer", "DPoP", "Basic", "Negotiate", ""]));
        field.push_str(input.pick([" ", " ", "  ", "", "\t"]));
        if input.rarely(8) {
            field.push_str(input.pick(["YWJj", "YWJj==", "a.b~c/+", "=", "YWJj,"]));
            continue;
        }
        for turn in 0..input.below(5) {
            field.push_str(if turn == 0 { "" } else { input.pick([", ", ",", ",,", " , ", " "]) });
            let name = input.pick(["error", "error", "scope", "acr_values", "max_age", "realm", "ERROR", "x-y", ""]);
            let is = input.pick(["=", "=", "=", " = ", "", "=="]);
            let value = match name {
                "max_age" => input.pick(["60", "0", "-1", "18446744073709551616", "6 0"]).to_owned(),
                "scope" => input.pick(["read", "read write", " read", "r\u{e4}d", "\\"]).to_owned(),
                "error" | "ERROR" => code(input),
                _ => input.text(12),
            };
            let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
            let value = match input.byte() & 3 {
                0 => value,
                1 | 2 => format!("\"{escaped}\""),
                _ => format!("\"{value}\""),
            };
            field.extend([name, is, &value]);
        }
    }
    field
}

fn code(input: &mut Input<'_>) -> String {
    let known = ["invalid_token", "insufficient_scope", "insufficient_user_authentication", "invalid_request"];
    let odd = ["use_dpop_nonce", "Invalid_Token", "", "invalid_token "];
    let of = input.pick([0, 0, 0, 1]);
    if of == 0 { input.pick(known).to_owned() } else { input.pick(odd).to_owned() }
}
