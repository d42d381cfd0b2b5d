pub(crate) mod links;
pub(crate) mod page;
