pub(crate) mod api;
mod log;
pub(crate) mod page;
