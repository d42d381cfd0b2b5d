//! E-mail: a [`Letter`] is plain text and HTML for one recipient; [`deliver`] sends it to the
//! organisation's mail server. The texts are written in `questions` and `notify`; organisations may
//! replace some of them by templates ([`template`]).

mod error;
pub mod html;
mod letter;
mod post;
pub mod template;

pub use error::MailError;
pub use letter::{Letter, one_line, plausible_address};
pub use post::deliver;
