pub(crate) mod outcome;
pub(crate) mod page;
