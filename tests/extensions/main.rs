//! What RFC 6749 does not know, extension by extension, against the emulator over real HTTP: success, each documented
//! error, expiry, replay, and an answer that is lost.

/// The value of the one pattern that may come; anything else is shown.
macro_rules! expect {
    ($value:expr, $pattern:pat => $out:expr) => {
        match $value {
            $pattern => $out,
            other => panic!("expected {}, found {other:?}", stringify!($pattern)),
        }
    };
}

#[path = "../support/mod.rs"]
mod support;

mod assertions;
mod challenges;
mod device;
mod extension_grant;
mod form_post;
mod introspection;
mod metadata;
mod mix_up;
mod par;
mod registration;
mod resources;
mod revocation;
mod scene;
mod token_exchange;
