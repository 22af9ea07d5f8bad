//! What each state means, in a sentence or two.

use crate::machine::node;

pub fn meaning(state: &str) -> &'static str {
    match node(state) {
        "Unauthorized" => "Nothing has been asked for yet.",
        "AwaitingCode" => {
            "The browser is away. The state parameter and the code verifier wait here for the one callback that answers them \
             (RFC 6749 section 4.1.2, RFC 7636)."
        }
        "AwaitingToken" => "The browser is away, and brings the token itself back (RFC 6749 section 4.2).",
        "ReceivedCode" => {
            "The callback was good, and its code was not spent: it can still be exchanged. It is not stored: if the \
             process dies here, the user logs in once more."
        }
        "InFlight" => {
            "The request below is ready. What waits for its answer was stored first, so that a crash from here on is \
             noticed."
        }
        "InDoubt" => {
            "The request may have arrived, and no answer came. Nobody here can know: a person, or a rule of yours, \
             decides."
        }
        "Authorized" => "There is a token, and it is good at this moment.",
        "Expired" => "There are tokens, and an API would refuse this one. It cannot be shown to any.",
        "TokenSet" => "Tokens in a store, where there is no clock: what they are worth is told when they meet one.",
        "Revoking" => "The request that gives the tokens back is ready (RFC 7009).",
        _ => "No token and no code is left: only what was asked for, which can be asked again.",
    }
}

/// What is known of the token besides.
pub fn capability(state: &str) -> Option<&'static str> {
    let is = |name| state.contains(name);
    match () {
        () if !is("Authorized<") && !is("Expired<") => None,
        () if is("<Refreshable>") => Some("A refresh token came with it."),
        () if is("<AccessOnly>") => Some("No refresh token came with it: a refresh does not compile here."),
        () => Some("The client can ask for another by itself (RFC 6749 section 4.4)."),
    }
}
