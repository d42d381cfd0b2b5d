//! The actions of administrators.

/// An action of an administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Add,
    ToLicensed,
    ToBasic,
    Deactivate,
    Delete,
    /// A webinar licence of this size was assigned; `None` if it was removed.
    Webinar(Option<u16>),
    /// A large-meeting licence of this size was assigned; `None` if it was removed.
    LargeMeeting(Option<u16>),
    /// A suite was turned on or off.
    Suite(bool),
    /// An action on settings, groups or roles; the number selects its text.
    Other(u8),
}
