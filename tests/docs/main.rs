//! The pages are true to the code, as far as a program can tell: links lead somewhere, paths exist, each error has its row.

mod attacks;
mod comparison;
mod errors;
mod links;
mod pages;
mod walk;
