pub(crate) mod api;
pub(crate) mod events;
pub(crate) mod overview;
pub(crate) mod page;
