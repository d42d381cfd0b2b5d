//! HTML of all pages: pure functions from view data to markup. Nothing in this crate reads a
//! database, a clock or a request; the handlers of the `server` crate fill the view data and call a
//! page function.
//!
//! `parts` has the elements that pages share, one function each; `pages` has one module per page,
//! with its view data; `assets` has the style sheet, scripts and fonts.

pub mod assets;
pub mod pages;
pub mod parts;

#[cfg(test)]
mod tests;
