//! Where a client shows who it is.

use crate::clients::{basic_text, read_basic};
use crate::decode::Params;
use crate::log::Exchange;
use crate::rows::expect::Step;

/// What the Authorization header has to be. What stands among the parameters is in their own list.
#[derive(Clone, Debug)]
pub(crate) enum Authentication {
    /// No header.
    Absent,
    Basic(Basic),
    /// The data cannot tell which one the server reads: the header, or the parameters, or both.
    Either(Basic),
}

/// Identifier and secret behind `Basic`.
#[derive(Clone, Debug)]
pub(crate) struct Basic {
    pub(crate) id: String,
    pub(crate) secret: String,
    /// Form-encoded before they are joined (RFC 6749 section 2.3.1), or joined as they are.
    pub(crate) form_encoded: bool,
}

impl Authentication {
    pub(crate) fn check(&self, seen: &Exchange, params: &Params, step: &Step) -> Result<(), (&'static str, String)> {
        let wrong = |what: &str| Err(("client_auth", what.to_owned()));
        let headers: Vec<&str> = seen.headers_named("authorization").collect();
        match (self, headers.as_slice()) {
            (_, [_, _, ..]) => wrong("header `authorization` is repeated"),
            (Authentication::Absent, []) => Ok(()),
            (Authentication::Absent, [_]) => wrong("header `authorization`, where the row has none"),
            (Authentication::Basic(_), []) => wrong("header `authorization` is missing"),
            (Authentication::Basic(basic) | Authentication::Either(basic), [header]) => basic.check(header),
            (Authentication::Either(_), []) => {
                let shown = |standard: &str| step.name_of(standard).is_none_or(|name| params.get(name).is_some());
                if shown("client_id") && shown("client_secret") {
                    Ok(())
                } else {
                    wrong("neither a Basic header nor the parameters name the client and its secret")
                }
            }
        }
    }
}

impl Basic {
    fn check(&self, header: &str) -> Result<(), (&'static str, String)> {
        if self.form_encoded {
            let (id, secret) = read_basic(header).map_err(|what| ("basic_encoding", what))?;
            if id == self.id && secret == self.secret {
                return Ok(());
            }
            return Err(("client_auth", format!("the Basic header decodes to `{id}` and `{secret}`")));
        }
        let joined = basic_text(header).map_err(|what| ("client_auth", what))?;
        if joined == format!("{}:{}", self.id, self.secret) {
            return Ok(());
        }
        let encoded = read_basic(header).is_ok_and(|(id, secret)| id == self.id && secret == self.secret);
        if encoded {
            return Err(("basic_encoding", "the Basic header is form-encoded, and the row has it raw".to_owned()));
        }
        Err(("client_auth", format!("the Basic header holds `{joined}`")))
    }
}
