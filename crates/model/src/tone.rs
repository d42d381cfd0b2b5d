//! How a value is coloured, so that every page shows the same rule or state alike.

/// The meaning of a colour. Pages map it to the style sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    /// The value is fine as it is.
    Good,
    /// It needs attention.
    Warn,
    /// Money is being lost, or something does not work.
    Bad,
    /// Worth knowing, without being a problem.
    Info,
    /// There is nothing to do about it.
    Quiet,
}
