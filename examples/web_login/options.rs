//! What `web_login` is told on its command line.

use lexopt::{Arg, ValueExt};
use oauth_proto::metadata::WellKnown;

pub const HELP: &str = "\
A web application that logs its users in. The client's secret is read from OAUTH_CLIENT_SECRET.
Without --issuer, the server is a stand-in that it starts itself.

Usage: web_login [--issuer URL --client-id ID] [OPTIONS]

Options:
  --openid       the metadata is that of OpenID Connect Discovery, not of RFC 8414
  --origin URL   the server's endpoints may be at this origin too; may be given several times
  --scope WORDS  what to ask for: openid
  --api URL      what is called with the token: the server's userinfo endpoint
  --port NUMBER  where to listen on 127.0.0.1: 3000
  --store FILE   where sessions are kept, for this program's user alone: in memory
  --stand-in     no browser: the stand-in's user logs in and out, and the program ends
  --help         print this help";

pub struct Options {
    /// Where it is, and who we are there; none for the stand-in.
    pub server: Option<(String, String)>,
    pub place: WellKnown,
    pub origins: Vec<String>,
    pub scope: String,
    pub api: Option<String>,
    pub port: u16,
    pub store: String,
    pub stand_in: bool,
}

/// `None` where help is asked for.
pub fn options() -> Result<Option<Options>, lexopt::Error> {
    let (mut issuer, mut client_id) = (None, None);
    let mut options = Options {
        server: None,
        place: WellKnown::default(),
        origins: Vec::new(),
        scope: "openid".into(),
        api: None,
        port: 3000,
        store: ":memory:".into(),
        stand_in: false,
    };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("issuer") => issuer = Some(arguments.value()?.string()?),
            Arg::Long("client-id") => client_id = Some(arguments.value()?.string()?),
            Arg::Long("openid") => options.place = WellKnown::OpenidConfiguration,
            Arg::Long("origin") => options.origins.push(arguments.value()?.string()?),
            Arg::Long("scope") => options.scope = arguments.value()?.string()?,
            Arg::Long("api") => options.api = Some(arguments.value()?.string()?),
            Arg::Long("port") => options.port = arguments.value()?.parse()?,
            Arg::Long("store") => options.store = arguments.value()?.string()?,
            Arg::Long("stand-in") => options.stand_in = true,
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    let of_a_server = client_id.is_some() || options.api.is_some() || !options.origins.is_empty();
    options.server = match (issuer, client_id) {
        (Some(_), _) if options.stand_in => return Err("--stand-in is for the server that is started here".into()),
        (Some(issuer), Some(client_id)) => Some((issuer, client_id)),
        (Some(_), None) => return Err("--client-id is missing".into()),
        (None, _) if of_a_server => return Err("--issuer is missing".into()),
        (None, _) => None,
    };
    Ok(Some(options))
}
