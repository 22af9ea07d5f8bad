//! Any JSON, and what is asked of JSON.

use proptest::{collection::vec, prelude::*};
use serde_json::Value;

/// Any JSON, of some depth.
pub fn any_json() -> impl Strategy<Value = Value> {
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

/// The paths of all values in `value`.
pub fn pointers(value: &Value, path: &str, found: &mut Vec<String>) {
    found.push(path.to_owned());
    for (name, member) in value.as_object().into_iter().flatten() {
        pointers(member, &format!("{path}/{}", name.replace('~', "~0").replace('/', "~1")), found);
    }
    for (at, member) in value.as_array().into_iter().flatten().enumerate() {
        pointers(member, &format!("{path}/{at}"), found);
    }
}

/// The members of a JSON object, as they are written: one that stands there twice is there twice.
pub struct Members(pub Vec<(String, Value)>);

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
