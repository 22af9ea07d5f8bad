//! Provider files of any JSON.

use oauth_proto::{Callback, Client, Provider, error::Reason};
use proptest::{collection::vec, option, prelude::*};
use serde_json::{Value, json};

use crate::{
    json::{any_json, pointers},
    scenario::{self, STATE, Scenario, at},
};

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
        "refresh_endpoint": "https://id.example/{y}", "follow_up_endpoint": "{z}/long", "revocation": { "endpoint": "https://id.example/o" },
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

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn any_provider_json_is_read_or_refused_without_a_panic(
        changes in vec((any::<prop::sample::Index>(), any_json()), 1..4),
        whole in option::weighted(0.1, any_json()),
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
            prop_assert_eq!(
                serde_json::from_str::<Provider>(&serde_json::to_string(&provider).unwrap()).unwrap(),
                provider.clone()
            );
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
}
