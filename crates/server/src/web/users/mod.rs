pub(crate) mod api;
pub(crate) mod groups;
pub(crate) mod page;
pub(crate) mod user;
