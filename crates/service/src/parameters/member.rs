//! Members of JSON bodies that a function reads, because their meaning depends on others or on stored
//! data. The API's document is made from the same table that the reader uses.

/// One member of a JSON object.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    pub name: &'static str,
    pub kind: MemberKind,
    /// Whether the body is refused without it.
    pub required: bool,
    /// Description in the API's document.
    pub description: &'static str,
}

/// The type of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberKind {
    Text,
    Number,
    /// A small number that is not negative.
    Days,
    YesNo,
}

impl Member {
    /// A member that may be left out.
    #[must_use]
    pub const fn optional(name: &'static str, kind: MemberKind, description: &'static str) -> Self {
        Self {
            name,
            kind,
            required: false,
            description,
        }
    }
}
