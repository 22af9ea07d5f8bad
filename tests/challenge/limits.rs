//! A field can be long and full: what is beyond the limits is refused as a whole, and the rest is read in one go.

use std::{fmt::Write, time::Instant};

use oauth_proto::{
    Limits,
    challenge::{ChallengeFault, Challenges},
};

fn limits(change: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = Limits::default();
    change(&mut limits);
    limits
}

/// Refused, or how many challenges there are.
fn count(lines: &[&str], limits: &Limits) -> Result<usize, ChallengeFault> {
    Challenges::read(lines.iter().copied(), limits).map(|challenges| challenges.iter().count())
}

#[test]
fn a_field_is_as_long_as_its_lines_and_what_joins_them() {
    let ten = limits(|limits| limits.header_bytes = 10);
    assert_eq!(count(&["Basic, Bas"], &ten), Ok(2));
    assert_eq!(count(&["Basic, Basi"], &ten), Err(ChallengeFault::TooLong));
    assert_eq!(count(&["Basic", "Bas"], &ten), Ok(2));
    assert_eq!(count(&["Basic", "Basi"], &ten), Err(ChallengeFault::TooLong));
    // Lines without end are not read without end.
    assert_eq!(Challenges::read(std::iter::repeat(""), &ten), Err(ChallengeFault::TooLong));

    let longest = format!("Bearer a={}", "b".repeat(8 * 1024 - 9));
    assert_eq!(count(&[&longest], &Limits::default()), Ok(1));
    assert_eq!(count(&[&(longest + "b")], &Limits::default()), Err(ChallengeFault::TooLong));
}

#[test]
fn challenges_are_counted_with_those_that_are_passed_over() {
    let line = |count: usize| vec!["Basic"; count].join(",");
    assert_eq!(count(&[&line(32)], &Limits::default()), Ok(32));
    assert_eq!(count(&[&line(33)], &Limits::default()), Err(ChallengeFault::TooMany));
    assert_eq!(count(&[&line(20), &line(12)], &Limits::default()), Ok(32));
    assert_eq!(count(&[&line(20), &line(13)], &Limits::default()), Err(ChallengeFault::TooMany));
    let two = limits(|limits| limits.challenges = 2);
    assert_eq!(count(&["A b=c, b=c, A b=c, b=c, Basic"], &two), Err(ChallengeFault::TooMany));
    assert_eq!(count(&["A b=c, b=c, Basic"], &two), Ok(1));
}

#[test]
fn each_challenge_has_so_many_parameters() {
    let line = |count: usize| {
        let parameters: Vec<_> = (0..count).map(|n| format!("p{n}=v")).collect();
        format!("Bearer {}", parameters.join(","))
    };
    assert_eq!(count(&[&line(64)], &Limits::default()), Ok(1));
    assert_eq!(count(&[&line(65)], &Limits::default()), Err(ChallengeFault::TooMany));
    assert_eq!(count(&[&line(64), &line(64)], &Limits::default()), Ok(2));
    // Repeated ones are not dropped before they are counted.
    assert_eq!(count(&[&format!("A {}", "b=c,".repeat(65))], &Limits::default()), Err(ChallengeFault::TooMany));
}

#[test]
fn a_log_line_is_bounded() {
    let mut most = limits(|limits| limits.header_bytes = u32::MAX);
    (most.challenges, most.parameters) = (100, 100);
    let long = "\u{10ffff}".repeat(300);
    let one: String = (0..100).fold("x".repeat(300) + " ", |mut line, n| {
        write!(line, "p{n}{}=\"{long}\",", "y".repeat(300)).unwrap();
        line
    });
    let lines = vec![&*one; 20];
    let challenges = Challenges::read(lines, &most).unwrap();
    let bound = 8 * (200 + 8 * (200 + 200 * "\\u{10ffff}".len() + 5) + 20) + 40;
    for shown in [challenges.to_string(), format!("{challenges:?}"), format!("{challenges:#?}")] {
        assert!(shown.len() <= bound, "{} bytes", shown.len());
        assert!(shown.contains(", … 92 more, xxx") && shown.trim_end_matches(')').ends_with(", … 12 more"));
    }
    let line = format!("Bearer error=\"{long}\"");
    let challenges = Challenges::read([&*line], &most).unwrap();
    let code = challenges.iter().next().unwrap().error().unwrap();
    for shown in [code.to_string(), format!("{code:?}"), format!("{code:#?}")] {
        assert!(shown.len() <= 2100, "{} bytes", shown.len());
    }
    assert_eq!(code.as_str(), long);
    let line = format!("Negotiate {}", "x".repeat(300));
    let challenges = Challenges::read([&*line], &most).unwrap();
    assert_eq!(challenges.to_string(), format!("negotiate {}", "x".repeat(200)));
}

#[test]
fn the_work_grows_with_the_length_and_no_faster() {
    let most = limits(|limits| {
        (limits.header_bytes, limits.challenges, limits.parameters) = (u32::MAX, u32::MAX, u32::MAX);
    });
    let time = |times: usize, line: &str, expected| {
        let start = Instant::now();
        (0..times).for_each(|_| assert_eq!(count(&[line], &most), expected, "{}", &line[..40]));
        start.elapsed()
    };
    let same = "x".repeat(40);
    let many = |count: usize, each: &dyn Fn(usize) -> String| -> String { (0..count).map(each).collect() };
    type Case<'a> = (&'a dyn Fn(usize) -> String, fn(usize) -> Result<usize, ChallengeFault>);
    let cases: [Case<'_>; 9] = [
        (&|n| format!("{}Bearer a=\"{}\"", "Bearer a=b, ".repeat(n), "x".repeat(512 * n)), |n| Ok(n + 1)),
        (&|n| format!("Bearer {}", many(n, &|n| format!("{same}{n}=v,"))), |_| Ok(1)),
        (&|n| format!("Bearer {}", many(n, &|_| format!("{same}=v,"))), |_| Err(ChallengeFault::Repeated)),
        (&|n| format!("Bearer a=\"{}\"", "\\\"".repeat(8 * n)), |_| Ok(1)),
        (&|n| format!("Bearer a=\"{}", "\\\"".repeat(8 * n)), |_| Err(ChallengeFault::Malformed)),
        (&|n| format!("Bearer{}", " ,".repeat(8 * n)), |_| Ok(1)),
        (&|n| format!("Bearer a{}b", "=".repeat(8 * n)), |_| Err(ChallengeFault::Malformed)),
        (&|n| format!("Bearer a{}b", " ".repeat(8 * n)), |_| Err(ChallengeFault::Malformed)),
        (&|n| format!("{}b", "Bearer abc==, ".repeat(n)), |n| Ok(n + 1)),
    ];
    for (line, expected) in cases {
        let (short, long) = (line(250), line(8_000));
        // In turns, and the least of some: the machine has other things to do.
        let each = (0..3).map(|_| (time(32, &short, expected(250)), time(1, &long, expected(8_000))));
        let (short_took, long_took): (Vec<_>, Vec<_>) = each.unzip();
        let (short_took, long_took) = (short_took.iter().min().unwrap(), long_took.iter().min().unwrap());
        // Once what is 32 times as long takes as long as 32 times the short one. It would take 32 times that, were the
        // work to grow with the square.
        assert!(*long_took < *short_took * 4, "{}: {short_took:?}, then {long_took:?}", &long[..40]);
    }
}
