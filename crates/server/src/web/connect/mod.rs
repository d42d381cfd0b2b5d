mod application;
pub(crate) mod outcome;
pub(crate) mod page;
