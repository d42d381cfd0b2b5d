//! How a value is coloured, so that every page shows the same rule or state alike.

/// The meaning of a colour; a text always accompanies it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Tone {
    /// The value is fine as it is.
    Good,
    /// It needs attention.
    Warn,
    /// Money is being lost, or something does not work.
    Bad,
    /// Worth knowing, without being a problem; also the current position, or work in progress.
    Info,
    /// There is nothing to do about it.
    #[default]
    Quiet,
}

impl Tone {
    /// Class in the style sheet.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Info => "info",
            Self::Quiet => "quiet",
        }
    }
}
