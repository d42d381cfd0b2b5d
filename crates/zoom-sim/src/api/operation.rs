//! An operation of the REST interface with all that is checked before it answers.

use super::answer::Body;
use super::call::Call;
use super::error::Refusal;
use super::limits::Category;
use super::permission::{Paid, Permission};

/// An operation of the REST interface.
pub(crate) struct Operation {
    /// Path below `/v2`, with `{}` for a variable part.
    pub(crate) path: &'static str,
    pub(crate) category: Category,
    /// Any of these classic scopes is enough.
    pub(crate) classic: &'static [&'static str],
    /// Any of these granular scopes is enough.
    pub(crate) granular: &'static [&'static str],
    pub(crate) permissions: &'static [Permission],
    pub(crate) paid: Paid,
    pub(crate) answer: fn(&Call<'_>) -> Result<Body, Refusal>,
}
