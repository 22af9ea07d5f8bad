//! RFC 7636, for those who use it and for those whose document never heard of it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::answer::Refusal;
use crate::decode::Params;
use crate::table::Pkce;

/// A challenge from an authorization request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Challenge {
    pub(crate) value: String,
    pub(crate) s256: bool,
}

/// Reads the challenge of an authorization request (RFC 7636 section 4.3).
pub(crate) fn challenge(params: &Params) -> Result<Option<Challenge>, Refusal> {
    challenge_of(params.get("code_challenge"), params.get("code_challenge_method"))
}

/// The same of the two parameters, whatever they are called.
pub(crate) fn challenge_of(value: Option<&str>, method: Option<&str>) -> Result<Option<Challenge>, Refusal> {
    let wrong = |what: &str| Err(Refusal::Deviates(format!("{what} (RFC 7636 section 4.3)")));
    let Some(value) = value else {
        return match method {
            Some(_) => wrong("`code_challenge_method` without `code_challenge`"),
            None => Ok(None),
        };
    };
    let s256 = match method {
        Some("S256") => true,
        Some("plain") | None => false,
        Some(_) => return wrong("`code_challenge_method` is neither `S256` nor `plain`"),
    };
    // A SHA-256 in base64url without padding has exactly 43 characters.
    let fits = if s256 { value.len() == 43 && URL_SAFE_NO_PAD.decode(value).is_ok() } else { is_verifier(value) };
    if !fits {
        return wrong("`code_challenge` is malformed");
    }
    Ok(Some(Challenge { value: value.to_owned(), s256 }))
}

/// Holds the verifier of a token request against the challenge that came before (RFC 7636 section 4.6).
pub(crate) fn check(challenge: Option<&Challenge>, verifier: Option<&str>, pkce: Pkce) -> Result<(), Refusal> {
    match (challenge, verifier) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(Refusal::Deviates(
            "`code_verifier` in the token request, but no challenge in the authorization request (RFC 7636)".to_owned(),
        )),
        (Some(_), None) => match pkce {
            Pkce::Unknown => Ok(()),
            Pkce::RequiredOfPublic(line) => Err(Refusal::Deviates(format!(
                "`code_verifier` is missing, but the authorization request had a challenge ({line}, RFC 7636 section 4.5)"
            ))),
        },
        (Some(challenge), Some(verifier)) => {
            if !is_verifier(verifier) {
                return Err(Refusal::Deviates("`code_verifier` is malformed (RFC 7636 section 4.1)".to_owned()));
            }
            let derived = if challenge.s256 {
                URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
            } else {
                verifier.to_owned()
            };
            if derived == challenge.value {
                Ok(())
            } else {
                Err(Refusal::protocol("invalid_grant", "the verifier does not match the challenge"))
            }
        }
    }
}

fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_the_rfc_matches_and_others_do_not() {
        let challenge = Challenge { value: CHALLENGE.to_owned(), s256: true };
        assert!(check(Some(&challenge), Some(VERIFIER), Pkce::Unknown).is_ok());
        let other = VERIFIER.replace('d', "e");
        assert!(matches!(
            check(Some(&challenge), Some(&other), Pkce::Unknown),
            Err(Refusal::Protocol { error: "invalid_grant", .. })
        ));
        assert!(matches!(check(Some(&challenge), Some("short"), Pkce::Unknown), Err(Refusal::Deviates(_))));
        assert!(matches!(check(None, Some(VERIFIER), Pkce::Unknown), Err(Refusal::Deviates(_))));
        assert!(check(Some(&challenge), None, Pkce::Unknown).is_ok());
        assert!(check(Some(&challenge), None, Pkce::RequiredOfPublic("L46")).is_err());
    }
}
