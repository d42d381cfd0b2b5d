//! Questions to people whether they still need a licence: the e-mail ([`letter`]), the signed link
//! to the answer ([`link`]), answers ([`answering`]), and missing answers ([`due`]).

pub mod answering;
mod cool_down;
pub mod due;
pub mod letter;
mod limit;
pub mod link;

pub use cool_down::{COOL_DOWN_DAYS, LONGEST_COOL_DOWN, cool_down_days, set_cool_down_days};
pub use limit::AnswerLimit;
