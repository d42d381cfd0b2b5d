pub(crate) mod channels;
pub(crate) mod mail;
pub(crate) mod page;
pub(crate) mod test_message;
pub(crate) mod view;
pub(crate) mod words;
