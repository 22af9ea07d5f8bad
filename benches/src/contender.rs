//! What each contender does, so that one program measures them all.

use crate::{
    inputs::{ANSWER, Answer},
    meter::Meter,
};

/// A login with a code, and one renewal.
///
/// What one step hands to the next (`Waiting`, `Code`, `Asked`, `Tokens`) is dropped by the step that takes it; URLs and
/// requests are dropped by the step that makes them. So nothing is counted twice, nothing is left out, and the steps add
/// up to the whole.
pub trait Login {
    /// What waits for the browser.
    type Waiting;
    /// A code that came back for a login of ours.
    type Code;
    type Request: Shown;
    /// What waits for the answer.
    type Asked;
    type Tokens;

    /// What the token endpoint answers to this contender.
    const ANSWER: &str = ANSWER;

    /// The client, which a program makes once.
    fn client() -> Self;
    /// Draws state and verifier from the operating system, and shows the URL to the browser.
    fn authorize(&self, show: impl FnOnce(&str)) -> Self::Waiting;
    /// [`CODE`](crate::inputs::CODE) as if its callback had been checked.
    fn code(&self, waiting: Self::Waiting) -> Self::Code;
    fn request(&self, code: Self::Code) -> (Self::Request, Self::Asked);
    /// The same request, sent, and its answer read.
    fn exchange(&self, code: Self::Code, send: impl FnOnce(Self::Request) -> Answer) -> Self::Tokens;
    fn refresh(&self, tokens: Self::Tokens, send: impl FnOnce(Self::Request) -> Answer) -> Self::Tokens;

    /// The `state` of the login, which goes around with the browser.
    fn state(waiting: &Self::Waiting) -> &str;
    /// What was read, for comparing. The refresh token is seen in the request that sends it.
    fn tokens(tokens: &Self::Tokens) -> Read<'_>;
}

/// Reading the callback, for those who do that.
pub trait Receive: Login {
    /// Reads the callback, checks that it is this login's, and makes the request; `None` where it is refused.
    fn receive(&self, waiting: Self::Waiting, callback: &str) -> Option<(Self::Request, Self::Asked)>;
}

/// Storing what outlives a process, for those who do that.
pub trait Store: Login {
    /// Measures one round trip, writing it to a text and reading it back, and returns the text; `None` where this
    /// contender has no such state.
    fn store(&self, kept: Kept, meter: &mut impl Meter) -> Option<String>;
}

/// What outlives a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// What waits for the browser.
    Login,
    /// What waits for the browser in an implicit login, which has no verifier.
    ImplicitLogin,
    /// What is written before a code is sent, so that a crash is found again.
    Journal,
    /// Tokens.
    Tokens,
}

/// What every contender must read in the answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Read<'a> {
    pub access_token: &'a str,
    pub scope: String,
}

/// A request, looked at from outside.
pub trait Shown {
    fn url(&self) -> String;
    fn authorization(&self) -> Option<String>;
    fn body(&self) -> String;
}
