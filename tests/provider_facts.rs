//! The pages in `docs/providers/` and the tests in `tests/providers/`, held against each other as text.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

const PAGES: [&str; 5] = ["marq", "marvel", "amiqus", "motar", "fifth"];
const SECTIONS: [(&str, char); 3] =
    [("Endpoints and parameters", 'e'), ("Quirks", 'q'), ("Contradictions, damage and silence", 'c')];
const HEARSAY: &str = "Outside the document";
const COLUMNS: [&str; 5] = ["id", "line", "the document", "here", "why"];
/// What no program can prove must stay the exception.
const MOST_NOT_TESTABLE: usize = 5;

/// A text and the name it goes by.
type Text = (String, String);

struct Fact {
    id: String,
    /// Why no test can prove it.
    not_testable: Option<String>,
}

/// Everything that the texts say, and what is wrong with it.
#[derive(Default)]
struct Report {
    facts: Vec<Fact>,
    /// The tests, and the ids that each cites.
    tests: BTreeMap<String, Vec<String>>,
    problems: Vec<String>,
}

impl Report {
    fn of(pages: &[Text], sources: &[Text]) -> Self {
        let mut report = Self::default();
        for (name, text) in pages {
            report.read_page(name, text);
        }
        for (name, text) in sources {
            report.read_source(name, text);
        }
        report.compare();
        report
    }

    fn problem(&mut self, problem: String) {
        self.problems.push(problem);
    }

    fn read_page(&mut self, page: &str, text: &str) {
        let mut sections = text.split("\n## ");
        let head = sections.next().unwrap_or_default();
        if !head.starts_with("# ") || !head.contains(&format!("`providers::{page}(")) || !head.contains("```text\n") {
            self.problem(format!("{page}: the head lacks a title, the constructor or an example"));
        }
        let sections: Vec<_> = sections.map(|section| section.split_once('\n').unwrap_or((section, ""))).collect();
        let titles: Vec<_> = sections.iter().map(|(title, _)| *title).collect();
        let expected: Vec<_> = SECTIONS.iter().map(|(title, _)| *title).chain([HEARSAY]).collect();
        if titles != expected {
            self.problem(format!("{page}: the sections are {titles:?}, not {expected:?}"));
            return;
        }
        for ((title, letter), (_, body)) in SECTIONS.iter().zip(&sections) {
            self.read_table(page, title, *letter, body);
        }
        let hearsay = sections.last().map_or("", |(_, body)| body).trim();
        if !hearsay.starts_with("Second-hand") || hearsay.contains('|') {
            self.problem(format!("{page}: \"{HEARSAY}\" is not marked as second-hand, or holds a table"));
        }
    }

    fn read_table(&mut self, page: &str, title: &str, letter: char, body: &str) {
        let mut rows = body.lines().filter(|line| line.starts_with('|')).map(cells);
        if rows.next().is_none_or(|head| head != COLUMNS) || rows.next().is_none_or(|rule| !rule[0].starts_with("---"))
        {
            self.problem(format!("{page}: \"{title}\" has no table of the columns {COLUMNS:?}"));
            return;
        }
        let mut count = 0;
        for row in rows {
            count += 1;
            let [id, line, document, here, why] = row.as_slice() else {
                self.problem(format!("{page}: a row of \"{title}\" has {} cells: {row:?}", row.len()));
                continue;
            };
            let id = id.trim_matches('`');
            // Without holes: what was removed would leave one.
            if id != format!("{page}-{letter}{count}") {
                self.problem(format!("{page}: `{id}` stands where {page}-{letter}{count} is expected"));
            }
            if !is_line(line) || document.is_empty() || here.is_empty() {
                self.problem(format!("{id}: the line, the document's word or ours is missing"));
            }
            let not_testable = why.split_once("not testable:").map(|(_, reason)| reason.trim().to_owned());
            if not_testable.as_ref().is_some_and(String::is_empty) {
                self.problem(format!("{id}: not testable, without a reason"));
            }
            self.facts.push(Fact { id: id.to_owned(), not_testable });
        }
        if count == 0 {
            self.problem(format!("{page}: the table of \"{title}\" is empty"));
        }
    }

    fn read_source(&mut self, module: &str, text: &str) {
        for test in text.split("#[test]\n").skip(1) {
            let name = test.trim_start().trim_start_matches("fn ").split('(').next().unwrap_or_default();
            let name = format!("{module}::{name}");
            let body = test.split_once("{\n").map_or("", |(_, body)| body).trim_start();
            let cited = body.strip_prefix("proves![").and_then(|rest| rest.split_once("];"));
            let Some((cited, _)) = cited else {
                self.problem(format!("{name} does not begin with the facts that it proves"));
                continue;
            };
            let ids = cited.split(',').map(|id| id.trim().trim_matches('"').to_owned());
            let ids: Vec<_> = ids.filter(|id| !id.is_empty()).collect();
            if ids.iter().collect::<BTreeSet<_>>().len() != ids.len() {
                self.problem(format!("{name} cites a fact twice"));
            }
            self.tests.insert(name, ids);
        }
    }

    fn compare(&mut self) {
        let mut known = BTreeSet::new();
        let mut problems = Vec::new();
        for fact in &self.facts {
            if !known.insert(fact.id.as_str()) {
                problems.push(format!("`{}` stands there twice", fact.id));
            }
        }
        let mut cited = BTreeSet::new();
        for (test, ids) in &self.tests {
            for id in ids {
                cited.insert(id.as_str());
                if !known.contains(id.as_str()) {
                    problems.push(format!("{test} cites `{id}`, which no page has"));
                }
            }
        }
        for fact in &self.facts {
            match (&fact.not_testable, cited.contains(fact.id.as_str())) {
                (None, false) => problems.push(format!("`{}` has no test", fact.id)),
                (Some(_), true) => problems.push(format!("`{}` says not testable, and has a test", fact.id)),
                _ => {}
            }
        }
        self.problems.extend(problems);
    }
}

fn cells(row: &str) -> Vec<&str> {
    row.trim().trim_start_matches('|').trim_end_matches('|').split('|').map(str::trim).collect()
}

/// `L69`, `L26, L42`, `L36-46` or `nowhere`.
fn is_line(text: &str) -> bool {
    let number = |text: &str| text.parse::<u16>().ok().filter(|number| *number > 0);
    let range = |text: &str| {
        text.strip_prefix('L').is_some_and(|text| match text.split_once('-') {
            Some((first, last)) => number(first).zip(number(last)).is_some_and(|(first, last)| first < last),
            None => number(text).is_some(),
        })
    };
    text == "nowhere" || text.split(", ").all(range)
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn pages() -> Vec<Text> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/providers");
    PAGES.iter().map(|page| ((*page).to_owned(), read(&docs.join(format!("{page}.md"))))).collect()
}

fn sources() -> Vec<Text> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/providers");
    let mut sources = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        // A module that is not named there is not compiled, and its tests prove nothing.
        if stem != "main" {
            assert!(read(&folder.join("main.rs")).contains(&format!("\nmod {stem};\n")), "{stem} is no module");
            sources.push((stem, read(&path)));
        }
    }
    sources
}

#[test]
fn every_fact_has_a_test_and_every_test_a_fact() {
    let report = Report::of(&pages(), &sources());
    assert_eq!(report.problems, Vec::<String>::new());
    assert!(report.facts.len() >= 60, "only {} facts were found", report.facts.len());
    assert!(report.tests.len() >= 60, "only {} tests were found", report.tests.len());
    let untested: Vec<_> =
        report.facts.iter().filter_map(|fact| Some((&fact.id, fact.not_testable.as_ref()?))).collect();
    println!("{} facts, {} tests, {} facts not testable:", report.facts.len(), report.tests.len(), untested.len());
    for (id, reason) in &untested {
        println!("  {id}: {reason}");
    }
    assert!(untested.len() <= MOST_NOT_TESTABLE, "{untested:?}");
}

#[test]
fn every_page_of_the_folder_is_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/providers");
    let mut found: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    found.sort();
    assert_eq!(found, ["README.md", "amiqus.md", "fifth.md", "marq.md", "marvel.md", "motar.md"]);
}

/// The check itself is checked: each kind of mistake is found.
#[test]
fn mistakes_are_found() {
    let page = |rows: &str, test: &str| {
        let table = "\n| id | line | the document | here | why |\n| --- | --- | --- | --- | --- |\n";
        let text = format!(
            "# P\n`providers::p(\n```text\n```\n## Endpoints and parameters\n{table}{rows}\n## Quirks\n{table}\
             | `p-q1` | L1-2 | a | b | |\n## Contradictions, damage and silence\n{table}\
             | `p-c1` | nowhere | a | b | not testable: c |\n## Outside the document\n\nSecond-hand.\n"
        );
        Report::of(&[("p".into(), text)], &[("t".into(), test.into())]).problems
    };
    let honest = "| `p-e1` | L1, L3 | a | b | c |\n";
    let test = "#[test]\nfn works() -> Result {\n    proves![\"p-e1\", \"p-q1\"];\n}\n";
    assert_eq!(page(honest, test), Vec::<String>::new());
    for (rows, test, complaint) in [
        ("", test, "the table of \"Endpoints and parameters\" is empty"),
        ("| `p-e2` | L1 | a | b | |\n", test, "`p-e2` stands where p-e1 is expected"),
        ("| `p-e1` | L1 | a | b | |\n| `p-e1` | L1 | a | b | |\n", test, "`p-e1` stands there twice"),
        ("| `p-e1` | L1 | a | b |\n", test, "has 4 cells"),
        ("| `p-e1` | 1 | a | b | |\n", test, "the line, the document's word or ours is missing"),
        ("| `p-e1` | L1 | a | b | not testable: |\n", test, "not testable, without a reason"),
        ("| `p-e1` | L1 | a | b | not testable: c |\n", test, "says not testable, and has a test"),
        (honest, "", "`p-e1` has no test"),
        (honest, "#[test]\nfn bare() {\n    f();\n}\n", "t::bare does not begin with the facts"),
        (honest, "#[test]\nfn odd() {\n    proves![\"p-e9\"];\n}\n", "t::odd cites `p-e9`, which no page has"),
        (honest, "#[test]\nfn odd() {\n    proves![\"p-e1\", \"p-e1\"];\n}\n", "t::odd cites a fact twice"),
    ] {
        let problems = page(rows, test);
        assert!(problems.iter().any(|problem| problem.contains(complaint)), "{complaint}: {problems:?}");
    }
    for wrong in ["", "L", "L0", "L3-2", "L1,L2", "69", "somewhere"] {
        assert!(!is_line(wrong), "{wrong}");
    }
}
