pub(crate) mod fields;
pub(crate) mod overrides;
pub(crate) mod page;
pub(crate) mod view;
