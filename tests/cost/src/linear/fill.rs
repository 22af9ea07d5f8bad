//! Texts of a given size.

/// `start`, then `unit` as often as there is room, then `end`.
pub fn repeat(start: &str, unit: &str, end: &str, size: usize) -> String {
    let room = size.saturating_sub(start.len() + end.len());
    format!("{start}{}{end}", unit.repeat(room / unit.len()))
}

/// The same with units that have a number in them: `unit` makes the one of each number, never longer than the one of
/// eight digits.
pub fn number(start: &str, unit: impl Fn(usize) -> String, end: &str, size: usize) -> String {
    let longest = unit(99_999_999).len();
    let mut text = String::with_capacity(size.max(start.len() + end.len()));
    text.push_str(start);
    for n in 0.. {
        if text.len() + longest + end.len() > size {
            break;
        }
        text.push_str(&unit(n));
    }
    text + end
}

/// The start of many names.
pub const PREFIX: &str = "a_very_long_name_that_says_nothing_and_begins_as_all_of_the_others_do_";
