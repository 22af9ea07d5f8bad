//! The pages a person sees. Plain HTML, and no script but the one that sends a form on.

use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};

use crate::answer::{Answer, Refusal};
use crate::authorize::Request;
use crate::table::ProviderTable;

pub(crate) const LOGIN_PATH: &str = "/-/login";
pub(crate) const CONSENT_PATH: &str = "/-/consent";

const STYLE: &str = "\
:root{color-scheme:light dark;--paper:#f4f4f2;--card:#fff;--ink:#1c1c1a;--soft:#5c5c57;--line:#c9c9c3;--go:#14532d}\
@media(prefers-color-scheme:dark){:root{--paper:#161615;--card:#222220;--ink:#efefea;--soft:#a9a9a2;--line:#484844;--go:#86d9a3}}\
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;\
background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}\
main{width:100%;max-width:26rem;background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:1.5rem}\
h1{font-size:1.25rem;margin:0 0 1rem}p,ul{margin:0 0 1rem}.soft{color:var(--soft)}\
label{display:block;margin:0 0 1rem}input{display:block;width:100%;margin-top:.25rem;padding:.5rem;font:inherit;\
color:inherit;background:var(--paper);border:1px solid var(--line);border-radius:.25rem}\
.choice{display:flex;gap:.75rem}button{flex:1;padding:.6rem 1rem;font:inherit;color:inherit;background:transparent;\
border:1px solid var(--line);border-radius:.25rem;cursor:pointer}\
button.go{background:var(--go);border-color:var(--go);color:var(--card);font-weight:600}\
:focus-visible{outline:2px solid var(--go);outline-offset:2px}\
code{display:block;padding:.75rem;background:var(--paper);border:1px solid var(--line);border-radius:.25rem;\
overflow-wrap:anywhere;user-select:all}";

/// The sign-in form.
pub(crate) fn login(table: &ProviderTable, ticket: &str, csrf: &str, problem: Option<&str>) -> Answer {
    let problem = problem.map_or(String::new(), |text| format!("<p role=\"alert\">{}</p>", escape(text)));
    let hidden = hidden(ticket, csrf);
    page(
        200,
        &format!("Sign in to {}", table.name),
        &format!(
            "{problem}<form method=\"post\" action=\"{LOGIN_PATH}\">{hidden}\
             <label>User name<input name=\"username\" autocomplete=\"username\" autofocus required></label>\
             <label>Password<input name=\"password\" type=\"password\" autocomplete=\"current-password\" required></label>\
             <div class=\"choice\"><button class=\"go\">Sign in</button></div></form>"
        ),
    )
}

/// The consent form.
pub(crate) fn consent(table: &ProviderTable, request: &Request, ticket: &str, csrf: &str) -> Answer {
    let scopes: String = match request.scope.as_deref() {
        Some(scopes) => scopes.split(' ').map(|scope| format!("<li>{}</li>", escape(scope))).collect(),
        None => "<li>your account</li>".to_owned(),
    };
    page(
        200,
        &format!("Allow access to {}?", table.name),
        &format!(
            "<p><strong>{}</strong> asks for access to:</p><ul>{scopes}</ul>\
             <form method=\"post\" action=\"{CONSENT_PATH}\">{}<div class=\"choice\">\
             <button name=\"decision\" value=\"deny\">Deny</button>\
             <button class=\"go\" name=\"decision\" value=\"approve\">Approve</button></div></form>",
            escape(&request.client_id),
            hidden(ticket, csrf),
        ),
    )
}

/// The code, to be copied by hand.
pub(crate) fn code(table: &ProviderTable, code: &str) -> Answer {
    let title = format!("Your authorization code for {}", table.name);
    page(200, &title, &format!("<p>Copy it into the app:</p><code id=\"code\">{}</code>", escape(code)))
}

/// The same page after a denial.
pub(crate) fn no_code(table: &ProviderTable, error: &str) -> Answer {
    page(200, &format!("No authorization code for {}", table.name), &format!("<p>{}</p>", escape(error)))
}

/// The error page of the authorization endpoint and of the forms.
pub(crate) fn refusal(refusal: &Refusal) -> Answer {
    let text = escape(&refusal.text());
    page(
        400,
        "This request was refused",
        &format!("<p id=\"refusal\">{text}</p><p class=\"soft\">You have not been sent back to the app.</p>"),
    )
    .because(refusal.clone())
}

/// A form that sends itself to the client.
pub(crate) fn form_post(redirect_uri: &str, pairs: &[(String, String)]) -> Answer {
    let field = |(name, value): &(String, String)| {
        format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">", escape(name), escape(value))
    };
    let fields: String = pairs.iter().map(field).collect();
    let mut answer = page(
        200,
        "Back to the app",
        &format!(
            "<form id=\"back\" method=\"post\" action=\"{}\">{fields}\
             <div class=\"choice\"><button class=\"go\">Continue</button></div></form>\
             <script>document.forms[0].submit()</script>",
            escape(redirect_uri)
        ),
    );
    for (name, value) in &mut answer.headers {
        if *name == CONTENT_SECURITY_POLICY {
            value.push_str("; script-src 'unsafe-inline'");
        }
    }
    answer
}

pub(crate) fn hidden(ticket: &str, csrf: &str) -> String {
    format!(
        "<input type=\"hidden\" name=\"ticket\" value=\"{}\"><input type=\"hidden\" name=\"csrf\" value=\"{}\">",
        escape(ticket),
        escape(csrf)
    )
}

pub(crate) fn page(status: u16, title: &str, content: &str) -> Answer {
    let title = escape(title);
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style></head>\
         <body><main><h1>{title}</h1>{content}</main></body></html>"
    );
    Answer {
        status,
        headers: vec![
            (CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
            (CACHE_CONTROL, "no-store".to_owned()),
            (REFERRER_POLICY, "no-referrer".to_owned()),
            (
                CONTENT_SECURITY_POLICY,
                "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'".to_owned(),
            ),
        ],
        body: html.into_bytes(),
        refusal: None,
    }
}

pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// The reverse of [`escape`], for the browser stand-in.
pub(crate) fn unescape(text: &str) -> String {
    text.replace("&#39;", "'").replace("&quot;", "\"").replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_a_request_cannot_become_markup() {
        let hostile = "<b title=\"x\" class='y'>&amp;";
        let escaped = escape(hostile);
        assert!(!escaped.contains(['<', '>', '"', '\'']), "{escaped}");
        assert_eq!(unescape(&escaped), hostile);
    }
}
