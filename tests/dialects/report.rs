//! What came of the rows, by knob and in total.

use std::{collections::BTreeMap, fmt};

use oauth_proto_emulator::rows::Row;

/// What came of one row.
#[derive(Debug)]
pub enum Verdict {
    Passed,
    Failed(String),
    /// The row, or the server, says why.
    NotExpressible(String),
}

/// The verdicts of a file.
#[derive(Debug, Default)]
pub struct Report {
    rows: Vec<(String, Vec<&'static str>, Verdict)>,
}

impl Report {
    pub fn note(&mut self, row: &Row, verdict: Verdict) {
        self.rows.push((row.name.clone(), knobs(row), verdict));
    }

    pub fn passed(&self) -> usize {
        self.rows.iter().filter(|(_, _, verdict)| matches!(verdict, Verdict::Passed)).count()
    }

    pub fn failed(&self) -> Vec<String> {
        let rows = self.rows.iter();
        rows.filter_map(|(name, _, verdict)| match verdict {
            Verdict::Failed(why) => Some(format!("{name}: {why}")),
            Verdict::Passed | Verdict::NotExpressible(_) => None,
        })
        .collect()
    }

    pub fn not_expressible(&self) -> Vec<(&str, &str)> {
        let rows = self.rows.iter();
        rows.filter_map(|(name, _, verdict)| match verdict {
            Verdict::NotExpressible(why) => Some((name.as_str(), why.as_str())),
            Verdict::Passed | Verdict::Failed(_) => None,
        })
        .collect()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut by_knob: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
        for (_, knobs, verdict) in &self.rows {
            let at = match verdict {
                Verdict::Passed => 0,
                Verdict::Failed(_) => 1,
                Verdict::NotExpressible(_) => 2,
            };
            knobs.iter().for_each(|knob| by_knob.entry(knob).or_default()[at] += 1);
        }
        for (name, why) in self.not_expressible() {
            writeln!(f, "not expressible: {name}: {why}")?;
        }
        for failed in self.failed() {
            writeln!(f, "FAILED: {failed}")?;
        }
        writeln!(f, "{:<40} {:>6} {:>6} {:>16}", "knob", "passed", "failed", "not expressible")?;
        for (knob, [passed, failed, not]) in by_knob {
            writeln!(f, "{knob:<40} {passed:>6} {failed:>6} {not:>16}")?;
        }
        let (passed, failed, not) = (self.passed(), self.failed().len(), self.not_expressible().len());
        write!(f, "{:<40} {passed:>6} {failed:>6} {not:>16}", "rows")
    }
}

/// What a row turns, away from RFC 6749.
fn knobs(row: &Row) -> Vec<&'static str> {
    let response = row.token_response.clone().unwrap_or_default();
    let special = |code: &str| row.special.iter().any(|each| each.starts_with(code));
    let steps = |names: &BTreeMap<String, _>| !names.is_empty();
    let all = [
        ("URL templates", !row.url_vars.is_empty()),
        ("URL alternatives", special("url_fallback_alternatives")),
        ("token URL known after the callback", !row.late_bound_url_vars.is_empty()),
        ("token URL with a query", special("token_url_has_query")),
        ("a refresh URL of its own", row.refresh_url.is_some()),
        ("authorize URL routed by fragment", row.authorize_fragment.is_some()),
        ("added authorize parameters", !row.extra_authorize_params.is_empty()),
        ("added token parameters", !row.extra_token_params.is_empty()),
        ("added refresh parameters", !row.extra_refresh_params.is_empty()),
        ("generated values", special("generated_value")),
        ("renamed parameters", steps(&row.renamed_params)),
        ("omitted parameters", !row.omitted_params.is_empty()),
        ("token endpoint headers", !row.token_headers.is_empty()),
        ("body: JSON", row.body_format == "json"),
        ("body: query", row.body_format == "query"),
        ("client authentication: body", row.client_auth == "body"),
        ("client authentication: Basic, encoded", is_basic(row, "form-urlencoded")),
        ("client authentication: Basic, raw", is_basic(row, "raw")),
        ("client authentication: both", row.client_auth == "basic+body"),
        ("client authentication: secret as user", row.client_auth == "basic(secret:)"),
        ("client authentication: none", row.client_auth == "none"),
        ("mutual TLS (the transport's)", row.mtls),
        ("scope separator", row.scope_separator != " "),
        ("scope not used", special("scope_not_used")),
        ("PKCE: sent and tolerated", row.grant.as_deref() == Some("authorization_code") && row.pkce.is_none()),
        ("PKCE: required", row.pkce == Some(true)),
        ("PKCE: off", row.pkce == Some(false)),
        ("callback: code of another name", row.callback_code_param.as_deref().is_some_and(|name| name != "code")),
        ("callback: values to keep", !row.callback_extras.is_empty()),
        ("response: shape of its own", row.token_response.is_some()),
        ("response: values to keep", !row.response_extras.is_empty()),
        ("response: expiry encoding", response.expires.is_some()),
        ("response: error in a 2xx", response.error.is_some()),
        ("follow-up exchange", response.step2.is_some()),
        ("refresh: rotating", special("refresh_token_rotates")),
        ("refresh: old token stays", special("refresh_token_not_returned")),
        ("refresh: only with a scope", special("refresh_token_needs_scope")),
        ("refresh: window", special("refresh_only_in_last")),
        ("refresh: by access token", special("refresh_by_access_token_exchange")),
        ("refresh: extends", special("refresh_returns_no_token")),
        ("no expiry said", special("expires_in_missing") || special("non_expiring")),
        ("token presentation", row.token_use.is_some()),
        ("grant: authorization code", row.grant.as_deref() == Some("authorization_code")),
        ("grant: client credentials", row.grant.as_deref() == Some("client_credentials")),
    ];
    all.into_iter().filter(|(_, turned)| *turned).map(|(knob, _)| knob).collect()
}

fn is_basic(row: &Row, encoding: &str) -> bool {
    row.client_auth == "basic" && row.basic_encoding.as_deref() == Some(encoding)
}
