//! Tags: the kind and version of a stored state.

use std::{fmt, marker::PhantomData};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The kind and version of a stored state: `token_set/1`.
pub trait Tagged {
    const TAG: &'static str;
}

/// The tag of `T`, as a field: it takes no room, is written as the tag, and reads nothing else.
pub(crate) struct Kind<T>(PhantomData<fn() -> T>);

impl<T> Kind<T> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T> Clone for Kind<T> {
    fn clone(&self) -> Self {
        Self::new()
    }
}

impl<T: Tagged> fmt::Debug for Kind<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::TAG)
    }
}

impl<T: Tagged> Serialize for Kind<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(T::TAG)
    }
}

impl<'de, T: Tagged> Deserialize<'de> for Kind<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TagVisitor(PhantomData))
    }
}

struct TagVisitor<T>(PhantomData<fn() -> T>);

impl<T: Tagged> de::Visitor<'_> for TagVisitor<T> {
    type Value = Kind<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the tag `{}`", T::TAG)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        if text == T::TAG { Ok(Kind::new()) } else { Err(E::custom(format_args!("kind: expected `{}`", T::TAG))) }
    }
}
