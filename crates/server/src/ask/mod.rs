//! Asking people whether they still need a licence: the question by e-mail, the signed link to its
//! answer ([`link`]), and when which step is due ([`due`]).

pub(crate) mod due;
pub(crate) mod link;
