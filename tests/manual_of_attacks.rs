//! `docs/attacks.md` names a proof for each attack. Each proof is there.

use std::{fs, path::Path};

const ATTACKS: usize = 48;

/// An attack: its number and the text below its heading.
fn attacks(page: &str) -> Vec<(usize, &str)> {
    let sections = page.split("\n### ").skip(1);
    let numbered = sections.map(|section| {
        let (number, _) = section.split_once(". ").expect("a heading begins with its number");
        // The next chapter's title and what stands below it belong to no attack.
        let text = section.split("\n## ").next().unwrap_or_default();
        (number.parse().expect("a heading begins with its number"), text)
    });
    numbered.collect()
}

/// What stands behind `**Here:**` and so on, up to the next such word.
fn part<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("- **{word}:**"))?;
    rest.split("\n- **").next()
}

/// Why a list of proofs does not hold: a file that is not there, or a test that is not in the file named before it.
fn faults(root: &Path, proofs: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut source = String::new();
    let names: Vec<_> = proofs.split('`').skip(1).step_by(2).collect();
    if names.is_empty() {
        faults.push("it names nothing".to_owned());
    }
    for name in names {
        let is_path = name.starts_with("tests/") || name.starts_with(".ci/");
        if is_path && !root.join(name).exists() {
            faults.push(format!("there is no {name}"));
        } else if is_path {
            // A folder or a script is a proof as a whole.
            source = fs::read_to_string(root.join(name)).unwrap_or_default();
        } else if !source.contains(&format!("fn {name}(")) {
            faults.push(format!("there is no `{name}` in the file before it"));
        }
    }
    faults
}

#[test]
fn each_attack_is_answered_and_each_proof_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/attacks.md")).expect("the page is there");
    let attacks = attacks(&page);
    let numbers: Vec<_> = attacks.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..=ATTACKS).collect::<Vec<_>>());
    let mut wrong = Vec::new();
    let mut open = 0;
    for (number, text) in attacks {
        let here = part(text, "Here").unwrap_or_default();
        let missing = here.contains("*not in the crate yet");
        open += usize::from(missing);
        match part(text, "Proof") {
            Some(proofs) => wrong.extend(faults(root, proofs).into_iter().map(|fault| format!("{number}: {fault}"))),
            None if missing => {}
            None => wrong.push(format!("{number}: no proof")),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    println!("{ATTACKS} attacks, {open} of them on parts that the crate does not have yet");
}

#[test]
fn a_proof_that_is_not_there_is_found() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let this = "`tests/manual_of_attacks.rs`";
    assert_eq!(faults(root, &format!("{this} `a_proof_that_is_not_there_is_found`, `.ci/run`")), [""; 0]);
    assert_eq!(faults(root, "none").len(), 1);
    assert_eq!(faults(root, "`tests/nowhere.rs`").len(), 1);
    let elsewhere = "`part_of_nothing`";
    assert_eq!(faults(root, &format!("{this} {elsewhere}")).len(), 1);
}
