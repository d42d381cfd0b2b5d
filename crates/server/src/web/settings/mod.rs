pub(crate) mod audit;
pub(crate) mod page;
pub(crate) mod retention;
