//! The licences of a roster by number, and the columns that show their holders.

use model::{FieldValue, Holder, Licence};

use crate::needs::Family;
use crate::roster::Roster;
use crate::roster::column::Column;

/// The metadata field with the status of a user: active, deactivated or invited.
const STATUS: &str = "user_status";

/// Whether a user can use the licences that it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Active,
    Inactive,
    Pending,
}

/// A family of licences with the columns that show its holders.
#[derive(Debug)]
struct FamilyColumns<'a> {
    family: Family,
    /// The column of the flag, and which of its codes mean a holder.
    flag: (&'a Column<FieldValue>, Vec<bool>),
    /// The column of the size, and the licence for each of its codes (unknown last); `None` for base
    /// licences.
    sizes: Option<(&'a Column<FieldValue>, Vec<u16>)>,
    /// The licence without a size.
    plain: u16,
}

/// The holders of a roster.
#[derive(Debug)]
pub(crate) struct LicenceHolders<'a> {
    pub(crate) licences: Vec<Licence>,
    /// By number of the licence.
    pub(crate) families: Vec<Family>,
    columns: Vec<FamilyColumns<'a>>,
    status: Option<(&'a Column<FieldValue>, Vec<Status>)>,
    /// Column of the base licence, and which of its codes mean the free type.
    free: Option<(&'a Column<FieldValue>, Vec<bool>)>,
}

/// A licence that a user holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Holds {
    pub(crate) licence: u16,
    pub(crate) family: Family,
}

fn accepted(column: &Column<FieldValue>, accepts: impl Fn(&FieldValue) -> bool) -> Vec<bool> {
    let known = column.dictionary.iter().map(accepts);
    known.chain([false]).collect()
}

fn is_one_of(value: &FieldValue, words: &[&str]) -> bool {
    matches!(value, FieldValue::Text(text) if words.contains(&text.as_str()))
}

impl<'a> LicenceHolders<'a> {
    /// Numbers the licences of a roster. `others` are further licences to number, which may have no holder.
    pub(crate) fn of(roster: &'a Roster, others: impl Iterator<Item = Licence>) -> Self {
        let app = roster.app();
        let column = |key: &str| app.field_index(key).map(|index| &roster.columns[index]);
        let mut this = Self {
            licences: Vec::new(),
            families: Vec::new(),
            columns: Vec::new(),
            status: column(STATUS).map(|column| {
                let known = column.dictionary.iter().map(|value| match value {
                    value if is_one_of(value, &["inactive"]) => Status::Inactive,
                    value if is_one_of(value, &["pending"]) => Status::Pending,
                    _ => Status::Active,
                });
                (column, known.chain([Status::Active]).collect())
            }),
            free: None,
        };
        for family in app.licences {
            let kind = Family::of(family);
            match family.holder {
                Holder::Base { field, values } => {
                    let Some(column) = column(field) else {
                        continue;
                    };
                    let free = [app.free.value];
                    this.free = Some((column, accepted(column, |v| is_one_of(v, &free))));
                    let plain = this.number(Licence::base(family.key), kind);
                    this.columns.push(FamilyColumns {
                        family: kind,
                        flag: (column, accepted(column, |v| is_one_of(v, values))),
                        sizes: None,
                        plain,
                    });
                }
                Holder::AddOn { flag, size, .. } => {
                    let (Some(flag), Some(size)) = (column(flag), column(size)) else {
                        continue;
                    };
                    let plain = this.number(Licence::base(family.key), kind);
                    let mut sizes: Vec<u16> = Vec::with_capacity(size.dictionary.len() + 1);
                    for value in &size.dictionary {
                        sizes.push(match value {
                            FieldValue::Integer(size) if *size > 0 => {
                                this.number(Licence::sized(family.key, *size), kind)
                            }
                            _ => plain,
                        });
                    }
                    sizes.push(plain);
                    this.columns.push(FamilyColumns {
                        family: kind,
                        flag: (flag, accepted(flag, |v| *v == FieldValue::YesNo(true))),
                        sizes: Some((size, sizes)),
                        plain,
                    });
                }
            }
        }
        for licence in others {
            let family = app
                .licences
                .iter()
                .find(|known| known.key == licence.family);
            let kind = family.map_or(Family::Other, Family::of);
            this.number(licence, kind);
        }
        this
    }

    /// The number of a licence. Gives it a new number if it has none.
    pub(crate) fn number(&mut self, licence: Licence, family: Family) -> u16 {
        let at = self.licences.iter().position(|known| *known == licence);
        let at = at.unwrap_or_else(|| {
            self.licences.push(licence);
            self.families.push(family);
            self.licences.len() - 1
        });
        // There are only a few dozen sizes, so the number always fits.
        u16::try_from(at).unwrap_or(u16::MAX - 1)
    }

    /// The number of the application's base licence, for users without one.
    pub(crate) fn base(&self) -> Option<u16> {
        let at = self
            .families
            .iter()
            .position(|family| *family == Family::Base)?;
        u16::try_from(at).ok()
    }

    pub(crate) fn status(&self, row: usize) -> Status {
        self.status
            .as_ref()
            .map_or(Status::Active, |(column, by_code)| {
                by_code[column.code(row) as usize]
            })
    }

    /// Whether the user is known to have the free licence.
    pub(crate) fn is_free(&self, row: usize) -> bool {
        self.free
            .as_ref()
            .is_some_and(|(column, by_code)| by_code[column.code(row) as usize])
    }

    /// The add-on families for which it is unknown if the user holds one, as the number of their licence
    /// without a size.
    pub(crate) fn unknown_holders(&self, row: usize) -> impl Iterator<Item = u16> + '_ {
        self.columns.iter().filter_map(move |columns| {
            let (flag, _) = &columns.flag;
            let unknown = columns.sizes.is_some() && flag.code(row) == flag.unknown();
            unknown.then_some(columns.plain)
        })
    }

    /// The licences of the user, the base licence first.
    pub(crate) fn holds(&self, row: usize) -> impl Iterator<Item = Holds> + '_ {
        self.columns.iter().filter_map(move |columns| {
            let (flag, accepted) = &columns.flag;
            accepted[flag.code(row) as usize].then(|| Holds {
                licence: match &columns.sizes {
                    None => columns.plain,
                    Some((size, by_code)) => by_code[size.code(row) as usize],
                },
                family: columns.family,
            })
        })
    }
}
