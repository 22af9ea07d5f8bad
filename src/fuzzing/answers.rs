//! Dialects of the answer, answers that are nearly right in them, and what is to be read there.

use super::{
    input::Input,
    json::{self, Json},
    scene::{ACCESS, REFRESH},
};
use crate::{
    Provider,
    dialect::{
        Dialect, ErrorMembers, ExpiryEncoding, Nonce, OkMember, RefreshAnswer, RefreshCredential, ResponseFormat,
        ScopeFormat,
    },
};

/// What the nonce of the scene's login is.
const NONCE: &str = "to1kGx4RJkodC69dKOkxc-yGvrzbgb1-Dkr5Igt2Igg";

/// Turns the knobs of the answer.
pub(super) fn turn(input: &mut Input<'_>, provider: &mut Provider) {
    let Dialect { response, refresh, authorize, .. } = &mut provider.dialect;
    let knobs = input.byte();
    let on = |bit: u8| knobs & (1 << bit) != 0;
    if on(0) {
        response.rename.rename("access_token", "data.token").rename("expires_in", "data.expires");
        response.rename.rename("refresh_token", "data.renew");
        response.error.code = "data.error".into();
    }
    if on(1) {
        response.expiry = input.pick([
            ExpiryEncoding::MillisecondsFromNow,
            ExpiryEncoding::SecondsSinceEpoch,
            ExpiryEncoding::MillisecondsSinceEpoch,
            ExpiryEncoding::SecondsOrMillisecondsSinceEpoch,
            ExpiryEncoding::Date,
            ExpiryEncoding::ConstantSeconds(60),
            ExpiryEncoding::Ignored,
        ]);
    }
    response.token_type_optional = on(2);
    if on(3) {
        response.scope_format = input.pick([ScopeFormat::List, ScopeFormat::Ignored]);
        response.token_types = vec!["Bearer".into(), "user".into()];
    }
    if on(4) {
        response.keep = vec!["team.id".into(), "live".into(), "scope".into()];
        response.scope_separator = Some(",".into());
    }
    if on(5) {
        let ok = match input.byte() & 3 {
            0 => OkMember::new("ok", true),
            1 => OkMember::new("ok", 0),
            2 => OkMember::new("status.code", "success"),
            // The code of the error is what tells.
            _ => OkMember::new(response.error.code.clone(), 0),
        };
        response.error =
            ErrorMembers { ok: Some(ok), invalid_grant: vec!["token_gone".into()], ..response.error.clone() };
    }
    if on(6) {
        authorize.nonce = Nonce::EchoedWithTokens;
    }
    if on(7) {
        match input.byte() & 3 {
            0 => response.format = ResponseFormat::Form,
            1 => refresh.answer = RefreshAnswer::ExtendsSeconds(60),
            2 => refresh.credential = RefreshCredential::Access,
            _ => response.status = 201,
        }
    }
}

/// The path that this dialect gives a member.
pub(super) fn path<'d>(dialect: &'d Dialect, standard: &'d str) -> &'d str {
    let error = &dialect.response.error;
    match standard {
        "error" => &error.code,
        "error_description" => &error.description,
        "error_uri" => &error.uri,
        _ => dialect.response.rename.wire(standard),
    }
}

/// An answer that brings tokens, or nearly so.
pub(super) fn with_tokens(input: &mut Input<'_>, dialect: &Dialect) -> Vec<u8> {
    with_members(input, dialect, &[])
}

/// The same with these members beside the others, or in their place.
pub(super) fn with_members(input: &mut Input<'_>, dialect: &Dialect, own: &[(&str, &str)]) -> Vec<u8> {
    let [access, refresh] = [ACCESS, REFRESH].map(|token| format!("\"{token}-of-the-answer\""));
    let expiry = match dialect.response.expiry {
        ExpiryEncoding::Date => {
            input.pick(["\"2027-02-28T23:59:60.5+01:00\"", "\"1969-12-31 23:00:00-0100\"", "\"2027\""])
        }
        _ => input.pick(["3600", "\"3600\"", "1800000000", "1800000000000", "3600.0", "0"]),
    };
    let scope = match dialect.response.scope_format {
        ScopeFormat::List => r#"["read","write"]"#,
        ScopeFormat::Text | ScopeFormat::Ignored => "\"read,write read\"",
    };
    let token_type = input.pick(["\"Bearer\"", "\"bearer\"", "\"bearer\"", "\"user\"", "\"mac\""]);
    let nonce = format!("\"{NONCE}\"");
    let ok = dialect.response.error.ok.as_ref();
    let mut members = vec![
        (path(dialect, "access_token"), access.as_str()),
        (path(dialect, "token_type"), token_type),
        (path(dialect, "expires_in"), expiry),
        ("team.id", "\"T7\""),
    ];
    if input.byte() & 1 == 0 {
        members.extend([(path(dialect, "refresh_token"), refresh.as_str()), (path(dialect, "scope"), scope)]);
    }
    if dialect.authorize.nonce == Nonce::EchoedWithTokens {
        members.push(("nonce", nonce.as_str()));
    }
    let value = ok.map(|ok| (ok.member.as_str(), serde_json::to_string(&ok.value).unwrap_or_default()));
    members.extend(value.iter().map(|(member, value)| (*member, value.as_str())));
    if input.rarely(12) {
        members.push((path(dialect, "error"), "\"invalid_grant\""));
    }
    members.retain(|(name, _)| !own.iter().any(|(each, _)| each == name));
    members.extend(own);
    write(input, dialect, &members)
}

/// An answer that brings an error, or nearly so.
pub(super) fn with_error(input: &mut Input<'_>, dialect: &Dialect) -> Vec<u8> {
    let code = input.pick([
        "\"invalid_grant\"",
        "\"invalid_client\"",
        "\"server_error\"",
        "\"temporarily_unavailable\"",
        "\"token_gone\"",
        "\"consent required\"",
        "42",
        "-7",
        "\"\"",
        "\"a\\\"b\"",
        "\"\\u00e4\"",
    ]);
    let words = serde_json::Value::from(input.text(40)).to_string();
    let tells = input.pick(["false", "1", "\"failed\""]);
    let token = format!("\"{ACCESS}-of-the-answer\"");
    let mut members = vec![(path(dialect, "error"), code), (path(dialect, "error_description"), words.as_str())];
    if let Some(ok) = dialect.response.error.ok.as_ref().filter(|ok| ok.member != dialect.response.error.code) {
        members.push((&ok.member, tells));
    }
    if input.rarely(8) {
        members.push((path(dialect, "error_uri"), "\"https://id.example/why\\n\""));
    }
    if input.rarely(8) {
        members.push((path(dialect, input.pick(["access_token", "refresh_token"])), &token));
    }
    write(input, dialect, &members)
}

/// As JSON, or as the form that drafts of the protocol had.
fn write(input: &mut Input<'_>, dialect: &Dialect, members: &[(&str, &str)]) -> Vec<u8> {
    if dialect.response.format == ResponseFormat::Json {
        return json::object(input, members);
    }
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in members {
        if !input.rarely(8) {
            form.append_pair(name, json::value(input, value).trim_matches('"'));
        }
    }
    form.finish().into_bytes()
}

/// What a second reader finds in the answer; `None` where it cannot read all of it.
pub(super) fn said(dialect: &Dialect, body: &[u8]) -> Option<Json> {
    match dialect.response.format {
        ResponseFormat::Json => json::read(body).ok(),
        ResponseFormat::Form => {
            let pairs = url::form_urlencoded::parse(body).into_owned();
            Some(Json::Object(pairs.map(|(name, value)| (name, Json::Leaf(value.into()))).collect()))
        }
    }
}
