//! Expiry, and the instants that it is asked about.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use oauth_proto::{
    AccessOnly, Confidential, FinishError, Granted, Remedy, Standing, Timestamp, TokenSet,
    dialect::{ExpiryEncoding, RefreshDeadline},
    error::{AnswerFault, Doubt, RequestFault},
    stored,
};
use proptest::{option, prelude::*, sample::select};

use crate::scenario::{Scenario, answer, at};

/// Any number: small ones, those of our time in seconds and in milliseconds, and those near the ends.
fn any_count() -> impl Strategy<Value = u64> {
    prop_oneof![
        0u64..10,
        0u64..100_000,
        1_700_000_000u64..1_900_000_000,
        1_700_000_000_000u64..1_900_000_000_000,
        any::<u64>()
    ]
}

fn ms(millis: u64) -> Timestamp {
    Timestamp::from_unix_millis(millis)
}

/// The instants next to an edge, and the edge itself.
fn around(edge: u64) -> [u64; 3] {
    [edge.saturating_sub(1), edge, edge.saturating_add(1)]
}

/// When the tokens of such an answer end; they were asked for at `sent`.
fn end(scenario: &Scenario<Confidential>, sent: Timestamp, expires_in: &str) -> Result<Option<Timestamp>, Doubt> {
    let (_, flight) = scenario.client.password().unwrap().request("ada", &"pa55".into(), sent).unwrap();
    let body = format!(r#"{{"access_token":"A1","token_type":"Bearer","expires_in":{expires_in}}}"#);
    match flight.finish(answer(200, &body)) {
        Ok(granted) => Ok(granted.into_any_token_set().expires_at()),
        Err(FinishError::InDoubt { doubt, .. }) => Err(doubt),
        Err(error) => panic!("{error}"),
    }
}

fn is_malformed(end: &Result<Option<Timestamp>, Doubt>) -> bool {
    matches!(end, Err(Doubt::Unreadable(AnswerFault::Malformed("expires_in"))))
}

fn set(scenario: &Scenario<Confidential>, end: Option<Timestamp>) -> TokenSet<AccessOnly> {
    scenario.client.import_access_token_from_elsewhere("A".into(), end).unwrap()
}

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn a_longer_lifetime_never_ends_earlier_and_an_end_is_final(
        one in any::<u64>(),
        other in any::<u64>(),
        now in any::<u64>(),
        later in any::<u64>(),
    ) {
        let scenario = Scenario::new();
        let ends = |seconds: u64| end(&scenario, at(10), &seconds.to_string()).unwrap().unwrap();
        prop_assert!(one > other || ends(one) <= ends(other));
        let end = at(0).plus(Duration::from_secs(one));
        let set = || set(&scenario, Some(end));
        let [now, later] = [now.min(later), now.max(later)].map(ms);
        let expired = |instant| matches!(set().at(instant), Standing::Expired(_));
        prop_assert!(!expired(now) || expired(later));
        // Due is expired, some time ahead.
        let ahead = later.since(now);
        prop_assert_eq!(set().is_due(now, ahead), expired(later));
        prop_assert_eq!(set().access_token_at(now).is_none(), expired(now));
    }

    #[test]
    fn a_lifetime_counts_from_the_sending_in_the_unit_that_the_dialect_says(sent in any_count(), count in any_count()) {
        // In a wider type, where nothing overflows: what is beyond the last instant is the last instant.
        let sum = |millis: u128| Timestamp::from_unix_millis(u64::try_from(millis).unwrap_or(u64::MAX));
        let (wide_sent, wide) = (u128::from(sent), u128::from(count));
        for (encoding, expected) in [
            (ExpiryEncoding::SecondsFromNow, Some(sum(wide_sent + wide * 1000))),
            (ExpiryEncoding::MillisecondsFromNow, Some(sum(wide_sent + wide))),
            (ExpiryEncoding::SecondsSinceEpoch, Some(sum(wide * 1000))),
            (ExpiryEncoding::MillisecondsSinceEpoch, Some(sum(wide))),
            (
                ExpiryEncoding::SecondsOrMillisecondsSinceEpoch,
                Some(sum(if wide < 100_000_000_000 { wide * 1000 } else { wide })),
            ),
            (ExpiryEncoding::ConstantSeconds(60), Some(sum(wide_sent + 60_000))),
            (ExpiryEncoding::Ignored, None),
        ] {
            let scenario = Scenario::with(|provider| provider.dialect.response.expiry = encoding);
            prop_assert_eq!(end(&scenario, ms(sent), &count.to_string()).unwrap(), expected, "{:?}", encoding);
        }
    }

    #[test]
    fn a_number_says_the_same_as_an_integer_a_float_and_a_text(count in any_count(), zeros in "0{0,4}") {
        let scenario = Scenario::new();
        let ends = |written: String| end(&scenario, at(0), &written).unwrap();
        let expected = ends(count.to_string());
        prop_assert_eq!(ends(format!("\"{zeros}{count}\"")), expected);
        // As far as the JSON reader's floats are exact: the digits less the point must fit 53 bits.
        let whole = count >> 15;
        prop_assert_eq!(ends(format!("{whole}.0")), ends(whole.to_string()));
        prop_assert_eq!(
            ends(format!("{}e{}", count % 1000, zeros.len())),
            ends(format!("\"{}{zeros}\"", count % 1000))
        );
    }

    #[test]
    fn what_is_no_count_is_refused_and_what_is_too_large_is_the_last_instant(
        number in prop_oneof![
            any::<i64>().prop_map(|number| number.to_string()),
            any::<f64>()
                .prop_filter("JSON has it", |number| number.is_finite())
                .prop_map(|number| format!("{number:?}")),
            "-?[0-9]{1,40}",
            "-?[1-9][0-9]{0,3}\\.[0-9]{1,5}",
            "[1-9]e[0-9]{1,3}",
            "-[0-9]{1,3}",
            "true|false|\\[\\]|\\[1\\]|\\{\\}|\"\"|\" 1\"|\"1 \"|\"\\+1\"|\"-1\"|\"1\\.0\"|\"0x1\"|\"1e3\"|\"[a-z]{1,3}\"|\"\u{664}\"",
        ],
    ) {
        let end = end(&Scenario::new(), at(0), &number);
        match number.parse::<f64>() {
            // Leading zeros, and what no float holds.
            _ if serde_json::from_str::<serde_json::Value>(&number).is_err() => prop_assert!(end.is_err(), "{}", number),
            // A negative zero is a zero. From 1e12 on, the JSON reader's floats are a fraction off themselves, and a
            // fraction is no reason to lose the tokens.
            Ok(value) if value >= 0.0 && (value.fract() == 0.0 || value >= 1e12) => {
                let exact = number.parse::<u64>().ok();
                let expected = at(0).plus(Duration::from_secs(exact.unwrap_or(value as u64)));
                let end = end.unwrap().unwrap();
                let off = end.since(expected).max(expected.since(end));
                let may_be = if exact.is_some() || value < 1e12 { 0 } else { 1u64.saturating_add((value * f64::EPSILON) as u64) };
                prop_assert!(off <= Duration::from_secs(may_be), "{}: {:?} is off by {:?}", number, end, off);
            }
            _ => prop_assert!(is_malformed(&end), "{}: {:?}", number, end),
        }
    }

    #[test]
    fn a_date_is_the_instant_that_another_reader_sees(
        date in "([12][0-9]{3}|000[0-9]|9999)-(0[1-9]|1[0-2]|13|00)-(0[1-9]|[12][0-9]|3[0-2])",
        time in "([01][0-9]|2[0-4]):[0-5][0-9]:([0-5][0-9]|60)(\\.[0-9]{1,9})?",
        between in select(vec!["T", "t", " "]),
        offset in "Z|z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]",
    ) {
        let scenario = Scenario::with(|provider| provider.dialect.response.expiry = ExpiryEncoding::Date);
        let text = format!("{date}{between}{time}{offset}");
        let ours = end(&scenario, at(0), &format!("\"{text}\""));
        // The other reader takes a leap second for the second before it; to this crate it is the one after.
        let leap = time.as_bytes()[6..8] == *b"60";
        let theirs = text.parse::<jiff::Timestamp>();
        match (&ours, theirs) {
            (Ok(ours), Ok(theirs)) => {
                let millis = theirs.as_nanosecond().div_euclid(1_000_000) + i128::from(leap) * 1000;
                let ours = i128::from(ours.unwrap().as_unix_millis());
                // The other one drops the fraction of a leap second.
                let fits = if leap { (millis..millis + 1000).contains(&ours) } else { millis == ours };
                prop_assert!(
                    fits || (millis < 0 && ours == 0) || (leap && millis < 1000),
                    "{}: {} {}",
                    text,
                    ours,
                    millis
                );
            }
            (Err(_), Err(_)) => prop_assert!(is_malformed(&ours)),
            // What it has no room for: years before 1, and beyond 9999.
            (Ok(_), Err(_)) => prop_assert!(text.starts_with("0000") || text.starts_with("9999"), "{}", text),
            (Err(_), Ok(theirs)) => prop_assert!(false, "{} is {}", text, theirs),
        }
    }

    #[test]
    fn a_text_that_is_no_date_is_refused(
        text in "[0-9TZ:. +-]{0,25}|2026-11-25T08:30:00(Z.|\\.Z|,5Z|\\+|\\+1|\\+24:00|\\+08:60|)|2026-1-25T08:30:00Z|\\PC{0,9}",
    ) {
        let scenario = Scenario::with(|provider| provider.dialect.response.expiry = ExpiryEncoding::Date);
        let end = end(&scenario, at(0), &serde_json::to_string(&text).unwrap());
        let colon_is_optional = text.len() > 5 && {
            let (head, tail) = text.split_at_checked(text.len() - 2).unwrap_or((&text, ""));
            format!("{head}:{tail}").parse::<jiff::Timestamp>().is_ok()
        };
        if text.parse::<jiff::Timestamp>().is_err() && !colon_is_optional {
            prop_assert!(is_malformed(&end), "{:?}: {:?}", text, end);
        }
    }

    #[test]
    fn at_any_instant_a_token_is_authorized_or_expired_and_not_both(
        end in option::of(any_count()),
        instant in any_count(),
        ahead in any::<u64>().prop_map(Duration::from_millis),
        rejected in any::<bool>(),
    ) {
        let scenario = Scenario::new();
        let expires_at = end.map(ms);
        // At its expiry itself a token is expired.
        for instant in [instant].into_iter().chain(end.into_iter().flat_map(around)).map(ms) {
            let set = set(&scenario, expires_at);
            let set = if rejected { set.rejected().into_token_set() } else { set };
            let usable = !rejected && expires_at.is_none_or(|end| instant < end);
            prop_assert_eq!(set.access_token_at(instant).is_some(), usable);
            prop_assert_eq!(set.is_due(instant, Duration::ZERO), !usable);
            // One is due from `due_at` on, and not before.
            let due_at = set.due_at(ahead);
            prop_assert_eq!(set.is_due(instant, ahead), due_at.is_some_and(|due_at| due_at <= instant));
            let row = stored::save(&set);
            let (authorized, back) = match set.at(instant) {
                Standing::Authorized(authorized) => (true, authorized.into_token_set()),
                Standing::Expired(expired) => (false, expired.into_token_set()),
            };
            prop_assert_eq!((authorized, stored::save(&back)), (usable, row), "the instant is not stored");
        }
    }

    #[test]
    fn a_refresh_is_made_within_its_window_and_hands_the_tokens_back_outside(
        end in option::of(any_count()),
        opens in option::of(prop_oneof![1u32..1000, any::<u32>().prop_map(|s| s.max(1))]),
        deadline in any::<bool>(),
        now in any_count(),
    ) {
        let scenario = Scenario::with(|provider| {
            provider.dialect.refresh.opens_seconds_before_expiry = opens;
            let limit = if deadline { RefreshDeadline::AccessTokenExpiry } else { RefreshDeadline::None };
            provider.dialect.refresh.deadline = limit;
        });
        let opening = end.zip(opens).map(|(end, opens)| end.saturating_sub(u64::from(opens) * 1000));
        for now in [now].into_iter().chain(opening.into_iter().chain(end).flat_map(around)) {
            let import = || {
                let client = &scenario.client;
                client.import_refreshable_tokens_from_elsewhere("A1".into(), "R1".into(), end.map(ms)).unwrap()
            };
            let row = stored::save(&import());
            let too_late = deadline && end.is_some_and(|end| now >= end);
            let too_early = opening.is_some_and(|opening| now < opening);
            match import().rejected().refresh(&scenario.client, ms(now)) {
                Ok((request, _)) => {
                    prop_assert!(!too_late && !too_early);
                    prop_assert_eq!(request.expose_body(), b"grant_type=refresh_token&refresh_token=R1");
                }
                Err(error) => {
                    match error.fault() {
                        RequestFault::DeadlinePassed(passed) => prop_assert!(too_late && Some(passed) == end.map(ms)),
                        RequestFault::TooEarly { opens, wait } => {
                            prop_assert!(too_early && !too_late);
                            prop_assert_eq!((Some(opens), ms(now).plus(wait)), (opening.map(ms), opens));
                            prop_assert_eq!(error.remedy(), Remedy::Retry { after: Some(wait) });
                        }
                        fault => prop_assert!(false, "{:?}", fault),
                    }
                    let back = error.into_origin();
                    prop_assert_eq!(
                        stored::save(&back),
                        row.replacen(r#","intent""#, r#","rejected":true,"intent""#, 1)
                    );
                }
            }
        }
    }

    #[test]
    fn instants_stop_at_both_ends_and_are_exact_between_them(
        one in any_count(),
        other in any_count(),
        seconds in any_count(),
    ) {
        let [a, b] = [one, other].map(ms);
        let between = Duration::from_millis(other);
        prop_assert_eq!(a.plus(between), ms(one.saturating_add(other)));
        prop_assert_eq!(a.minus(between), ms(one.saturating_sub(other)));
        prop_assert_eq!(a.since(b), Duration::from_millis(one.saturating_sub(other)));
        prop_assert_eq!(b.plus(a.since(b)), a.max(b));
        prop_assert_eq!(Timestamp::from_unix_seconds(seconds), ms(seconds.saturating_mul(1000)));
        prop_assert_eq!(Timestamp::from_unix(Duration::from_secs(seconds)), Timestamp::from_unix_seconds(seconds));
        prop_assert_eq!(serde_json::from_str::<Timestamp>(&serde_json::to_string(&a).unwrap()).unwrap(), a);
    }

    #[test]
    fn an_instant_prints_as_the_date_that_a_calendar_says(instant in any_count()) {
        let said = ms(instant).to_string();
        // RFC 3339 ends with the year 9999.
        if instant <= 253_402_300_799_999 {
            prop_assert_eq!(said.parse::<jiff::Timestamp>().unwrap().as_millisecond(), instant as i64, "{}", said);
        } else {
            prop_assert!(said.starts_with('+') && said.ends_with('Z'), "{}", said);
        }
        // After 400 years the calendar begins anew.
        let day = |said: &str| said.rsplit('-').take(2).map(str::to_owned).collect::<Vec<_>>();
        prop_assert_eq!(day(&said), day(&ms(instant % 12_622_780_800_000).to_string()));
    }

    #[test]
    fn the_standard_librarys_time_is_the_same_instant_to_the_millisecond(
        millis in any_count(),
        nanos in 0u64..1_000_000,
        before in 1u64..1_000_000_000_000,
    ) {
        let time = SystemTime::from(ms(millis));
        prop_assert_eq!(Timestamp::from(time), ms(millis));
        // This platform reaches as far as any timestamp does.
        prop_assert_eq!(time.duration_since(UNIX_EPOCH).unwrap(), Duration::from_millis(millis));
        prop_assert_eq!(Timestamp::from(time + Duration::from_nanos(nanos)), ms(millis), "rounded down");
        prop_assert_eq!(Timestamp::from(UNIX_EPOCH - Duration::from_nanos(before)), ms(0));
        // Where it reaches further, a timestamp stays at its end.
        prop_assert_eq!(Timestamp::from(SystemTime::from(ms(u64::MAX)) + Duration::from_millis(before)), ms(u64::MAX));
    }

    #[test]
    fn a_token_that_came_is_counted_from_the_request_and_not_from_the_answer(
        sent in any_count(),
        lives in 0u64..100_000,
        retried in any_count(),
    ) {
        let scenario = Scenario::new();
        let tokens = scenario.client.import_refreshable_tokens_from_elsewhere("A1".into(), "R1".into(), None).unwrap();
        let (_, flight) = tokens.rejected().refresh(&scenario.client, ms(sent)).unwrap();
        prop_assert_eq!(flight.sent_at(), ms(sent));
        // The journal keeps it; a retry begins anew.
        let journal = stored::save(&flight);
        let in_doubt: oauth_proto::InDoubt<oauth_proto::grant::RefreshToken> =
            stored::load(journal.as_bytes()).unwrap();
        prop_assert_eq!(in_doubt.sent_at(), ms(sent));
        let body = format!(r#"{{"access_token":"A2","token_type":"Bearer","expires_in":{lives}}}"#);
        let lives = Duration::from_secs(lives);
        prop_assert_eq!(flight.finish(answer(200, &body)).unwrap().expires_at(), Some(ms(sent).plus(lives)));
        let (_, flight) = in_doubt.retry(&scenario.client, ms(retried)).unwrap();
        let authorized = flight.finish(answer(200, &body)).unwrap();
        prop_assert_eq!(authorized.expires_at(), Some(ms(retried).plus(lives)));
        drop(Granted::Refreshable(authorized));
    }
}
