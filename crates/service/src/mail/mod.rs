//! E-mail: a [`Letter`] is plain text and HTML for one reader; [`deliver`] hands it to the
//! organisation's mail server. What letters say is written in `ask` and `notify`; the words that
//! an organisation may choose itself are filled in by [`template`].

pub(crate) mod html;
mod letter;
mod post;
pub(crate) mod template;

pub(crate) use letter::{Letter, one_line, plausible_address};
pub(crate) use post::{MailError, deliver};
