pub(crate) mod actions;
pub(crate) mod api;
pub(crate) mod events;
pub(crate) mod health;
pub(crate) mod overview;
pub(crate) mod page;
pub(crate) mod permissions;
