pub(crate) mod api;
pub(crate) mod attachments;
pub(crate) mod form;
pub(crate) mod import;
pub(crate) mod import_api;
pub(crate) mod licences;
pub(crate) mod page;
