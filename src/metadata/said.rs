//! What a metadata document says, under the names of its RFC.

use crate::{
    error::AnswerFault,
    json::Object,
    vocabulary::{Limits, Wiped, length},
};

/// The members that are read, by type. One of another type is a fault; one that stands in no list is not looked at.
pub(super) struct Shape {
    pub(super) texts: &'static [&'static str],
    pub(super) lists: &'static [&'static str],
    pub(super) truths: &'static [&'static str],
}

#[derive(Clone, PartialEq, Eq)]
pub(super) struct Said {
    /// All of them as they came, sorted by name; those that are null said nothing.
    members: Box<[(Box<str>, Box<str>)]>,
    texts: Vec<(&'static str, Box<str>)>,
    lists: Vec<(&'static str, Box<[String]>)>,
    truths: Vec<&'static str>,
}

impl Said {
    pub(super) fn read(object: &Object<'_>, shape: &Shape) -> Result<Self, AnswerFault> {
        let members = object.iter().filter(|(_, json)| *json != "null");
        let members = members.map(|(name, json)| (name.into(), json.into())).collect();
        let (mut texts, mut lists, mut truths) = (Vec::new(), Vec::new(), Vec::new());
        for name in shape.texts {
            texts.extend(object.text(name)?.map(|text| (*name, Box::from(&*text))));
        }
        for name in shape.lists {
            let list = object.texts(name)?;
            lists.extend(list.map(|list| (*name, list.into_iter().map(Wiped::into_string).collect())));
        }
        for name in shape.truths {
            truths.extend(object.truth(name)?.filter(|truth| *truth).map(|_| *name));
        }
        Ok(Self { members, texts, lists, truths })
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.texts.iter().find(|(each, _)| *each == name).map(|(_, text)| &**text)
    }

    pub(super) fn list(&self, name: &str) -> Option<&[String]> {
        self.lists.iter().find(|(each, _)| *each == name).map(|(_, list)| &**list)
    }

    /// RFC 8414 section 2, and those that add to it: absent means no.
    pub(super) fn is_true(&self, name: &str) -> bool {
        self.truths.contains(&name)
    }

    /// The JSON text of any member.
    pub(super) fn json(&self, name: &str) -> Option<&str> {
        let at = self.members.binary_search_by(|(each, _)| (**each).cmp(name)).ok()?;
        self.members.get(at).map(|(_, json)| &**json)
    }

    /// The whole as JSON again.
    pub(super) fn to_json(&self) -> String {
        let member = |(name, json): &(Box<str>, Box<str>)| {
            // A text is always written.
            format!("{}:{json}", serde_json::to_string(name).unwrap_or_default())
        };
        format!("{{{}}}", self.members.iter().map(member).collect::<Vec<_>>().join(","))
    }
}

/// Reads bytes that were kept: the same as the body of an answer.
pub(super) fn kept<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Object<'a>, AnswerFault> {
    if bytes.len() > length(limits.response_bytes) {
        return Err(AnswerFault::TooLarge);
    }
    Object::read(bytes, limits)
}

/// The identifier that a document must have: a text, and no null in its place.
pub(super) fn identifier<'a>(object: &Object<'a>, name: &'static str) -> Result<Wiped<'a>, AnswerFault> {
    match object.text(name)? {
        Some(text) => Ok(text),
        None if object.iter().any(|(each, _)| each == name) => Err(AnswerFault::Malformed(name)),
        None => Err(AnswerFault::Missing(name)),
    }
}
