//! When an access token ends, in all the ways to say it.

use serde_json::{Value, json};

use crate::rows::row::Expires;

/// Which of the answers it is: some providers are not of one mind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    First,
    Refresh,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    RelativeSeconds,
    RelativeMillis,
    AbsoluteSeconds,
    AbsoluteMillis,
    DateTime,
    /// Seconds in the exchange, milliseconds in the refresh.
    Either,
}

/// What an answer says about the end of its access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expiry {
    pub(crate) path: String,
    pub(crate) encoding: Encoding,
}

impl Expiry {
    /// The way to say it (`None`: it is not said), and the seconds that the row gives.
    pub(crate) fn read(field: &str, expires: &Expires) -> Result<(Option<Self>, Option<u64>), String> {
        let encoding = match expires.encoding.as_str() {
            "relative_s" => Encoding::RelativeSeconds,
            "relative_ms" => Encoding::RelativeMillis,
            "absolute_s" => Encoding::AbsoluteSeconds,
            "absolute_ms" => Encoding::AbsoluteMillis,
            "absolute_datetime" => Encoding::DateTime,
            "absolute_auto" => Encoding::Either,
            "constant_s" => match (expires.value, &expires.field) {
                (Some(seconds), None) => return Ok((None, Some(seconds))),
                _ => return Err(format!("{field}: `constant_s` takes a value and no field")),
            },
            other => return Err(format!("{field}.encoding: `{other}` is not known here")),
        };
        if expires.value.is_some() {
            return Err(format!("{field}.value: only `constant_s` takes one"));
        }
        Ok((Some(Expiry { path: expires.field.clone().unwrap_or_else(|| "expires_in".to_owned()), encoding }), None))
    }

    pub(crate) fn say(&self, now_ms: u64, expires_ms: u64, turn: Turn) -> Value {
        let left = expires_ms.saturating_sub(now_ms);
        match (self.encoding, turn) {
            (Encoding::RelativeSeconds, _) => json!(left / 1000),
            (Encoding::RelativeMillis, _) => json!(left),
            (Encoding::AbsoluteSeconds, _) | (Encoding::Either, Turn::First) => json!(expires_ms / 1000),
            (Encoding::AbsoluteMillis, _) | (Encoding::Either, Turn::Refresh) => json!(expires_ms),
            (Encoding::DateTime, turn) => json!(date_time(expires_ms, turn)),
        }
    }
}

/// RFC 3339, in two of its spellings.
fn date_time(ms: u64, turn: Turn) -> String {
    let (seconds, millis) = (ms / 1000, ms % 1000);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let (year, month, day) = date(seconds / 86_400);
    let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    match turn {
        Turn::First => format!("{text}Z"),
        Turn::Refresh => format!("{text}.{millis:03}+00:00"),
    }
}

/// Year, month and day of a day since 1970.
fn date(mut day: u64) -> (u64, usize, u64) {
    let leap = |year: u64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let mut year = 1970;
    while day >= 365 + u64::from(leap(year)) {
        day -= 365 + u64::from(leap(year));
        year += 1;
    }
    let february = 28 + u64::from(leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if day < length {
            break;
        }
        day -= length;
        month += 1;
    }
    (year, month, day + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(date_time(0, Turn::First), "1970-01-01T00:00:00Z");
        assert_eq!(date_time(951_782_400_000, Turn::First), "2000-02-29T00:00:00Z");
        assert_eq!(date_time(1_800_000_000_123, Turn::Refresh), "2027-01-15T08:00:00.123+00:00");
        assert_eq!(date_time(1_735_689_599_000, Turn::First), "2024-12-31T23:59:59Z");
        assert_eq!(date_time(4_107_542_400_000, Turn::First), "2100-03-01T00:00:00Z");
    }
}
