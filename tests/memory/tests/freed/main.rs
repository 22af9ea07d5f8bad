//! No secret lies in memory that was freed (RFC 6819 section 5.1.6): whole flows run, and each block is looked into when
//! it is let go of.

mod flows;
mod left_behind;

use std::collections::BTreeSet;

use left_behind::LEFT_BEHIND;
use oauth_proto_memory::{
    Found, Watcher,
    search::{Form, Search},
    secrets, watch,
};

#[global_allocator]
static WATCHER: Watcher = Watcher;

fn run(steps: &[(&'static str, fn())]) -> Vec<Found> {
    let secrets = secrets::all();
    // For as long as the allocator may ask.
    let search = Box::leak(Box::new(Search::new(secrets.iter().map(|(_, secret)| secret))));
    watch(search, steps).into_iter().map(Found::new).collect()
}

/// What a dependency leaves is in a list, with the reason; and what is in the list is still left.
#[test]
fn what_is_freed_holds_no_secret() {
    let names: Vec<_> = secrets::all().into_iter().map(|(name, _)| name).collect();
    let mut seen = BTreeSet::new();
    let mut unknown = BTreeSet::new();
    for found in run(&flows::all()) {
        match LEFT_BEHIND.iter().position(|(what, _)| found.is_of(what)) {
            Some(at) => _ = seen.insert(at),
            None => _ = unknown.insert(format!("{} in {found}", names[found.hit.secret])),
        }
    }
    let unknown = Vec::from_iter(unknown).join("\n");
    assert!(unknown.is_empty(), "secrets in freed memory:\n{unknown}");
    let gone = LEFT_BEHIND.iter().enumerate().filter(|(at, _)| !seen.contains(at)).map(|(_, (what, _))| what);
    let gone: Vec<_> = gone.collect();
    assert!(gone.is_empty(), "nothing is left behind any more by {gone:?}: strike it from the list");
}

/// Here, nothing is handed over.
#[test]
fn what_the_http_crate_refuses_is_wiped() {
    let found = run(flows::requests::REFUSED);
    assert!(found.is_empty(), "{}", found.iter().map(|found| format!("{found}\n")).collect::<String>());
}

/// The search finds what it must, and knows whom to blame.
#[test]
fn what_is_left_behind_is_found() {
    let found = run(&[
        ("dropped", || drop(String::from(secrets::CODE))),
        ("wiped", || drop(zeroize::Zeroizing::new(String::from(secrets::CODE)))),
        ("grown", || {
            let mut text = String::with_capacity(secrets::CODE.len());
            text.push_str(secrets::CODE);
            text.push('x');
            zeroize::Zeroize::zeroize(&mut text);
        }),
        ("a part", || drop(vec![secrets::CODE[..20].to_owned()])),
        ("listed", || drop(format!("{:?}", secrets::CODE.as_bytes()).replace(' ', ""))),
        ("lost by a dependency", || {
            let form: String = url::form_urlencoded::byte_serialize(secrets::PASSWORD.as_bytes()).collect();
            let _ = url::form_urlencoded::parse(form.as_bytes()).into_owned().count();
        }),
    ]);
    let code = secrets::all().iter().position(|(name, _)| *name == "code").unwrap();
    let of = |step| found.iter().filter(|found| found.hit.step == step).collect::<Vec<_>>();
    let summary = |step| of(step).iter().map(|found| (found.hit.secret, found.hit.form)).collect::<Vec<_>>();
    assert_eq!(summary("dropped"), [(code, Form::Plain)]);
    assert_eq!(summary("wiped"), []);
    assert_eq!(summary("grown"), [(code, Form::Plain)]);
    assert_eq!(summary("a part"), [(code, Form::Plain)]);
    assert!(summary("listed").contains(&(code, Form::Decimal)));
    assert!(of("lost by a dependency").len() >= 2);

    let [dropped] = of("dropped")[..] else { panic!() };
    assert_eq!((dropped.by().package.as_str(), dropped.hit.bytes), ("test", secrets::CODE.len()));
    assert_eq!(dropped.dropped.as_deref(), Some("alloc::string::String"));
    assert!(dropped.by().place.starts_with("tests/freed/main.rs:"), "{dropped}");
    assert!(of("lost by a dependency").iter().any(|found| found.by().package == "form_urlencoded"));
}
