//! What came of the vectors, by op and in total.

use std::{collections::BTreeMap, fmt};

use crate::run::{Ran, Verdict};

#[derive(Default)]
pub struct Report {
    pub runs: Vec<Ran>,
    /// Files that are of another schema.
    pub left_out: Vec<String>,
}

const COLUMNS: [&str; 5] = ["passed", "failed", "undecided", "refused by construction", "not supported"];

fn column(verdict: &Verdict) -> usize {
    match verdict {
        Verdict::Passed { .. } => 0,
        Verdict::Failed { .. } => 1,
        Verdict::Undecided { .. } => 2,
        Verdict::ByConstruction(_) => 3,
        Verdict::NotSupported(_) => 4,
    }
}

impl Report {
    pub fn passed(&self) -> usize {
        self.runs.iter().filter(|ran| matches!(ran.verdict, Verdict::Passed { .. })).count()
    }

    pub fn failed(&self) -> Vec<String> {
        let runs = self.runs.iter();
        runs.filter_map(|Ran { id, op, verdict, .. }| match verdict {
            Verdict::Failed { why, expected, came } => {
                Some(format!("{id} ({op}): {why}\n    expected: {expected}\n    came:     {came}"))
            }
            _ => None,
        })
        .collect()
    }

    /// Choices that nobody made.
    pub fn undecided(&self) -> Vec<&str> {
        let runs = self.runs.iter();
        runs.filter(|ran| matches!(ran.verdict, Verdict::Undecided { .. })).map(|ran| ran.id.as_str()).collect()
    }

    /// What the crate does not have, and the vectors that ask for it.
    pub fn not_supported(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut by_name: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for Ran { id, verdict, .. } in &self.runs {
            if let Verdict::NotSupported(what) = verdict {
                by_name.entry(what).or_default().push(id);
            }
        }
        by_name
    }

    /// Details of passed vectors that the crate has no words for.
    pub fn unsaid(&self) -> Vec<String> {
        let runs = self.runs.iter();
        runs.flat_map(|Ran { id, verdict, .. }| match verdict {
            Verdict::Passed { unsaid } => unsaid.iter().map(|what| format!("{id}: {what}")).collect(),
            _ => Vec::new(),
        })
        .collect()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for file in &self.left_out {
            writeln!(f, "left out: {file}: it holds no vectors")?;
        }
        for (what, ids) in self.not_supported() {
            writeln!(f, "not supported: {what}: {}", ids.join(" "))?;
        }
        for Ran { id, op, verdict, .. } in &self.runs {
            if let Verdict::ByConstruction(rule) = verdict {
                let program = rule.program().map(|path| format!(" [{path}]")).unwrap_or_default();
                writeln!(f, "refused by construction: {id} ({op}): {}{program}", rule.why())?;
            }
        }
        for unsaid in self.unsaid() {
            writeln!(f, "not expressible: {unsaid}")?;
        }
        for Ran { id, op, verdict, .. } in &self.runs {
            if let Verdict::Undecided { expected, came } = verdict {
                writeln!(f, "undecided: {id} ({op}): the vector says {expected}\n    came:     {came}")?;
            }
        }
        for failed in self.failed() {
            writeln!(f, "FAILED: {failed}")?;
        }

        let mut by_op: BTreeMap<&str, [usize; COLUMNS.len()]> = BTreeMap::new();
        let mut total = [0; COLUMNS.len()];
        for Ran { op, verdict, .. } in &self.runs {
            by_op.entry(op).or_default()[column(verdict)] += 1;
            total[column(verdict)] += 1;
        }
        let row = |f: &mut fmt::Formatter<'_>, op: &str, counts: [usize; COLUMNS.len()]| {
            write!(f, "{op:<30}")?;
            COLUMNS.iter().zip(counts).try_for_each(|(name, count)| write!(f, "  {count:>0$}", name.len()))
        };
        writeln!(f, "{:<30}  {}", "op", COLUMNS.join("  "))?;
        for (op, counts) in by_op {
            row(f, op, counts)?;
            writeln!(f)?;
        }
        row(f, "vectors", total)
    }
}
