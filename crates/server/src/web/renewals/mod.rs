pub(crate) mod api;
pub(crate) mod feed;
pub(crate) mod page;
