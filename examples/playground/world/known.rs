//! The five providers whose documents are emulated line by line.

use oauth_proto::{Provider, providers};
use oauth_proto_emulator::ProviderTable;

use super::GrantKind;

pub const NAMES: [(&str, &str); 5] =
    [("amiqus", "Amiqus"), ("marq", "Marq"), ("marvel", "Marvel"), ("motar", "MOTAR"), ("fifth", "The fifth")];

/// One of them, and what is worth trying.
pub struct Known {
    pub title: &'static str,
    pub table: ProviderTable,
    pub provider: Provider,
    pub scopes: &'static [&'static str],
    /// Whether its document knows clients without a secret.
    pub public: bool,
    pub grants: &'static [GrantKind],
    pub note: &'static str,
}

pub fn get(name: &str) -> Option<Known> {
    let title = NAMES.iter().find(|(known, _)| *known == name).map(|(_, title)| *title)?;
    Some(match name {
        "amiqus" => Known {
            title,
            table: ProviderTable::amiqus(),
            provider: providers::amiqus(),
            scopes: &[],
            public: false,
            grants: &[GrantKind::Code],
            note: "A refresh sends the redirect URI along, and kills the access token that it replaces. A refresh token \
                   works once.",
        },
        "marq" => Known {
            title,
            table: ProviderTable::marq(),
            // The document names no API host.
            provider: providers::marq().api_origin("https://api.marq.invalid"),
            scopes: &[providers::MARQ_SCOPE],
            public: false,
            grants: &[GrantKind::Code],
            note: "It speaks JSON, tells the expiry in milliseconds since 1970, and refreshes only while the access token \
                   is good: let more than an hour pass, and the refresh is refused before anything is sent.",
        },
        "marvel" => Known {
            title,
            table: ProviderTable::marvel(),
            provider: providers::marvel("https://marvelapp.com/oauth/authorize", "https://api.marvelapp.invalid"),
            scopes: &["user:read", "projects:read"],
            public: true,
            grants: &[GrantKind::Code, GrantKind::CodeOfPublicClient, GrantKind::Implicit],
            note: "A client without a secret must use PKCE. The implicit grant brings no refresh token: look at what does \
                   not compile then.",
        },
        "motar" => Known {
            title,
            table: ProviderTable::motar(),
            provider: providers::motar(),
            scopes: &[],
            public: false,
            grants: &[GrantKind::Code, GrantKind::ImplicitWithRefresh],
            note: "It calls the client `clientId`, sends the nonce back with the tokens, reads them in the header \
                   `Authentication`, and gives a refresh token with the implicit grant.",
        },
        "fifth" => Known {
            title,
            table: ProviderTable::fifth(),
            provider: providers::fifth(providers::FifthUrls {
                code_login: "https://fifth.invalid/login".into(),
                implicit_login: "https://fifth.invalid/login/implicit".into(),
                token_endpoint: "https://fifth.invalid/token".into(),
                api_origin: "https://api.fifth.invalid".into(),
            }),
            scopes: &[],
            public: true,
            grants: &[GrantKind::Code, GrantKind::Implicit, GrantKind::ClientCredentials],
            note: "It speaks JSON. Its codes and tokens hold `%3D`, which must stay as it is. Client credentials bring a \
                   refresh token, against the RFC.",
        },
        _ => return None,
    })
}
