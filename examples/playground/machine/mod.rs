//! The machine as a picture: one table of transitions, where the boxes stand, and the compiler's words.

pub mod drawing;
pub mod refusals;
mod routes;
pub mod transitions;

/// What a state is without what it holds: `Authorized` for `Authorized<Refreshable>`.
pub fn node(state: &str) -> &str {
    state.split('<').next().unwrap_or(state)
}

/// The name of what is called: `refresh` for `state.refresh(client, now)`.
pub fn name(call: &str) -> &str {
    let call = call.strip_prefix("state.").unwrap_or(call);
    call.split('(').next().unwrap_or(call)
}
