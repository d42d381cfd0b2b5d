//! E-mail: a [`Letter`] is plain text and HTML for one reader; [`deliver`] hands it to the
//! organisation's mail server. What letters say is written in `ask` and `notify`; the words that
//! an organisation may choose itself are filled in by [`template`].

pub mod html;
mod letter;
mod post;
pub mod template;

pub use letter::{Letter, one_line, plausible_address};
pub use post::{MailError, deliver};
