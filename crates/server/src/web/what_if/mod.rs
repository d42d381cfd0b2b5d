pub(crate) mod api;
pub(crate) mod charts;
pub(crate) mod page;
pub(crate) mod tried;
