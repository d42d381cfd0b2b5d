//! Questions to employees about their licences.

mod answer;
mod create;
mod types;

pub(crate) use create::withdraw;
pub use types::{
    Answer, NewQuestion, OnSilence, Question, QuestionAction, QuestionFilter, QuestionState,
    RecentAnswer,
};
