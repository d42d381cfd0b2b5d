pub(crate) mod actions;
pub(crate) mod api;
pub(crate) mod page;
