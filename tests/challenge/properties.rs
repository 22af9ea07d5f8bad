//! What holds for every field. Each property says its invariant on line 1.

use oauth_proto::{
    Limits,
    challenge::{ChallengeFault, Challenges},
};
use proptest::{
    collection::{btree_map, vec},
    prelude::*,
};

use crate::{Plain, plain};

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

/// `token`, in lower case.
const TOKEN: &str = "[!#$%&'*+.^_`|~0-9a-z-]{1,8}";
const TOKEN68: &str = "[A-Za-z0-9._~+/-]{1,12}={0,3}";
/// What a quoted string can hold, and often what needs no quotes.
const VALUE: &str = "[\\t -~\u{80}-\u{10ffff}]{0,10}|[\\\\\", =]{0,6}|[a-zA-Z0-9]{1,8}";

/// All that the grammar knows, and a little more, in pieces.
const SOUP: &str = "(Bearer|a|B|[ \\t]|  |,|, |=|==|\"|\"\"|\\\\|\\\\\"|/|a=b|A=\"b\"|b = c|DPoP a=b|NTLM abc==|\u{e9}|\n|\u{0}){0,12}";

/// No part of the grammar has these outside a quoted string.
const NEVER: &str = "[\\x00-\\x08\\x0a-\\x1f\\x7f()<>@:;?\\[\\]{}\\\\\u{80}-\u{10ffff}]";

fn challenge() -> impl Strategy<Value = Plain> {
    let parameters = btree_map(TOKEN, VALUE, 0..6).prop_map(|map| map.into_iter().collect::<Vec<_>>()).prop_shuffle();
    (TOKEN, proptest::option::weighted(0.2, TOKEN68), parameters).prop_map(|(scheme, token68, mut parameters)| {
        if token68.is_some() {
            parameters.clear();
        }
        Plain { scheme, token68, parameters }
    })
}

/// Writes challenges down, in one of the many ways that the grammar allows.
struct Pen {
    choices: Vec<u8>,
    next: usize,
    lines: Vec<String>,
}

impl Pen {
    fn choose(&mut self, ways: u8) -> u8 {
        self.next += 1;
        self.choices[self.next % self.choices.len()] % ways
    }

    fn push(&mut self, text: &str) {
        self.lines.last_mut().unwrap().push_str(text);
    }

    fn blanks(&mut self) {
        let blanks = ["", "", " ", "\t", " \t "][usize::from(self.choose(5))];
        self.push(blanks);
    }

    /// A comma or a new line, and then some: not without end, since the choices come around again.
    fn comma(&mut self) {
        for _ in 0..4 {
            self.blanks();
            match self.choose(4) {
                0 => self.lines.push(String::new()),
                _ => self.push(","),
            }
            self.blanks();
            if self.choose(4) != 0 {
                return;
            }
        }
    }

    fn name(&mut self, name: &str) {
        for char in name.chars() {
            let char = if self.choose(4) == 0 { char.to_ascii_uppercase() } else { char };
            self.push(char.encode_utf8(&mut [0; 4]));
        }
    }

    fn value(&mut self, value: &str) {
        let is_token = !value.is_empty() && value.chars().all(|char| char.is_ascii_alphanumeric());
        if is_token && self.choose(2) == 0 {
            return self.push(value);
        }
        self.push("\"");
        for char in value.chars() {
            if matches!(char, '"' | '\\') || self.choose(4) == 0 {
                self.push("\\");
            }
            self.push(char.encode_utf8(&mut [0; 4]));
        }
        self.push("\"");
    }

    fn challenge(&mut self, challenge: &Plain) {
        self.name(&challenge.scheme);
        let spaces = [" ", "  "][usize::from(self.choose(2))];
        if let Some(text) = &challenge.token68 {
            self.push(spaces);
            self.push(text);
        }
        for (at, (name, value)) in challenge.parameters.iter().enumerate() {
            match at {
                0 => self.push(spaces),
                _ => self.comma(),
            }
            if at == 0 && self.choose(8) == 0 {
                self.push(",");
                self.comma();
            }
            self.name(name);
            self.blanks();
            self.push("=");
            self.blanks();
            self.value(value);
        }
    }
}

/// The lines of a field that holds these.
fn write(challenges: &[Plain], choices: Vec<u8>) -> Vec<String> {
    let mut pen = Pen { choices, next: 0, lines: vec![String::new()] };
    for (at, challenge) in challenges.iter().enumerate() {
        if at > 0 || pen.choose(4) == 0 {
            pen.comma();
        }
        pen.challenge(challenge);
    }
    if pen.choose(4) == 0 {
        pen.comma();
    }
    pen.blanks();
    pen.lines
}

fn read<S: AsRef<str>>(lines: &[S]) -> Result<Vec<Plain>, ChallengeFault> {
    let lines = lines.iter().map(AsRef::as_ref);
    Challenges::read(lines, &Limits::default()).map(|challenges| plain(&challenges))
}

/// Where something can be put in that is in no quoted string.
fn places(line: &str) -> Vec<usize> {
    let (mut quoted, mut escaped, mut places) = (false, false, Vec::new());
    for (at, char) in line.char_indices() {
        if !quoted {
            places.push(at);
        }
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            _ => {}
        }
    }
    places.push(line.len());
    places
}

fn is_lower_case_token(text: &str) -> bool {
    let separates = |char| "\"(),/:;<=>?@[\\]{}".contains(char);
    !text.is_empty()
        && text.chars().all(|char| char.is_ascii_graphic() && !char.is_ascii_uppercase() && !separates(char))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_written_in_any_legal_way_is_read(
        challenges in vec(challenge(), 1..6), choices in vec(any::<u8>(), 16..512),
    ) {
        let lines = write(&challenges, choices);
        prop_assert_eq!(read(&lines), Ok(challenges), "{:?}", lines);
    }

    #[test]
    fn any_text_is_read_or_refused_and_what_is_read_is_sound(
        lines in prop_oneof![vec(SOUP, 0..3), vec("\\PC{0,40}", 0..3), vec(any::<String>(), 0..3)],
    ) {
        let Ok(found) = read(&lines) else { return Ok(()) };
        prop_assert!(!found.is_empty());
        for challenge in &found {
            let names: Vec<_> = challenge.parameters.iter().map(|(name, _)| name).collect();
            let mut different = names.clone();
            different.sort_unstable();
            different.dedup();
            prop_assert_eq!(different.len(), names.len());
            for name in names.into_iter().chain([&challenge.scheme]) {
                prop_assert!(is_lower_case_token(name), "{}", name);
            }
            prop_assert!(challenge.token68.is_none() || challenge.parameters.is_empty());
            for (_, value) in &challenge.parameters {
                prop_assert!(!value.chars().any(|char| char.is_ascii_control() && char != '\t'));
            }
        }
        // Written down in another way, they are the same.
        prop_assert_eq!(read(&write(&found, vec![1, 3, 2, 0, 1])), Ok(found));
    }

    #[test]
    fn lines_are_read_as_if_commas_had_joined_them(
        lines in prop_oneof![vec(SOUP, 1..4), (vec(challenge(), 1..4), vec(any::<u8>(), 16..512)).prop_map(
            |(challenges, choices)| write(&challenges, choices),
        )],
    ) {
        match read(&lines) {
            // What no line may begin or end with, such as a space that parameters follow, may stand in the middle.
            Err(ChallengeFault::Malformed) => {}
            other => prop_assert_eq!(read(&[lines.join(", ")]), other),
        }
    }

    #[test]
    fn one_character_that_the_grammar_does_not_know_spoils_all(
        challenges in vec(challenge(), 1..4), choices in vec(any::<u8>(), 16..256), never in NEVER,
        line in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(),
    ) {
        let mut lines = write(&challenges, choices);
        let line = line.get_mut(&mut lines);
        line.insert_str(*place.get(&places(line)), &never);
        prop_assert_eq!(read(&lines), Err(ChallengeFault::Malformed), "{:?}", lines);
    }

    #[test]
    fn a_value_is_copied_only_where_it_has_an_escape(value in "[ !#-\\[\\]-~]{1,20}", escape in any::<bool>()) {
        let line = format!("Bearer a=\"{}{value}\"", if escape { "\\" } else { "" });
        let challenges = Challenges::read([&*line], &Limits::default()).unwrap();
        let found = challenges.iter().next().unwrap().parameter("a").unwrap();
        prop_assert_eq!(found, &value);
        prop_assert_eq!(line.as_bytes().as_ptr_range().contains(&found.as_ptr()), !escape);
    }
}
