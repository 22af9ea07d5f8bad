//! When a token ends: what the number counts, and dates.

use proptest::prelude::*;

use super::*;

/// When the tokens of a request at 10 s expire: in milliseconds since 1970.
fn expiry(encoding: &Value, member: &str) -> Result<Option<u64>, String> {
    let scenario = step(json!({ "expiry": encoding }));
    let body = format!(r#"{{"access_token":"A1","token_type":"Bearer"{member}}}"#);
    match scenario.code_in_flight().1.finish(answer(200, &body)) {
        Ok(granted) => Ok(granted.into_any_token_set().expires_at().map(Timestamp::as_unix_millis)),
        Err(FinishError::InDoubt { doubt: Doubt::Unreadable(fault), .. }) => Err(format!("{fault:?}")),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn what_an_expiry_counts() {
    const END: u64 = u64::MAX;
    let sent = at(10).as_unix_millis();
    let huge = "18446744073709551615";
    let beyond = r#""18446744073709551616""#;
    let rows: [(&str, &[(&str, u64)]); 5] = [
        (
            "seconds_from_now",
            &[("0", sent), ("60", sent + 60_000), (r#""60""#, sent + 60_000), (huge, END), (beyond, END)],
        ),
        (
            "milliseconds_from_now",
            &[
                ("0", sent),
                ("1", sent + 1),
                ("60000.0", sent + 60_000),
                (r#""7""#, sent + 7),
                (huge, END),
                (beyond, END),
            ],
        ),
        (
            "seconds_since_epoch",
            &[("0", 0), ("1800000000", 1_800_000_000_000), (r#""1""#, 1000), ("1e20", END), (huge, END)],
        ),
        (
            "milliseconds_since_epoch",
            &[("0", 0), ("1800000000001", 1_800_000_000_001), (r#""1""#, 1), (huge, END), (beyond, END)],
        ),
        (
            "seconds_or_milliseconds_since_epoch",
            &[
                ("0", 0),
                ("1800000000", 1_800_000_000_000),
                ("99999999999", 99_999_999_999_000),
                ("100000000000", 100_000_000_000),
                ("1800000000001", 1_800_000_000_001),
                (r#""99999999999""#, 99_999_999_999_000),
                (r#""100000000000""#, 100_000_000_000),
                (huge, END),
            ],
        ),
    ];
    for (encoding, values) in rows {
        let encoding = json!(encoding);
        for (value, expected) in values {
            let found = expiry(&encoding, &format!(r#","expires_in":{value}"#));
            assert_eq!(found, Ok(Some(*expected)), "{encoding} {value}");
        }
        assert_eq!(expiry(&encoding, ""), Ok(None));
        assert_eq!(expiry(&encoding, r#","expires_in":null"#), Ok(None));
        for value in ["-1", "1.5", "true", "[]", "{}", r#""""#, r#""1.0""#, r#""-1""#, r#""2027-01-15T08:00:00Z""#] {
            let found = expiry(&encoding, &format!(r#","expires_in":{value}"#));
            assert_eq!(found, Err(r#"Malformed("expires_in")"#.into()), "{encoding} {value}");
        }
    }
    // Nor of what means something else, and then nothing is known of the end.
    for member in ["", r#","expires_in":1"#, r#","expires_in":"soon""#, r#","expires_in":{"x":1}"#] {
        assert_eq!(expiry(&json!("ignored"), member), Ok(None), "{member}");
    }
    // Nothing is read of a constant, whatever stands there.
    for (seconds, expected) in [(1, sent + 1000), (3600, sent + 3_600_000), (u32::MAX, sent + 4_294_967_295_000)] {
        let encoding = json!({ "constant_seconds": seconds });
        for member in ["", r#","expires_in":1"#, r#","expires_in":"soon""#, r#","expires_in":{"x":1}"#] {
            assert_eq!(expiry(&encoding, member), Ok(Some(expected)), "{seconds} {member}");
        }
    }
}

fn date(text: &str) -> Result<Option<u64>, String> {
    expiry(&json!("date"), &format!(r#","expires_in":{}"#, json!(text)))
}

#[test]
fn an_expiry_that_is_a_date() {
    for (text, expected) in [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00.001Z", 1),
        ("2027-01-15T08:00:00Z", 1_800_000_000_000),
        ("2027-01-15t08:00:00z", 1_800_000_000_000),
        ("2027-01-15 08:00:00+00:00", 1_800_000_000_000),
        ("2027-01-15T08:00:00-00:00", 1_800_000_000_000),
        ("2027-01-15T13:30:00+05:30", 1_800_000_000_000),
        ("2027-01-15T13:30:00+0530", 1_800_000_000_000),
        ("2027-01-14T22:00:00-10:00", 1_800_000_000_000),
        ("2027-01-15T08:00:00.5Z", 1_800_000_000_500),
        ("2027-01-15T08:00:00.123456789Z", 1_800_000_000_123),
        ("2024-02-29T00:00:00Z", 1_709_164_800_000),
        ("2000-02-29T00:00:00Z", 951_782_400_000),
        ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ("2016-12-31T23:59:60Z", 1_483_228_800_000),
        // What was before 1970 is over.
        ("1969-12-31T23:59:59Z", 0),
        ("0000-01-01T00:00:00Z", 0),
        ("0001-01-01T00:00:00+23:59", 0),
        ("1970-01-01T00:00:00+00:01", 0),
    ] {
        assert_eq!(date(text), Ok(Some(expected)), "{text}");
    }
    for text in [
        "",
        "2027-01-15",
        "2027-01-15T08:00Z",
        "2027-01-15T08:00:00",
        "2027-01-15T08:00:00.Z",
        "2027-01-15T08:00:00,5Z",
        "2027-01-15T08:00:00+5:30",
        "2027-01-15T08:00:00+05",
        "2027-01-15T08:00:00+24:00",
        "2027-01-15T08:00:00+00:60",
        "2027-01-15T24:00:00Z",
        "2027-01-15T08:60:00Z",
        "2027-01-15T08:00:61Z",
        "2027-00-15T08:00:00Z",
        "2027-13-15T08:00:00Z",
        "2027-01-00T08:00:00Z",
        "2027-01-32T08:00:00Z",
        "2027-02-29T08:00:00Z",
        "2100-02-29T08:00:00Z",
        "2027-04-31T08:00:00Z",
        "27-01-15T08:00:00Z",
        "12027-01-15T08:00:00Z",
        "+2027-01-15T08:00:00Z",
        "-027-01-15T08:00:00Z",
        " 2027-01-15T08:00:00Z",
        "2027-01-15T08:00:00Z ",
        "2027-01-15T08:00:00Z[UTC]",
        "2027-01-15T08:00:00 Z",
        "2027/01/15T08:00:00Z",
        "Fri, 15 Jan 2027 08:00:00 GMT",
        "\u{662}027-01-15T08:00:00Z",
        "1800000000",
    ] {
        assert_eq!(date(text), Err(r#"Malformed("expires_in")"#.into()), "{text:?}");
    }
    for value in ["1800000000", "true", "[]", "{}"] {
        let found = expiry(&json!("date"), &format!(r#","expires_in":{value}"#));
        assert_eq!(found, Err(r#"Malformed("expires_in")"#.into()), "{value}");
    }
    assert_eq!(expiry(&json!("date"), r#","expires_in":null"#), Ok(None));
}

/// The instant in milliseconds as another reader has it; `None` where that one refuses the text.
fn by_jiff(text: &str) -> Option<u64> {
    let instant: jiff::Timestamp = text.parse().ok()?;
    Some(u64::try_from(instant.as_millisecond()).unwrap_or(0))
}

/// An instant of 1970 to 9999, as it is written at some offset, with some fraction of a second.
fn dates() -> impl Strategy<Value = String> {
    let digits = prop_oneof![Just(String::new()), "\\.[0-9]{1,8}"];
    (0i64..253_402_207_200, -1439i32..=1439, digits, "[Tt ]", 0..3u8).prop_map(|(second, minutes, digits, t, zulu)| {
        let offset = if zulu == 0 { 0 } else { minutes };
        let local = jiff::Timestamp::from_second(second).unwrap();
        let local = jiff::tz::Offset::from_seconds(offset * 60).unwrap().to_datetime(local);
        let day = local.date();
        let clock = local.time();
        let zone = match (zulu, offset) {
            (0, _) => "Z".to_owned(),
            (_, offset) => {
                let sign = if offset < 0 { '-' } else { '+' };
                format!("{sign}{:02}:{:02}", offset.abs() / 60, offset.abs() % 60)
            }
        };
        format!("{day}{t}{:02}:{:02}:{:02}{digits}{zone}", clock.hour(), clock.minute(), clock.second())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1024, ..ProptestConfig::default() })]

    #[test]
    fn any_instant_at_any_offset_is_read_as_another_reader_reads_it(text in dates()) {
        let expected = by_jiff(&text);
        prop_assert!(expected.is_some(), "{}", text);
        prop_assert_eq!(date(&text), Ok(expected), "{}", text);
    }

    #[test]
    fn a_date_with_one_damage_is_refused_or_read_as_another_reader_reads_it(
        text in dates(), at in any::<prop::sample::Index>(), damage in 0..4u8, char in "[0-9TtZz:.,+ -]|\\PC",
    ) {
        let mut chars: Vec<char> = text.chars().collect();
        let at = at.index(chars.len());
        match damage {
            0 => drop(chars.remove(at)),
            1 => chars.insert(at, char.chars().next().unwrap()),
            _ => chars[at] = char.chars().next().unwrap(),
        }
        let damaged: String = chars.into_iter().collect();
        if let Ok(found) = date(&damaged) {
            // A leap second is the last of its minute there, and the first of the next one here.
            let leap = damaged.get(17..19) == Some("60");
            let expected = by_jiff(&damaged).map(|millis| millis + if leap && millis > 0 { 1000 } else { 0 });
            prop_assert_eq!(found, expected, "{}", damaged);
        }
    }
}
