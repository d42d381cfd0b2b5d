//! One snapshot, and the versions by which an old one is recognised.

use std::ops::Deref;

use insight::Roster;
use insight::settings::NeedSettings;
use model::Day;

/// Revision of the account's data in a snapshot, and the day (UTC) on which it was built.
pub(super) type Version = (i64, Day);

/// The users of an integration with their activity, and the start of their known history.
#[derive(Debug)]
pub struct Snapshot {
    pub(super) roster: Roster,
    /// First day of the unbroken history of sign-ins and hosting up to yesterday.
    pub history_since: Option<Day>,
    /// Whether the list of users was ever read to the end.
    pub listed: bool,
    pub(super) inputs: RosterInputs,
}

impl Deref for Snapshot {
    type Target = Roster;

    fn deref(&self) -> &Roster {
        &self.roster
    }
}

/// Inputs of a snapshot besides the account's data. A snapshot is built again when one of them changes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct RosterInputs {
    /// The rules by which a user needs a licence.
    pub(super) needs: NeedSettings,
    /// Revision of the list of employees or the directory; it only grows.
    pub(super) people: i64,
}

impl RosterInputs {
    /// Whether a snapshot with these inputs is good enough for a caller that wants `wanted`. The
    /// revision of people may be higher than wanted, because a directory may push more people between
    /// the call and the build.
    pub(super) fn satisfy(self, wanted: Self) -> bool {
        self.needs == wanted.needs && self.people >= wanted.people
    }
}

/// The snapshot that a caller wants: of this version or a later one, and with these inputs if given.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    pub(super) version: Version,
    pub(super) inputs: Option<RosterInputs>,
}

impl Wanted {
    pub(super) fn is_met_by(self, version: Version, snapshot: &Snapshot) -> bool {
        version.0 >= self.version.0
            && version.1 >= self.version.1
            && self
                .inputs
                .is_none_or(|inputs| snapshot.inputs.satisfy(inputs))
    }
}
