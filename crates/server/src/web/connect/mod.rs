pub(crate) mod application;
pub(crate) mod callback;
pub(crate) mod outcome;
pub(crate) mod page;
