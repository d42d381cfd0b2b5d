//! Add-ons that the holder's suite already includes. The organisation's rules can say which ones; otherwise
//! the application's data do.

use model::{FieldValue, Licence};

use crate::roster::Roster;
use crate::roster::column::Column;
use crate::settings::Settings;

/// The suite of a user, with the size of one add-on that it includes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Inclusion {
    pub(crate) suite: String,
    /// The largest size of the add-on's family that the suite includes.
    pub(crate) carried: Licence,
    /// Whether the organisation entered it in its rules.
    pub(crate) own: bool,
}

/// The size that the suite of a row's user includes in place of this add-on. `None` when the user has no
/// suite, when the suite includes a smaller size or none, or when the add-on's size is unknown.
pub(crate) fn inclusion(
    roster: &Roster,
    settings: &Settings,
    row: usize,
    licence: &Licence,
) -> Option<Inclusion> {
    included(roster, settings, suite_of(roster, row)?, licence)
}

/// The column with the suites; `None` for an application without suites.
fn suites(roster: &Roster) -> Option<&Column<FieldValue>> {
    let index = roster.app().field_index(roster.app().suites.field)?;
    Some(&roster.columns[index])
}

/// The suite of a row's user; `None` when there is none, or when it is not known.
pub(crate) fn suite_of(roster: &Roster, row: usize) -> Option<&str> {
    named(suites(roster)?.value(row)?)
}

/// The suite that a value of the column names; `None` for users without a suite.
fn named(value: &FieldValue) -> Option<&str> {
    match value {
        FieldValue::Text(suite) => Some(suite.as_str()).filter(|suite| !suite.is_empty()),
        _ => None,
    }
}

fn included(
    roster: &Roster,
    settings: &Settings,
    value: &str,
    licence: &Licence,
) -> Option<Inclusion> {
    let size = licence.size?;
    let known = roster.app().suites.suite(value);
    let own = settings.suites.get(value);
    let carried: Vec<Licence> = match own {
        Some(own) => own.iter().map(|key| Licence::from_key(key)).collect(),
        None => known
            .map_or(&[][..], |suite| suite.carries)
            .iter()
            .map(|(family, size)| Licence::sized(family, *size))
            .collect(),
    };
    let carried = carried
        .into_iter()
        .filter(|carried| carried.family == licence.family)
        .filter(|carried| carried.size.is_some_and(|carried| carried >= size))
        .max_by_key(|carried| carried.size)?;
    Some(Inclusion {
        suite: known.map_or(value, |suite| suite.label).to_owned(),
        carried,
        own: own.is_some(),
    })
}

/// The licences that the suites of a roster include.
#[derive(Debug)]
pub(crate) struct Included {
    /// By code of the column of suites, then by number of the licence.
    by_suite: Vec<Vec<bool>>,
}

impl Included {
    pub(crate) fn of(roster: &Roster, settings: &Settings, licences: &[Licence]) -> Self {
        let brings = |value: &FieldValue| {
            let includes = |suite, licence| included(roster, settings, suite, licence).is_some();
            let licences = licences.iter();
            licences
                .map(|licence| named(value).is_some_and(|suite| includes(suite, licence)))
                .collect()
        };
        let values = suites(roster).map_or(&[][..], |column| column.dictionary.as_slice());
        Self {
            by_suite: values.iter().map(brings).collect(),
        }
    }

    /// Whether the suite of a row's user includes the licence with this number.
    pub(crate) fn includes(&self, roster: &Roster, row: usize, licence: u16) -> bool {
        // Most rosters know of no suite, and then no row has to be looked up.
        !self.by_suite.is_empty()
            && suites(roster).is_some_and(|column| {
                let licences = self.by_suite.get(column.code(row) as usize);
                licences.is_some_and(|licences| licences.get(usize::from(licence)) == Some(&true))
            })
    }
}
