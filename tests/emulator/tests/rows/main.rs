//! The server of a row: for every rule of a row an honest flow, and one deviation that is refused.

mod api;
mod authorize;
mod client;
mod credentials;
mod every_row;
mod refresh;
mod shapes;
mod start;
mod token;
