//! The actions of administrators.

/// What an administrator did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Add,
    ToLicensed,
    ToBasic,
    Deactivate,
    Delete,
    /// A webinar licence of this size was given, or taken.
    Webinar(Option<u16>),
    /// A large-meeting licence of this size was given, or taken.
    LargeMeeting(Option<u16>),
    /// Not about a person of the company: settings, groups, roles, by a number that picks the text.
    Other(u8),
}
