//! One row of the file, as plain data. What it means is decided elsewhere.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// How one provider is spoken to. A field that a row leaves out is as RFC 6749 has it, for a client with a secret in
/// the body.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct Row {
    /// The name of the row.
    pub name: String,
    /// The row that this one repeats.
    pub alias_of: Option<String>,
    /// `authorization_code` or `client_credentials`.
    pub grant: Option<String>,
    /// What `grant_type` says in the exchange; `None`: it is not sent.
    pub grant_type_sent: Option<String>,
    /// What `response_type` says; `None`: it is not sent.
    pub response_type: Option<String>,
    /// Template; ` || ` stands between alternatives.
    pub authorize_url: Option<String>,
    /// Template.
    pub token_url: Option<String>,
    /// Template; `None`: the token URL.
    pub refresh_url: Option<String>,
    /// The variables of the templates.
    pub url_vars: Vec<String>,
    /// Those among them that come with the callback.
    pub late_bound_url_vars: Vec<String>,
    /// What stands between two scopes in a request.
    pub scope_separator: String,
    /// `form`, `json` or `query`.
    pub body_format: String,
    /// `body`, `basic`, `basic+body`, `basic+client_id`, `basic(secret:)` or `none`.
    pub client_auth: String,
    /// `raw` or `form-urlencoded`, where there is a Basic header.
    pub basic_encoding: Option<String>,
    /// The token endpoint wants a certificate of the client. Plaintext on loopback has nothing to check.
    pub mtls: bool,
    /// `false`: neither challenge nor verifier. Otherwise both.
    pub pkce: Option<bool>,
    /// Parameters beyond the standard ones.
    pub extra_authorize_params: Map<String, Value>,
    /// The same for the exchange, and for client credentials.
    pub extra_token_params: Map<String, Value>,
    /// The same for the refresh.
    pub extra_refresh_params: Map<String, Value>,
    /// Step (`authorize`, `token`, `refresh`) to standard name to the name on the wire.
    pub renamed_params: BTreeMap<String, BTreeMap<String, String>>,
    /// Step to the standard names that are not sent.
    pub omitted_params: BTreeMap<String, Vec<String>>,
    /// Header fields of token and refresh requests.
    pub token_headers: BTreeMap<String, String>,
    /// `POST` or `GET`.
    pub token_method: String,
    /// Where the answer is another than that of RFC 6749.
    pub token_response: Option<TokenResponse>,
    /// Paths of members that the answer has besides.
    pub response_extras: Vec<String>,
    /// The name of the code in the callback.
    pub callback_code_param: Option<String>,
    /// Parameters that the callback has besides.
    pub callback_extras: Vec<String>,
    /// What stands behind `#` in the authorization URL.
    pub authorize_fragment: Option<Fragment>,
    /// How an access token is shown; `None`: as RFC 6750 has it.
    pub token_use: Option<TokenUse>,
    /// Short codes for all that has no field.
    pub special: Vec<String>,
    /// Why the row cannot be data.
    pub inexpressible: Option<String>,
    /// What the answer says as `token_type`.
    pub token_type: TokenType,
    /// How the answer repeats the scope.
    pub scope_in_response: Option<ScopeInResponse>,
    /// The Content-Type of token answers; `None`: `application/json`.
    pub response_content_type: Option<String>,
}

/// What stands behind `#` in an authorization URL.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Fragment {
    /// A route of the page's own, with the parameters behind it.
    Route(String),
    /// A word behind all parameters.
    Suffix {
        /// The word.
        suffix: String,
    },
}

/// The shape of a token answer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TokenResponse {
    /// The status of success; `None`: 200.
    pub status: Option<u16>,
    /// Path. If it is there, nothing stands in the answer but what is listed.
    pub access_token: Option<String>,
    /// Path.
    pub refresh_token: Option<String>,
    /// When the access token ends.
    pub expires: Option<Expires>,
    /// Path of the granted scope.
    pub scope: Option<String>,
    /// Paths of members besides.
    pub extras: Vec<String>,
    /// How an error looks that comes with status 200.
    pub error: Option<ErrorShape>,
    /// A refresh that answers without tokens, in words.
    pub refresh: Option<String>,
    /// A second pair of tokens in the same answer.
    pub alternate: Option<String>,
    /// The answer of the exchange, where a follow-up has another.
    pub step1: Option<Box<TokenResponse>>,
    /// The follow-up exchange.
    pub step2: Option<FollowUp>,
}

/// How an answer says when the access token ends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Expires {
    /// Path; `None`: `expires_in`.
    pub field: Option<String>,
    /// `relative_s`, `relative_ms`, `absolute_s`, `absolute_ms`, `absolute_datetime`, `absolute_auto`, `constant_s`.
    pub encoding: String,
    /// The seconds of `constant_s`.
    pub value: Option<u64>,
}

/// An error that comes with status 200.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ErrorShape {
    /// Path of the error code.
    pub code: String,
    /// Path of the words.
    pub message: Option<String>,
    /// Path of what tells success; `None`: that of the code.
    pub ok_field: Option<String>,
    /// What stands there in success; null, without an `ok_field`: the code is not there then.
    pub ok_value: Value,
}

/// One more exchange after that of the code.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct FollowUp {
    /// `GET` or `POST`.
    pub method: Option<String>,
    /// Template.
    pub url: Option<String>,
    /// `name=value`, or `access_token`, `client_id`, `client_secret`.
    pub params: Vec<String>,
    /// The shape of its answer.
    #[serde(flatten)]
    pub response: Box<TokenResponse>,
}

/// How an access token is shown to the API.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TokenUse {
    /// The header field.
    pub header: Option<String>,
    /// What stands before the token; `None`: nothing.
    pub scheme: Option<String>,
    /// Another form than the token itself, in words.
    pub form: Option<String>,
    /// The query parameter that holds the token, instead of a header.
    pub query: Option<String>,
}

/// What the answer says as `token_type`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TokenType {
    /// The row does not say: `Bearer`.
    #[default]
    Unsaid,
    /// `null`: the member is absent.
    Absent,
    /// These words.
    Says(String),
}

/// How the answer repeats the scope.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ScopeInResponse {
    /// As text, joined so.
    pub separator: Option<String>,
    /// As a JSON array.
    pub list: bool,
}

impl Row {
    /// Reads the file.
    ///
    /// # Errors
    /// If it is no JSON array of rows, in words.
    pub fn read_all(json: &str) -> Result<Vec<Row>, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }
}

impl Default for Row {
    fn default() -> Self {
        let code = || Some("authorization_code".to_owned());
        Row {
            name: String::new(),
            alias_of: None,
            grant: code(),
            grant_type_sent: code(),
            response_type: Some("code".to_owned()),
            authorize_url: None,
            token_url: None,
            refresh_url: None,
            url_vars: Vec::new(),
            late_bound_url_vars: Vec::new(),
            scope_separator: " ".to_owned(),
            body_format: "form".to_owned(),
            client_auth: "body".to_owned(),
            basic_encoding: None,
            mtls: false,
            pkce: None,
            extra_authorize_params: Map::new(),
            extra_token_params: Map::new(),
            extra_refresh_params: Map::new(),
            renamed_params: BTreeMap::new(),
            omitted_params: BTreeMap::new(),
            token_headers: BTreeMap::new(),
            token_method: "POST".to_owned(),
            token_response: None,
            response_extras: Vec::new(),
            callback_code_param: Some("code".to_owned()),
            callback_extras: Vec::new(),
            authorize_fragment: None,
            token_use: None,
            special: Vec::new(),
            inexpressible: None,
            token_type: TokenType::Unsaid,
            scope_in_response: None,
            response_content_type: None,
        }
    }
}

impl<'de> Deserialize<'de> for TokenType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<String>::deserialize(deserializer)?.map_or(TokenType::Absent, TokenType::Says))
    }
}
