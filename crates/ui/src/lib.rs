//! What people see: pure functions from view data to HTML. Nothing in here reads a database, a
//! clock or a request; handlers elsewhere in this crate fill the views and call a page.
//!
//! `parts` are the pieces that every page is made of, one function each; `pages` has one module per
//! page, with the view that it shows beside it; `assets` are the style sheet, scripts and fonts.

pub mod assets;
pub mod pages;
pub mod parts;

#[cfg(test)]
mod tests;
