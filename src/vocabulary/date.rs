//! Dates and times of day, as RFC 3339 section 5.6 writes them. The crate has no calendar but this.

use std::{fmt, time::Duration};

use super::Timestamp;

const DAY: i64 = 24 * 60 * 60;

/// After so many days the calendar begins anew: 400 years.
const DAYS_OF_ERA: i64 = 146_097;

/// Writes the instant in UTC, with milliseconds where there are any: `2027-01-15T08:00:00Z`. RFC 3339 ends with the year
/// 9999; beyond it the year has a sign and more digits, as in ISO 8601.
pub(super) fn write(instant: Timestamp, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let millis = instant.as_unix_millis();
    // A thousandth of any number that large is an `i64`.
    let (seconds, fraction) = (i64::try_from(millis / 1000).unwrap_or(i64::MAX), millis % 1000);
    let (mut days, second) = (seconds / DAY, seconds % DAY);
    let mut year = (days / DAYS_OF_ERA).saturating_mul(400).saturating_add(1970);
    days %= DAYS_OF_ERA;
    // At most 400 years and 12 months.
    while days >= days_in_year(year) {
        days = days.saturating_sub(days_in_year(year));
        year = year.saturating_add(1);
    }
    let mut month = 1i64;
    while days >= days_in(year, month) {
        days = days.saturating_sub(days_in(year, month));
        month = month.saturating_add(1);
    }
    let day = days.saturating_add(1);
    let sign = if year > 9999 { "+" } else { "" };
    write!(f, "{sign}{year:04}-{month:02}-{day:02}T")?;
    write!(f, "{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)?;
    if fraction > 0 {
        write!(f, ".{fraction:03}")?;
    }
    f.write_str("Z")
}

fn days_in_year(year: i64) -> i64 {
    if is_leap(year) { 366 } else { 365 }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The instant that `text` names. Before 1970 it is 1970. Beyond RFC 3339, the offset may lack its colon.
pub(crate) fn read(text: &str) -> Option<Timestamp> {
    let mut rest = Cursor(text.as_bytes());
    let year = rest.digits(4)?;
    rest.one_of(b"-")?;
    let month = rest.digits(2).filter(|month| (1..=12).contains(month))?;
    rest.one_of(b"-")?;
    let day = rest.digits(2).filter(|day| (1..=days_in(year, month)).contains(day))?;
    rest.one_of(b"Tt ")?;
    let hour = rest.digits(2).filter(|hour| *hour < 24)?;
    rest.one_of(b":")?;
    let minute = rest.digits(2).filter(|minute| *minute < 60)?;
    rest.one_of(b":")?;
    // A leap second is 60 (RFC 3339 section 5.7).
    let second = rest.digits(2).filter(|second| *second <= 60)?;
    let millis = rest.fraction()?;
    let offset = rest.offset()?;
    if !rest.0.is_empty() {
        return None;
    }
    let minutes = days_before(year, month, day)?
        .checked_mul(24 * 60)?
        .checked_add(hour.checked_mul(60)?.checked_add(minute)?)?
        .checked_sub(offset)?;
    let millis = minutes.checked_mul(60)?.checked_add(second)?.checked_mul(1000)?.checked_add(millis)?;
    Some(Timestamp::from_unix(Duration::from_millis(u64::try_from(millis).unwrap_or(0))))
}

/// Days from 1970-01-01.
fn days_before(year: i64, month: i64, day: i64) -> Option<i64> {
    let leaps =
        |year: i64| year.checked_div(4)?.checked_sub(year.checked_div(100)?)?.checked_add(year.checked_div(400)?);
    // Years and leap days that are over when the year begins; year 0 is not in the Gregorian calendar's formula.
    let before = year.checked_sub(1)?;
    let years = year.checked_sub(1970)?.checked_mul(365)?.checked_add(leaps(before)?.checked_sub(leaps(1969)?)?)?;
    let months = (1..month).map(|month| days_in(year, month)).fold(0i64, i64::saturating_add);
    years.checked_add(months)?.checked_add(day.checked_sub(1)?)
}

/// What is left to read.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn one_of(&mut self, allowed: &[u8]) -> Option<u8> {
        self.next().filter(|byte| allowed.contains(byte))
    }

    fn digits(&mut self, count: usize) -> Option<i64> {
        let mut number = 0i64;
        for _ in 0..count {
            let digit = char::from(self.next()?).to_digit(10)?;
            number = number.checked_mul(10)?.checked_add(digit.into())?;
        }
        Some(number)
    }

    /// The fraction of a second, in whole milliseconds.
    fn fraction(&mut self) -> Option<i64> {
        if self.0.first() != Some(&b'.') {
            return Some(0);
        }
        self.next();
        let (mut millis, mut weight, mut any) = (0i64, 100i64, false);
        while let Some(digit) = self.0.first().and_then(|byte| char::from(*byte).to_digit(10)) {
            self.next();
            millis = millis.checked_add(i64::from(digit).checked_mul(weight)?)?;
            weight = weight.checked_div(10)?;
            any = true;
        }
        any.then_some(millis)
    }

    /// The offset from UTC, in minutes.
    fn offset(&mut self) -> Option<i64> {
        let sign = self.one_of(b"Zz+-")?;
        if sign.eq_ignore_ascii_case(&b'z') {
            return Some(0);
        }
        let hours = self.digits(2).filter(|hours| *hours < 24)?;
        if self.0.first() == Some(&b':') {
            self.next();
        }
        let minutes = hours.checked_mul(60)?.checked_add(self.digits(2).filter(|minutes| *minutes < 60)?)?;
        if sign == b'-' { minutes.checked_neg() } else { Some(minutes) }
    }
}
