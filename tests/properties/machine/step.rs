//! What may happen to a session.

use proptest::{prelude::*, sample::select};

use super::model::{LIVES, OPEN};

/// What may happen.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// The clock goes on.
    Wait(u64),
    /// The clock is set back.
    SetBack(u64),
    /// A login begins.
    LogIn,
    /// The browser comes back.
    Callback(Coming),
    /// What is alive is sent: a code, or a refresh token.
    Send,
    /// An answer comes, or none.
    Finish(Ending),
    /// Somebody decides what became of a request.
    Decide(Choice),
    /// An API is asked.
    Present,
    /// It answers 401.
    Reject,
    /// The process ends, and another one reads the store.
    Restart,
}

#[derive(Clone, Copy, Debug)]
pub enum Coming {
    Right,
    Denied,
    OtherState,
    Repeated,
    Empty,
}

#[derive(Clone, Copy, Debug)]
pub enum Ending {
    Rotated,
    NoRefreshToken,
    NotSent,
    Refused,
    Busy,
    Dead,
    Untrusted,
    Lost,
    Failed,
    Unreadable,
    Contradiction,
}

#[derive(Clone, Copy, Debug)]
pub enum Choice {
    Retry,
    AssumeUnspent,
    AssumeSpent,
}

pub fn step() -> impl Strategy<Value = Step> {
    use Ending::{
        Busy, Contradiction, Dead, Failed, Lost, NoRefreshToken, NotSent, Refused, Rotated, Unreadable, Untrusted,
    };
    let coming = prop_oneof![
        3 => Just(Coming::Right),
        2 => select(vec![Coming::OtherState, Coming::Repeated, Coming::Empty, Coming::Denied]),
    ];
    let ending = prop_oneof![
        4 => Just(Rotated), 1 => Just(NoRefreshToken), 1 => select(vec![Dead, Untrusted]),
        4 => select(vec![NotSent, Refused, Busy, Lost, Failed, Unreadable, Contradiction]),
    ];
    // To the very end of what was just begun, often.
    let wait = prop_oneof![0u64..20, select(vec![LIVES, OPEN]), 0u64..700];
    prop_oneof![
        2 => wait.prop_map(Step::Wait), 1 => (0u64..100).prop_map(Step::SetBack),
        3 => Just(Step::LogIn), 4 => coming.prop_map(Step::Callback), 4 => Just(Step::Send),
        6 => ending.prop_map(Step::Finish), 2 => Just(Step::Present), 1 => Just(Step::Reject), 1 => Just(Step::Restart),
        3 => select(vec![Choice::Retry, Choice::AssumeUnspent, Choice::AssumeSpent]).prop_map(Step::Decide),
    ]
}
