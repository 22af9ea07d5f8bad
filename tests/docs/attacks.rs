//! The pages that speak of docs/attacks.md know how many attacks are on it, and how many of them have a proof.

use std::fs;

use crate::pages::root;

/// The text of a page in one line, however it is broken.
fn text(page: &str) -> String {
    fs::read_to_string(root().join(page)).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_pages_count_the_attacks_and_their_proofs() {
    let manual = fs::read_to_string(root().join("docs/attacks.md")).unwrap();
    let (all, proven) = (manual.matches("\n### ").count(), manual.matches("\n- **Proof:**").count());
    assert!(
        all > 40 && proven < all,
        "{all}, {proven}: where each has its proof, the pages no longer say which has none"
    );
    for (page, said) in [
        ("docs/attacks.md", format!("{proven} of the {all} have one")),
        ("README.md", format!("{all} of them, what the crate does about each, and what is left to you. {proven} have")),
        (
            "SECURITY.md",
            format!("{all} known attacks, what is done about each, and what is left to you. {proven} have"),
        ),
        ("CHANGELOG.md", format!("{all} attacks on OAuth clients and what is done about each: {proven} with")),
    ] {
        assert!(text(page).contains(&said), "{page} does not say: {said}");
    }
}
