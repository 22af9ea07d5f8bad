//! Whether anything stands in a list twice.

use std::cmp::Ordering;

/// Whether two of them are equal. They are put in order: there can be as many as a caller's limit lets in, and looking
/// for each among all others would take their square.
pub(crate) fn repeats<T>(list: &mut [T], compare: impl Fn(&T, &T) -> Ordering) -> bool {
    list.sort_unstable_by(&compare);
    list.windows(2).any(|pair| matches!(pair, [one, next] if compare(one, next).is_eq()))
}

/// The first name, in the order of their letters, that stands there twice. The list is put in this order.
pub(crate) fn repeated_name<'a>(names: &mut [&'a str]) -> Option<&'a str> {
    names.sort_unstable();
    names.windows(2).find_map(|pair| match pair {
        [one, next] if one == next => Some(*one),
        _ => None,
    })
}
