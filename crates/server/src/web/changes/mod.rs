pub(crate) mod actions;
pub(crate) mod api;
pub(crate) mod files;
pub(crate) mod page;
pub(crate) mod run_api;
