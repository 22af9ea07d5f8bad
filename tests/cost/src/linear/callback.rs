//! Callbacks: what the browser brings, written by anybody.

use oauth_proto::{
    Callback, Provider,
    dialect::{CodeDecoding, Kept, TokenPlace},
};

use super::{
    Input, Read, ReadUpTo, Refused, Verdict,
    fill::{PREFIX, number, repeat},
    judge, unlimited,
};
use crate::scenario::{STATE, Scenario, at};

/// What a login's own callback begins with.
fn own(rest: &str) -> String {
    format!("code=C1&state={STATE}{rest}")
}

/// A query, received by a login of a provider like this.
fn query(
    name: &'static str,
    verdict: Verdict,
    tweak: fn(&mut Provider),
    make: impl Fn(usize) -> String + 'static,
) -> Input {
    Input::new(name, verdict, move |size| {
        let scenario = Scenario::with(|provider| {
            unlimited(provider);
            tweak(provider);
        });
        let (awaiting, query) = (scenario.awaiting_code(), make(size));
        Box::new(move || judge(awaiting.receive(&scenario.client, Callback::query(&query), at(10))))
    })
}

fn keep_many(provider: &mut Provider) {
    provider.dialect.callback.keep = (0..32).map(|n| (format!("k{n}"), Kept::Text)).collect();
}

pub fn inputs() -> Vec<Input> {
    let mut inputs = queries();
    inputs.extend(asked());
    inputs.extend(fragments());
    inputs
}

fn queries() -> Vec<Input> {
    let plain = |name, verdict, start: &'static str, unit: &'static str, end: &'static str| {
        query(name, verdict, |_| {}, move |size| repeat(&own(start), unit, end, size))
    };
    let numbered = |name, verdict, unit: fn(usize) -> String, end: &'static str| {
        query(name, verdict, |_| {}, move |size| number(&own(""), unit, end, size))
    };
    let alone = |name, verdict, start: &'static str, unit: &'static str, end: &'static str| {
        query(name, verdict, |_| {}, move |size| repeat(start, unit, end, size))
    };
    vec![
        numbered("callback: many parameters", Read, |n| format!("&{n}"), ""),
        numbered("callback: many names that begin alike", Read, |n| format!("&{PREFIX}{n:08}=0"), ""),
        numbered("callback: many names in escapes", Read, |n| format!("&%61%62{n}=0"), ""),
        numbered("callback: a second code at the end", Refused, |n| format!("&{n}=0"), "&code=C2"),
        numbered("callback: a second state at the end", Refused, |n| format!("&{n}=0"), "&state=S2"),
        numbered("callback: a token at the end", Refused, |n| format!("&{n}=0"), "&access_token=A1"),
        plain("callback: one name again and again", Read, "", "&x=0", ""),
        plain("callback: empty parameters", Read, "", "&", ""),
        plain("callback: equals signs", Read, "&x=", "=", ""),
        plain("callback: a value of escapes", Read, "&x=", "%61", ""),
        plain("callback: a name of escapes", Read, "&", "%61", ""),
        plain("callback: a name of broken escapes", Read, "&%", "6", ""),
        plain("callback: a name whose last escape is broken", Read, "&", "%61", "%"),
        plain("callback: a name that is no UTF-8 at its end", Read, "&", "%61", "%ff"),
        plain("callback: plus signs", Read, "&", "+", ""),
        alone("callback: an endless state", Refused, "code=C1&state=", "a", ""),
        alone("callback: an endless state of escapes", Refused, "code=C1&state=", "%61", ""),
        alone("callback: an endless state, broken at its end", Refused, "code=C1&state=", "%61", "%ff"),
        query(
            "callback: a long code",
            ReadUpTo(64 * 1024),
            |_| {},
            |size| repeat(&format!("state={STATE}&code="), "a", "", size),
        ),
        query(
            "callback: a long code of escapes",
            ReadUpTo(128 * 1024),
            |_| {},
            |size| repeat(&format!("state={STATE}&code="), "%61", "", size),
        ),
        query(
            "callback: a long code as it stands",
            ReadUpTo(64 * 1024),
            |provider| provider.dialect.callback.code = CodeDecoding::AsReceived,
            |size| repeat(&format!("state={STATE}&code="), "%61", "", size),
        ),
        query(
            "callback: a long description",
            Refused,
            |_| {},
            |size| repeat(&format!("error=x&state={STATE}&error_description="), "%07", "", size),
        ),
        query(
            "callback: a long error",
            Refused,
            |_| {},
            |size| repeat(&format!("state={STATE}&error="), "no+", "", size),
        ),
        query(
            "callback: a long error of somebody else's",
            Refused,
            |_| {},
            |size| repeat("state=S2&error=x&error_description=", "no+", "", size),
        ),
        query(
            "callback: a long issuer",
            Refused,
            |provider| provider.issuer = Some("https://id.example".into()),
            |size| repeat(&own("&iss=https://id.example"), "%61", "", size),
        ),
        // 32 texts of at most 1 KiB.
        query("callback: many kept texts", ReadUpTo(32 * 1024), keep_many, |size| {
            let share = "v".repeat((size / 32).saturating_sub(16));
            own(&(0..32).map(|n| format!("&k{n}={share}")).collect::<String>())
        }),
        query("callback: one long kept text", ReadUpTo(1024), keep_many, |size| repeat(&own("&k0="), "v", "", size)),
        query("callback: one kept name again and again", Refused, keep_many, |size| {
            repeat(&own(""), "&k0=v", "", size)
        }),
    ]
}

/// What is asked of a callback before the login is taken out of the store.
fn asked() -> Vec<Input> {
    let asked = |name, verdict, ask: fn(&Scenario<_>, Callback<'_>) -> bool, make: fn(usize) -> String| {
        Input::new(name, verdict, move |size| {
            let (scenario, query) = (Scenario::with(unlimited), make(size));
            Box::new(move || ask(&scenario, Callback::url(&query)))
        })
    };
    vec![
        asked(
            "callback: the key of an endless state",
            Read,
            |scenario, callback| scenario.client.login_key(callback).is_some(),
            |size| repeat("/cb?state=", "%61", "", size),
        ),
        asked(
            "callback: the key among many parameters",
            Read,
            |scenario, callback| scenario.client.login_key(callback).is_some(),
            |size| number("/cb?state=S1", |n| format!("&{n}=%61"), "", size),
        ),
        asked(
            "callback: the key, where there is none",
            Refused,
            |scenario, callback| scenario.client.login_key(callback).is_some(),
            |size| number("/cb?", |n| format!("&{n}=%61"), "#x", size),
        ),
        asked(
            "callback: whether an endless state matches",
            Refused,
            |scenario, callback| scenario.awaiting_code().matches(&scenario.client, callback),
            |size| repeat("/cb?state=", "a", "", size),
        ),
        asked(
            "callback: an endless path",
            Refused,
            |scenario, callback| scenario.client.login_key(callback).is_some(),
            |size| repeat("/", "cb/", "", size),
        ),
    ]
}

/// Tokens that come with the browser.
fn fragments() -> Vec<Input> {
    let fragment = |name, verdict, tweak: fn(&mut Provider), make: fn(usize) -> String| {
        Input::new(name, verdict, move |size| {
            let scenario = Scenario::with(|provider| {
                unlimited(provider);
                tweak(provider);
            });
            let (awaiting, url) = (scenario.awaiting_token(), make(size));
            Box::new(move || judge(awaiting.receive(&scenario.client, Callback::url(&url), at(10))))
        })
    };
    const TOKENS: &str = "access_token=A1&token_type=Bearer&state=";
    vec![
        fragment(
            "fragment: many parameters",
            Read,
            |_| {},
            |size| number(&format!("/cb#{TOKENS}{STATE}"), |n| format!("&{n}=%61"), "", size),
        ),
        fragment(
            "fragment: many names that begin alike",
            Read,
            |_| {},
            |size| number(&format!("/cb#{TOKENS}{STATE}"), |n| format!("&{PREFIX}{n:08}=0"), "", size),
        ),
        fragment(
            "fragment: a long token of escapes",
            ReadUpTo(128 * 1024),
            |_| {},
            |size| repeat(&format!("/cb#token_type=Bearer&state={STATE}&access_token="), "%61", "", size),
        ),
        fragment(
            "fragment: a long scope",
            ReadUpTo(32 * 1024),
            |_| {},
            |size| repeat(&format!("/cb#{TOKENS}{STATE}&scope="), "%61", "", size),
        ),
        fragment(
            "fragment: many hash signs",
            Read,
            |_| {},
            |size| repeat(&format!("/cb#{TOKENS}{STATE}&x="), "#", "", size),
        ),
        fragment(
            "fragment: many parameters, and many more in the query",
            Read,
            |provider| provider.dialect.callback.tokens = TokenPlace::FragmentOrQuery,
            |size| {
                let query = number("/cb?", |n| format!("&q{n}=%61"), "", size / 2);
                number(&format!("{query}#{TOKENS}{STATE}"), |n| format!("&{n}=%61"), "", size)
            },
        ),
    ]
}
