//! What was seen, as a table: `RESULTS.md`.

use std::{collections::BTreeMap, fmt::Write};

use crate::{Feature, Server};

/// What the trial of a feature at a server ended with.
#[derive(Default)]
pub struct Seen(BTreeMap<(&'static str, &'static str), String>);

const HEAD: &str = "\
# What was seen

Written by the suite itself (`tests/interop/run --bless`).

- **yes**: the crate and the server do it.
- **refused**: the server says no with this error and status, and the crate hands back the state from before.
- **dead**: so too, and what was presented will never be good (`invalid_grant`).
- **not believed**: an error came to the redirect URI without what proves that it answers this login, which goes on waiting.
- **no**: the server does not have it; the reason stands below. The trial is run all the same, and must fail as the server's
  description says.

What is bold in a cell is what a server should not do.
";

/// What needs signatures, and so a key: not in the crate.
const UNSIGNED: [&str; 9] = [
    "`private_key_jwt` (RFC 7523)",
    "`client_secret_jwt` (RFC 7523)",
    "DPoP (RFC 9449)",
    "signed authorization requests, JAR (RFC 9101)",
    "signed authorization responses, JARM",
    "client certificates, mTLS (RFC 8705)",
    "the FAPI 2.0 profile",
    "backchannel authentication, CIBA",
    "signed introspection (RFC 9701)",
];

impl Seen {
    pub fn note(&mut self, server: &'static str, feature: &'static str, what: String) {
        self.0.insert((server, feature), what);
    }

    pub fn table(&self, servers: &[&Server], features: &[Feature]) -> String {
        let mut text = String::from(HEAD);
        let names: Vec<&str> = servers.iter().map(|server| server.about.name).collect();
        let versions: Vec<String> =
            servers.iter().map(|server| format!("{} {}", server.about.name, server.about.version)).collect();
        let (mut group, mut reasons) = ("", Vec::new());
        for feature in features {
            if feature.group != group {
                group = feature.group;
                let rule = " --- |".repeat(servers.len());
                let _ = write!(text, "\n## {group}\n\n| | {} |\n| --- |{rule}\n", versions.join(" | "));
            }
            let _ = write!(text, "| {} |", feature.title);
            for name in &names {
                let cell = match self.0.get(&(*name, feature.id)) {
                    Some(cell) => cell,
                    None => "not run",
                };
                match cell.strip_prefix(LACKS) {
                    Some(reason) => {
                        let reason = format!("{name}: {reason}");
                        let known = reasons.iter().position(|known| *known == reason);
                        let number = known.unwrap_or_else(|| {
                            reasons.push(reason);
                            reasons.len() - 1
                        });
                        let _ = write!(text, " no ({}) |", number + 1);
                    }
                    None => {
                        let _ = write!(text, " {cell} |");
                    }
                }
            }
            text.push('\n');
        }
        text.push_str("\n## Not there, and why\n\n");
        for (number, reason) in reasons.iter().enumerate() {
            let _ = writeln!(text, "{}. {reason}", number + 1);
        }
        let _ = write!(
            text,
            "\n## What the crate does not have\n\n{} things, all of which need signatures:\n\n",
            UNSIGNED.len()
        );
        for name in UNSIGNED {
            let _ = writeln!(text, "- {name}");
        }
        text
    }
}

/// What the cell of a lacking feature begins with.
pub const LACKS: &str = "no: ";
