//! Elements shared by the pages, one function each, with one place in the style sheet.

pub mod chart;
pub mod deadline;
pub mod dialog;
pub mod facet;
pub mod fields;
pub mod finding;
pub mod form;
pub mod icon;
pub mod log;
pub mod page;
pub mod params;
pub mod progress;
pub mod shell;
pub mod subject;
pub mod table;
pub mod text;

pub use form::Errors;
pub use model::Tone;
pub use params::Params;
pub use shell::{Flash, NavIntegration, Shell, ShellMember};
pub use subject::{Subject, Tab};
pub use text::Seen;
