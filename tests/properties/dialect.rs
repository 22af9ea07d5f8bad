//! What holds for every provider file. Each property says its invariant on line 1.

use std::collections::BTreeMap;

use oauth_proto::{
    Callback, CallbackError, Client, Confidential, Extras, Granted, Provider, Registration, Request, Scope,
    dialect::{Added, BodyFormat, ClientAuthentication, Fragment, Kept, Parameters, ScopeEncoding},
    error::Reason,
    stored,
};
use proptest::{collection::vec, option, prelude::*};
use serde_json::{Value, json};

use crate::scenario::{self, CHALLENGE, STATE, Scenario, answer, at};

/// A piece of a template: a text that stands for itself, or a variable by its number.
#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    Variable(usize),
}

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let text = prop_oneof!["[{}]{1,4}", "\\PC{0,6}", "[ -~]{0,6}"];
    vec(prop_oneof![3 => text.prop_map(Piece::Text), 2 => (0usize..4).prop_map(Piece::Variable)], 0..6)
}

/// Names of variables, as odd as they may be.
const NAMES: [&str; 3] = ["v", "a b.c", "\u{e4}\u{1F600}"];

/// The text of a template, and what it stands for where variable 3 is the client's id.
fn template(pieces: &[Piece], values: &[String; 3]) -> (String, String) {
    let (mut text, mut meant) = (String::new(), String::new());
    for piece in pieces {
        match piece {
            Piece::Text(literal) => {
                text += &literal.replace('{', "{{").replace('}', "}}");
                meant += literal;
            }
            Piece::Variable(at) => {
                text += &format!("{{{}}}", NAMES.get(*at).unwrap_or(&"client_id"));
                meant += values.get(*at).map_or("app", String::as_str);
            }
        }
    }
    (text, meant)
}

/// Any JSON, of some depth.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        // What a `f64` holds to the last digit.
        any::<i32>().prop_map(|quarters| Value::from(f64::from(quarters) / 4.0)),
        "\\PC{0,12}|.{0,4}".prop_map(Value::from),
        prop::sample::select(vec![
            "{x}",
            "{client_id}",
            "{",
            "a.b",
            "text",
            "https://{x}.example.com/",
            "query",
            "GET"
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-c.{}]{0,3}|\\PC{0,3}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A file that says something of everything.
fn full_file() -> Value {
    let step = json!({ "method": "GET", "body": "query", "client_authentication": "body", "basic_encoding": "none",
        "parameters": { "rename": { "client_id": "id" }, "omit": [], "add": { "a": "{v}", "n": 1 }, "omit_unset": true,
                        "in_query": ["client_id"] },
        "headers": { "X-A": "{v}" } });
    let mut refresh = step.clone();
    refresh["answer"] = json!({ "extends_seconds": 60 });
    refresh["opens_seconds_before_expiry"] = json!(60);
    json!({
        "name": "full", "issuer": null, "variables": { "v": "x" },
        "authorization_endpoint": "https://{v}.id.example/a || https://id.example/a", "token_endpoint": "https://{x}.id.example/t",
        "refresh_endpoint": "https://id.example/{y}", "follow_up_endpoint": "{z}/long", "logout": { "endpoint": "https://id.example/o" },
        "checks": { "me": "https://id.example/me" }, "api_origins": ["https://api.example", "{url}"], "mutual_tls": true,
        "dialect": {
            "authorize": { "parameters": { "rename": { "client_id": "k" }, "omit": ["scope"], "add": { "s": "{scope}{random}" } },
                "scope_separator": ",", "scope_encoding": "minimal", "nonce": "off", "pkce": "always", "fragment": { "route": "/a" } },
            "callback": { "rename": {}, "state": "required", "keep": { "x": "dns_label", "y": "path_segment",
                "z": { "one_of": ["https://a.example"] }, "w": "text" } },
            "token": step, "refresh": refresh, "follow_up": step,
            "response": { "status": 201, "media_types": ["text/plain"], "rename": { "access_token": "data.t" },
                "expiry": { "constant_seconds": 3600 }, "keep": ["url", "team.id"],
                "error": { "code": "e.c", "ok": { "member": "ok", "value": 0 }, "invalid_grant": ["x"] } },
            "presentation": { "header": "X-T", "scheme": null, "query_parameter": "t" },
        },
    })
}

fn pointers(value: &Value, path: &str, found: &mut Vec<String>) {
    found.push(path.to_owned());
    for (name, member) in value.as_object().into_iter().flatten() {
        pointers(member, &format!("{path}/{}", name.replace('~', "~0").replace('/', "~1")), found);
    }
    for (at, member) in value.as_array().into_iter().flatten().enumerate() {
        pointers(member, &format!("{path}/{at}"), found);
    }
}

/// A name on some wire: `number` makes each another one.
fn wire_name(odd: &str, number: usize) -> String {
    format!("{odd}{number}")
}

/// What a step says of its parameters, and what each standard one and each of its own is called and says.
#[derive(Clone, Debug)]
struct Knobs {
    odd: String,
    renamed: Vec<bool>,
    omitted: Vec<bool>,
    in_query: Vec<bool>,
    added: Vec<Added>,
}

fn knobs() -> impl Strategy<Value = Knobs> {
    let added = prop_oneof![
        "\\PC{0,8}".prop_map(Added::from),
        any::<i64>().prop_map(Added::from),
        any::<bool>().prop_map(Added::from),
        prop::sample::select(vec!["1", "true", "&=#%+ "]).prop_map(Added::from),
    ];
    (
        "[!#-\\[\\]-~&&[^0-9]]{1,3}",
        vec(any::<bool>(), 10),
        vec(any::<bool>(), 10),
        vec(any::<bool>(), 10),
        vec(added, 0..4),
    )
        .prop_map(|(odd, renamed, omitted, in_query, added)| Knobs { odd, renamed, omitted, in_query, added })
}

const OMITTABLE: [&str; 4] = ["grant_type", "client_id", "redirect_uri", "scope"];

impl Knobs {
    /// Turns them: `standard` are the step's names, `omittable` those of them that may be left out.
    fn turn(&self, parameters: &mut Parameters, standard: &[&str], omittable: &[&str], query: bool) {
        for (at, name) in standard.iter().enumerate() {
            if self.renamed[at] {
                parameters.rename(*name, wire_name(&self.odd, at));
            }
            if self.omitted[at] && omittable.contains(name) {
                parameters.omit(*name);
            }
            if query && self.in_query[at] && OMITTABLE.contains(name) {
                parameters.in_query.insert((*name).into());
            }
        }
        for (at, value) in self.added.iter().enumerate() {
            let value = match value {
                Added::Text(text) => Added::Text(text.replace('{', "{{").replace('}', "}}")),
                other => other.clone(),
            };
            parameters.add(wire_name(&self.odd, 100 + at), value);
        }
    }

    /// What must come out of a request with these standard parameters: those in the query and those in the body.
    fn expected(
        &self,
        parameters: &Parameters,
        standard: &[&str],
        values: &[(&str, &str)],
    ) -> [BTreeMap<String, Value>; 2] {
        let [mut query, mut body] = [BTreeMap::new(), BTreeMap::new()];
        for (name, value) in values {
            let at = standard.iter().position(|each| each == name).unwrap();
            if parameters.omit.contains(*name) {
                continue;
            }
            let wire = if self.renamed[at] { wire_name(&self.odd, at) } else { (*name).to_owned() };
            let place = if parameters.in_query.contains(*name) { &mut query } else { &mut body };
            assert!(place.insert(wire, json!(value)).is_none());
        }
        for (at, value) in self.added.iter().enumerate() {
            let value = match value {
                Added::Text(text) if text.is_empty() => continue,
                Added::Text(text) => json!(text),
                Added::Number(number) => json!(number),
                Added::Truth(truth) => json!(truth),
                _ => unreachable!(),
            };
            body.insert(wire_name(&self.odd, 100 + at), value);
        }
        [query, body]
    }
}

/// The pairs of a query or a form: each name once.
fn form(text: &str) -> BTreeMap<String, Value> {
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(text.as_bytes()).into_owned().collect();
    let count = pairs.len();
    let map: BTreeMap<_, _> = pairs.into_iter().map(|(name, value)| (name, Value::from(value))).collect();
    assert_eq!(map.len(), count, "a parameter stands there twice: {text}");
    map
}

/// The same less the types: a query and a form have texts alone.
fn as_texts(map: BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    let text = |value: Value| if value.is_string() { value } else { value.to_string().into() };
    map.into_iter().map(|(name, value)| (name, text(value))).collect()
}

#[track_caller]
fn check_request(request: &Request, own_query: bool, format: BodyFormat, expected: [BTreeMap<String, Value>; 2]) {
    let [mut query, mut body] = expected;
    if own_query {
        query.insert("own".into(), "%".into());
    }
    if format == BodyFormat::Query {
        query.extend(std::mem::take(&mut body));
    }
    let found = request.url().split_once('?').map_or("", |(_, query)| query);
    assert_eq!(form(found), as_texts(query));
    let sent = std::str::from_utf8(request.expose_body()).unwrap();
    match format {
        BodyFormat::Json => {
            let Members(found) = serde_json::from_str(sent).unwrap();
            let count = found.len();
            let found: BTreeMap<_, _> = found.into_iter().collect();
            assert_eq!(found.len(), count, "a member stands there twice: {sent}");
            assert_eq!(found, body);
        }
        _ => assert_eq!(form(sent), as_texts(body)),
    }
}

/// The members of a JSON object, as they are written.
struct Members(Vec<(String, Value)>);

impl<'de> serde::Deserialize<'de> for Members {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> serde::de::Visitor<'de> for All {
            type Value = Members;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(All)
    }
}

fn client(provider: Provider) -> Client<Confidential> {
    let redirect_uri = oauth_proto::RedirectUri::new("https://app.example/cb").unwrap();
    let registration = Registration::new("app").unwrap().redirect_uri(redirect_uri);
    Client::confidential(provider, registration.scope(Scope::new(["read", "write"]).unwrap()), "s3cr&t".into()).unwrap()
}

fn format() -> impl Strategy<Value = BodyFormat> {
    prop::sample::select(vec![BodyFormat::Form, BodyFormat::Json, BodyFormat::Query])
}

const TOKEN: [&str; 9] = [
    "grant_type",
    "client_id",
    "client_secret",
    "code",
    "redirect_uri",
    "code_verifier",
    "username",
    "password",
    "scope",
];
const REFRESH: [&str; 5] = ["grant_type", "client_id", "client_secret", "refresh_token", "redirect_uri"];
const FOLLOW_UP: [&str; 3] = ["access_token", "client_id", "client_secret"];
const AUTHORIZE: [&str; 8] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
];

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn a_template_becomes_what_was_meant(
        pieces in pieces(), values in ["\\PC{0,5}", "[{}]{1,3}", "[ -~]{0,5}"],
    ) {
        let (text, meant) = template(&pieces, &values);
        let mut provider = scenario::provider();
        for (name, value) in NAMES.iter().zip(&values) {
            provider.variables.insert((*name).into(), value.clone());
        }
        // Each is named, so that none is misspelt.
        let all: String = NAMES.iter().map(|name| format!("{{{name}}}")).collect();
        provider.dialect.token.parameters.add("all", all).add("p", text.as_str());
        let request = client(provider).password().unwrap().request("ada", &"x".into(), at(0)).unwrap().0;
        let sent = form(std::str::from_utf8(request.expose_body()).unwrap());
        prop_assert_eq!(sent.get("p").map(|value| value.as_str().unwrap()), Some(&*meant).filter(|meant| !meant.is_empty()));
    }

    #[test]
    fn any_text_is_a_template_or_refused_at_its_field(text in "\\PC{0,20}|[{}a ]{0,9}|(\\{[a-z_]{0,9}\\}| \\|\\| |\\{\\{|.){0,5}") {
        let mut provider = scenario::provider();
        provider.dialect.token.parameters.add("p", text.as_str());
        provider.dialect.refresh.headers.insert("X-P".into(), text.clone());
        provider.dialect.callback.keep.insert("x".into(), Kept::PathSegment);
        if let Err(error) = provider.check() {
            let own = ["dialect.token.parameters.add.p", "dialect.refresh.headers.X-P"].contains(&error.field());
            let reason = matches!(error.reason(),
                Reason::BrokenTemplate | Reason::UnsetVariable(_) | Reason::ForbiddenCharacter { .. });
            prop_assert!(own && reason, "{:?} {}", text, error);
            let braces = text.contains(['{', '}']);
            prop_assert!(braces || matches!(error.reason(), Reason::ForbiddenCharacter { .. }), "{:?} {}", text, error);
        }
        // In a URL, too: it is one, or none.
        let mut provider = scenario::provider();
        provider.dialect.callback.keep.insert("x".into(), Kept::DnsLabel);
        provider.token_endpoint = Some(format!("https://id.example/{text}"));
        drop((provider.check(), provider.unset_variables(), provider.identity()));
    }

    #[test]
    fn a_value_of_a_callback_never_leaves_its_place(value in "\\PC{0,12}|[-a-zA-Z0-9.]{1,9}|(xn--|XN--)[a-z0-9-]{0,6}|[ -~]{0,9}") {
        let scenario = Scenario::with(|provider| {
            provider.token_endpoint = Some("https://{label}.example.com:8443/{segment}/token?v=1".into());
            provider.dialect.callback.keep.insert("label".into(), Kept::DnsLabel);
            provider.dialect.callback.keep.insert("segment".into(), Kept::PathSegment);
        });
        for (label, segment) in [(&*value, "s"), ("l", &*value), (&*value, &*value)] {
            let mut query = url::form_urlencoded::Serializer::new(format!("code=C1&state={STATE}"));
            let query = query.append_pair("label", label).append_pair("segment", segment).finish();
            match scenario.awaiting_code().receive(&scenario.client, Callback::query(&query), at(1)) {
                Ok((request, _)) => {
                    let url = url::Url::parse(request.url()).unwrap();
                    let host = url.host_str().unwrap().strip_suffix(".example.com").unwrap();
                    prop_assert!(!host.is_empty() && !host.contains('.'), "{}", request.url());
                    prop_assert_eq!((url.port(), url.query(), url.fragment(), url.username()), (Some(8443), Some("v=1"), None, ""));
                    prop_assert_eq!(url.path_segments().unwrap().collect::<Vec<_>>(), [segment, "token"]);
                    prop_assert_eq!(request.url(), format!("https://{label}.example.com:8443/{segment}/token?v=1"));
                }
                Err(CallbackError::NotOurs { .. }) => {}
                Err(error) => prop_assert!(false, "{:?}: {}", value, error),
            }
        }
    }

    #[test]
    fn any_provider_json_is_read_or_refused_without_a_panic(
        changes in vec((any::<prop::sample::Index>(), any_json()), 1..4), whole in option::weighted(0.1, any_json()),
    ) {
        let mut file = full_file();
        prop_assert!(Provider::from_json(&file.to_string()).is_ok());
        for (at, value) in changes {
            let mut all = Vec::new();
            pointers(&file, "", &mut all);
            *file.pointer_mut(&all[at.index(all.len())]).unwrap() = value;
        }
        let text = whole.unwrap_or(file).to_string();
        let read = Provider::from_json(&text);
        if let Ok(provider) = serde_json::from_str::<Provider>(&text) {
            // A list may pass for an object with serde; in a file it does not.
            let is_list = read.as_ref().is_err_and(|error| *error.reason() == Reason::NotAnObject);
            prop_assert!(is_list || provider.check().is_ok() == read.is_ok());
            drop((format!("{provider:?}"), provider.identity(), provider.unset_variables()));
        }
        if let Ok(provider) = read {
            // What passed its checks makes requests.
            prop_assert_eq!(serde_json::from_str::<Provider>(&serde_json::to_string(&provider).unwrap()).unwrap(), provider.clone());
            if let Ok(client) = Client::confidential(provider, scenario::registration(), "s3cret".into()) {
                let scenario = Scenario { client };
                if let Ok(login) = scenario.client.authorization_code() {
                    let (_, awaiting) = login.authorize(scenario::entropy(), at(0));
                    let query = format!("code=C1&state={STATE}&x=a&y=b&z=https://a.example&w=c");
                    drop(awaiting.receive(&scenario.client, Callback::query(&query), at(1)));
                }
                drop(scenario.client.password().map(|login| login.request("ada", &"x".into(), at(0))));
                let tokens = scenario.client.import_refreshable_tokens_from_elsewhere("A".into(), "R".into(), None);
                drop(tokens.unwrap().rejected().refresh(&scenario.client, at(0)));
            }
        }
    }

    #[test]
    fn kept_members_of_any_json_are_kept_as_they_are(value in any_json(), deep in any_json()) {
        let scenario = Scenario::with(|provider| {
            provider.dialect.response.keep = vec!["x".into(), "o.p".into()];
            provider.dialect.response.error.ok = None;
        });
        let body = json!({ "access_token": "A1", "token_type": "Bearer", "x": value, "o": { "p": deep, "q": deep } });
        let granted = scenario.granted(&body.to_string());
        let said = |value: &Value| match value {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        };
        prop_assert_eq!(granted.extras().get("x").map(str::to_owned), said(&body["x"]));
        prop_assert_eq!(granted.extras().get("o.p").map(str::to_owned), said(&body["o"]["p"]));
        let all = |extras: &Extras| extras.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Vec<_>>();
        let before = all(granted.extras());
        let row = stored::save(&granted.into_any_token_set());
        let back: oauth_proto::AnyTokenSet = stored::load(row.as_bytes()).unwrap();
        prop_assert_eq!(all(back.extras()), before);
        prop_assert_eq!(stored::save(&back), row);
    }

    #[test]
    fn an_answer_of_any_json_to_any_dialect_never_panics(
        changes in vec((any::<prop::sample::Index>(), any_json()), 0..4), whole in option::weighted(0.2, any_json()),
        expiry in prop::sample::select(vec![json!("date"), json!("seconds_from_now"), json!("milliseconds_since_epoch")]),
        scope in prop::sample::select(vec!["text", "list", "ignored"]),
    ) {
        let step = json!({ "rename": { "access_token": "d.t.v", "token_type": "d.t.k", "scope": "d.s" }, "expiry": expiry,
            "scope_format": scope, "keep": ["d.k", "all"],
            "error": { "code": "e.c", "description": "e.d", "ok": { "member": "e.ok", "value": true } } });
        let scenario = Scenario::with(|provider| provider.dialect.response = serde_json::from_value(step).unwrap());
        let mut body = json!({ "d": { "t": { "v": "A1", "k": "Bearer" }, "s": "read", "k": 1 }, "expires_in": 60,
            "e": { "ok": true }, "all": [{}] });
        for (at, value) in changes {
            let mut all = Vec::new();
            pointers(&body, "", &mut all);
            *body.pointer_mut(&all[at.index(all.len())]).unwrap() = value;
        }
        let body = whole.unwrap_or(body);
        if let Ok(granted) = scenario.code_in_flight().1.finish(answer(200, &body.to_string())) {
            prop_assert_eq!(body.pointer("/d/t/v").and_then(Value::as_str), Some(granted.access_token().expose()));
            prop_assert_eq!(body.pointer("/e/ok"), Some(&json!(true)));
            prop_assert!(body.pointer("/e/c").is_none_or(Value::is_null));
        }
    }

    #[test]
    fn a_token_request_decodes_to_exactly_what_was_meant(
        knobs in knobs(), format in format(), basic in any::<bool>(), own_query in any::<bool>(),
        username in "\\PC{0,9}", password in "\\PC{1,9}",
    ) {
        let mut provider = scenario::provider();
        let query = if own_query { "?own=%25" } else { "" };
        provider.token_endpoint = Some(format!("https://id.example/token{query}"));
        let step = &mut provider.dialect.token;
        step.body = format;
        step.client_authentication = if basic { ClientAuthentication::Basic } else { ClientAuthentication::Body };
        knobs.turn(&mut step.parameters, &TOKEN, &OMITTABLE, true);
        let parameters = step.parameters.clone();
        let client = client(provider);
        let (request, _) = client.password().unwrap().request(&username, &password.as_str().into(), at(0)).unwrap();
        let mut values =
            vec![("grant_type", "password"), ("username", &*username), ("password", &*password), ("scope", "read write")];
        if !basic {
            values.extend([("client_id", "app"), ("client_secret", "s3cr&t")]);
        }
        check_request(&request, own_query, format, knobs.expected(&parameters, &TOKEN, &values));
        let scenario = Scenario { client };
        let (request, _) = scenario.code_in_flight();
        let mut values = vec![("grant_type", "authorization_code"), ("code", "C1"), ("code_verifier", scenario::VERIFIER),
            ("redirect_uri", "https://app.example/cb")];
        if !basic {
            values.extend([("client_id", "app"), ("client_secret", "s3cr&t")]);
        }
        check_request(&request, own_query, format, knobs.expected(&parameters, &TOKEN, &values));
    }

    #[test]
    fn a_refresh_and_a_follow_up_decode_to_exactly_what_was_meant(
        knobs in knobs(), format in format(), basic in any::<bool>(), send_redirect_uri in any::<bool>(), own_query in any::<bool>(),
    ) {
        let mut provider = scenario::provider();
        let query = if own_query { "?own=%25" } else { "" };
        provider.refresh_endpoint = Some(format!("https://id.example/refresh{query}"));
        provider.follow_up_endpoint = Some(format!("https://id.example/long{query}"));
        let proof = if basic { ClientAuthentication::Basic } else { ClientAuthentication::Body };
        let step = &mut provider.dialect.refresh;
        (step.body, step.client_authentication, step.send_redirect_uri) = (format, proof, send_redirect_uri);
        knobs.turn(&mut step.parameters, &REFRESH, &["grant_type", "client_id"], true);
        let refresh = step.parameters.clone();
        let step = provider.dialect.follow_up.get_or_insert_default();
        (step.body, step.client_authentication) = (format, proof);
        knobs.turn(&mut step.parameters, &FOLLOW_UP, &["client_id"], true);
        let follow_up = step.parameters.clone();
        let scenario = Scenario { client: client(provider) };

        let proof = [("client_id", "app"), ("client_secret", "s3cr&t")];
        let mut values = vec![("grant_type", "refresh_token"), ("refresh_token", "R1")];
        values.extend(send_redirect_uri.then_some(("redirect_uri", "https://app.example/cb")));
        values.extend(proof.iter().filter(|_| !basic));
        check_request(&scenario.refresh_in_flight().0, own_query, format, knobs.expected(&refresh, &REFRESH, &values));
        let mut values = vec![("access_token", "A1")];
        values.extend(proof.iter().filter(|_| !basic));
        let granted: Granted = scenario.granted(scenario::TOKENS);
        let (request, _) = granted.follow_up(&scenario.client, at(20)).unwrap();
        check_request(&request, own_query, format, knobs.expected(&follow_up, &FOLLOW_UP, &values));
    }

    #[test]
    fn an_authorization_url_decodes_to_exactly_what_was_meant(
        knobs in knobs(), minimal in any::<bool>(), own_query in any::<bool>(), fragment in 0..3u8,
        separator in "\\+|[ !#-/:-@\\[\\]-`{-~]{1,2}", tokens in vec("[!#-\\[\\]-~]{1,6}", 0..4),
    ) {
        let mut provider = scenario::provider();
        let query = if own_query { "?own=%25" } else { "" };
        provider.authorization_endpoint = Some(format!("https://id.example/authorize{query}"));
        let step = &mut provider.dialect.authorize;
        step.scope_encoding = if minimal { ScopeEncoding::Minimal } else { ScopeEncoding::Form };
        step.scope_separator = separator.clone();
        step.fragment = match fragment {
            0 => None,
            1 => Some(Fragment::Route("/r".into())),
            _ => Some(Fragment::Suffix("s".into())),
        };
        knobs.turn(&mut step.parameters, &AUTHORIZE, &["response_type", "redirect_uri", "scope"], false);
        let parameters = step.parameters.clone();
        let scenario = Scenario { client: client(provider) };
        let scope = Scope::new(&tokens).unwrap();
        let (url, _) = scenario.login().scope(scope.clone()).authorize(scenario::entropy(), at(0));
        // Where little is encoded, a plus that separates stands as it is, and reads as a space.
        let read = if minimal && separator == "+" { " " } else { &*separator };
        let written = scope.iter().collect::<Vec<_>>().join(read);
        let mut values = vec![("response_type", "code"), ("client_id", "app"), ("redirect_uri", "https://app.example/cb"),
            ("state", STATE), ("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
        if !scope.is_empty() {
            values.push(("scope", &written));
        }
        let [_, expected] = knobs.expected(&parameters, &AUTHORIZE, &values);
        let mut expected = as_texts(expected);
        // As a browser reads it: a space or anything else that ends a URL is not in it.
        prop_assert!(url.as_str().bytes().all(|byte| byte.is_ascii_graphic()), "{}", url.as_str());
        let (before, behind) = url.as_str().split_once('#').unwrap_or((url.as_str(), ""));
        let (address, query) = before.split_once('?').unwrap_or((before, ""));
        prop_assert_eq!(address, "https://id.example/authorize");
        if fragment == 1 {
            prop_assert_eq!(query, if own_query { "own=%25" } else { "" });
            let (route, pairs) = behind.split_once('?').unwrap();
            prop_assert_eq!((route, form(pairs)), ("/r", expected));
        } else {
            if own_query {
                expected.insert("own".into(), "%".into());
            }
            prop_assert_eq!((form(query), behind), (expected, if fragment == 2 { "s" } else { "" }));
        }
    }
}
