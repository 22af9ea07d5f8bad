//! A date and time of day, as RFC 3339 section 5.6 writes them.

use crate::vocabulary::Timestamp;

const DAY: u64 = 24 * 60 * 60;

/// The instant, to the second. Beyond the year 9999 there is no such date, and its last day is written.
pub(super) fn write(instant: Timestamp) -> String {
    let seconds = instant.as_unix_millis() / 1000;
    let (mut days, second) = (seconds / DAY, seconds % DAY);
    let (mut year, mut month) = (1970, 1);
    while year < 9999 && days >= days_in_year(year) {
        days = days.saturating_sub(days_in_year(year));
        year = u64::saturating_add(year, 1);
    }
    while month < 12 && days >= days_in_month(year, month) {
        days = days.saturating_sub(days_in_month(year, month));
        month = u64::saturating_add(month, 1);
    }
    let day = days.saturating_add(1).min(31);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
}

fn is_leap(year: u64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in_year(year: u64) -> u64 {
    if is_leap(year) { 366 } else { 365 }
}

fn days_in_month(year: u64, month: u64) -> u64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
