//! Answers: read, kept in part, refused, and beyond reading.

use oauth_proto::{
    Outcome, Response,
    dialect::{Nonce, OkMember, RefreshAnswer, ResponseFormat, ScopeFormat},
};
use oauth_proto_memory::secrets::{ACCESS_TOKEN, BODY, EXTRA, NEW_ACCESS_TOKEN, NEW_REFRESH_TOKEN, REFRESH_TOKEN};

use super::stage::*;

pub const ALL: &[(&str, fn())] = &[
    ("tokens with escapes", escapes),
    ("an answer that is a form", form),
    ("a nested answer", nested),
    ("kept members", kept),
    ("members that are kept and read", kept_and_read),
    ("a refresh that extends", extends),
    ("answers beyond reading", unreadable),
    ("refusals", refused),
    ("a nonce that is not ours", foreign_nonce),
    ("header fields of an answer", headers),
];

fn escapes() {
    let flight = code_in_flight(&client()).1;
    drop(flight.finish(tokens(&with_escape(ACCESS_TOKEN), &with_escape(REFRESH_TOKEN))).unwrap());
}

fn form() {
    let client = client_with(|provider| {
        provider.dialect.response.format = ResponseFormat::Form;
        provider.dialect.response.keep = vec!["hook".into()];
    });
    for hook in [text(&[EXTRA]), escaped(EXTRA)] {
        for token in [text(&[ACCESS_TOKEN]), escaped(ACCESS_TOKEN)] {
            let parts = ["access_token=", &token, "&token_type=Bearer&stranger=", BODY, "&hook=", &hook];
            let answer = response(200, "application/x-www-form-urlencoded", &parts);
            assert_eq!(code_in_flight(&client).1.finish(answer).unwrap().extras().get("hook"), Some(EXTRA));
        }
    }
}

fn nested() {
    let client = client_with(|provider| {
        provider.dialect.response.rename.rename("access_token", "data.token");
        provider.dialect.response.rename.rename("refresh_token", "data.more.refresh");
        provider.dialect.response.error.ok = Some(OkMember::new("ok", true));
    });
    for token in [text(&[ACCESS_TOKEN]), with_escape(ACCESS_TOKEN)] {
        let start =
            ["{\"ok\":true,\"token_type\":\"Bearer\",\"data\":{\"token\":\"", &token, "\",\"more\":{\"refresh\":\""];
        let answer = json(200, &[start.as_slice(), &[&token, "\"}}}"]].concat());
        drop(code_in_flight(&client).1.finish(answer).unwrap());
    }
}

fn kept() {
    let client = client_with(|provider| {
        provider.dialect.response.keep = ["hook", "list", "team.hook"].map(String::from).to_vec();
    });
    for hook in [text(&[EXTRA]), with_escape(EXTRA)] {
        let parts =
            ["{\"access_token\":\"", ACCESS_TOKEN, "\",\"token_type\":\"Bearer\",\"refresh_token\":\"", REFRESH_TOKEN];
        let kept = ["\",\"hook\":\"", &hook, "\",\"list\":[\"", &hook, "\"],\"team\":{\"hook\":\"", &hook, "\"},"];
        let answer = json(200, &[parts.as_slice(), &kept, &["\"stranger\":\"", &hook, "\"}"]].concat());
        let granted = code_in_flight(&client).1.finish(answer).unwrap();
        assert_eq!(granted.extras().get("team.hook"), Some(EXTRA));
        // A refresh brings it anew.
        let oauth_proto::Granted::Refreshable(authorized) = granted else { panic!() };
        let answer =
            json(200, &["{\"access_token\":\"", NEW_ACCESS_TOKEN, "\",\"token_type\":\"Bearer\",\"hook\":\"x\"}"]);
        drop(authorized.refresh(&client, at(2)).unwrap().1.finish(answer).unwrap());
    }
}

/// A member that is kept is read whole; it may be one of those that the protocol knows.
fn kept_and_read() {
    let client = client_with(|provider| {
        provider.dialect.response.keep = ["token_type", "scope"].map(String::from).to_vec();
        provider.dialect.response.scope_format = ScopeFormat::List;
    });
    let scope = "\",\"token_type\":\"Bearer\",\"scope\":[\"read\",7]}";
    drop(code_in_flight(&client).1.finish(json(200, &["{\"access_token\":\"", ACCESS_TOKEN, scope])).unwrap());
}

fn extends() {
    let client = client_with(|provider| provider.dialect.refresh.answer = RefreshAnswer::ExtendsSeconds(60));
    for (token, good) in [(ACCESS_TOKEN, true), (NEW_ACCESS_TOKEN, false)] {
        for token in [text(&[token]), with_escape(token)] {
            let (_, flight) = refreshable(&client).refresh(&client, at(2)).unwrap();
            assert_eq!(flight.finish(json(200, &["{\"access_token\":\"", &token, "\"}"])).is_ok(), good);
        }
    }
}

/// With tokens in them, as they are and escaped.
fn unreadable() {
    let client = client_with(|provider| provider.dialect.response.keep = vec!["hook".into()]);
    for token in [text(&[NEW_ACCESS_TOKEN]), with_escape(NEW_ACCESS_TOKEN)] {
        for parts in [
            ["{\"access_token\":\"", &token, "\\n\",\"token_type\":\"Bearer\"}"].as_slice(),
            &["{\"access_token\":\"", &token, "\"}"],
            &["{\"access_token\":\"", &token, "\",\"token_type\":\"mac\"}"],
            &["{\"access_token\":\"", &token, "\",\"token_type\":7}"],
            &["{\"access_token\":\"", &token, "\",\"token_type\":\"Bearer\",\"expires_in\":\"", &token, "\"}"],
            &["{\"access_token\":\"", &token, "\",\"token_type\":\"Bearer\",\"refresh_token\":7}"],
            &["{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"refresh_token\":\"", &token, "\\n\"}"],
            &["{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"scope\":\"", &token, "\\n\"}"],
            &["{\"access_token\":\"", &token, "\",\"access_token\":\"", &token, "\",\"token_type\":\"Bearer\"}"],
            &["{\"stranger\":\"", &token, "\",\"stranger\":\"", &token, "\"}"],
            &["{\"access_token\":\"", &token, "\",\"error\":\"invalid_grant\"}"],
            &["{\"refresh_token\":\"", &token, "\",\"error\":\"invalid_grant\"}"],
            &["{\"access_token\":{\"", &token, "\":\"", &token, "\"}}"],
            &["{\"access_token\":[\"", &token, "\"]}"],
            &["{\"hook\":\"", &token, "\",\"access_token\":\"", &token, "\""],
            &["[\"", &token, "\"]"],
            &["\"", &token, "\""],
            &[&token],
        ] {
            for status in [200, 302, 500] {
                drop(code_in_flight(&client).1.finish(json(status, parts)).unwrap_err());
            }
        }
    }
    drop(code_in_flight(&client).1.finish(response(200, "text/html", &[BODY])).unwrap_err());
    drop(code_in_flight(&client).1.finish(Outcome::lost("reset")).unwrap_err());
    let (_, flight) = code_in_flight(&client);
    let Err(oauth_proto::FinishError::NotSent { origin, .. }) = flight.finish(Outcome::not_sent("dns")) else {
        panic!()
    };
    drop(origin.exchange(&client, at(3)).unwrap());
}

fn refused() {
    let client = client();
    for code in ["invalid_grant", "invalid_scope", "server_error"] {
        for token in [text(&[NEW_REFRESH_TOKEN]), with_escape(NEW_REFRESH_TOKEN)] {
            let parts =
                ["{\"error\":\"", code, "\",\"refresh_token\":\"", &token, "\",\"access_token\":\"", &token, "\"}"];
            drop(code_in_flight(&client).1.finish(json(400, &parts)).unwrap_err());
            drop(refreshable(&client).refresh(&client, at(2)).unwrap().1.finish(json(400, &parts)).unwrap_err());
        }
    }
}

fn foreign_nonce() {
    let client = client_with(|provider| provider.dialect.authorize.nonce = Nonce::EchoedWithTokens);
    for nonce in [text(&[BODY]), with_escape(BODY)] {
        let parts =
            ["{\"access_token\":\"", NEW_ACCESS_TOKEN, "\",\"token_type\":\"Bearer\",\"nonce\":\"", &nonce, "\"}"];
        drop(code_in_flight(&client).1.finish(json(200, &parts)).unwrap_err());
    }
}

fn headers() {
    drop(Response::new(302, [("Set-Cookie", BODY), ("Location", BODY)], Vec::new()));
}
