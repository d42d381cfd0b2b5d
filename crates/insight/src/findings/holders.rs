//! The licences of a roster by number, and the columns that show their holders.

use model::{FieldValue, Holder, Licence, LicenceFamily, OnSuite};

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
    /// The column of the suite, and which of its codes belong to the family; `None` for add-ons, and for an
    /// application without suites.
    suite: Option<(&'a Column<FieldValue>, Vec<bool>)>,
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
    /// Number of the base licence that users without one would get.
    usual_base: Option<u16>,
    /// The base licences of suites, by number.
    of_suites: Vec<u16>,
}

/// A licence that a user holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Holds {
    pub(crate) licence: u16,
    pub(crate) family: Family,
}

fn column<'a>(roster: &'a Roster, key: &str) -> Option<&'a Column<FieldValue>> {
    let index = roster.app().field_index(key)?;
    Some(&roster.columns[index])
}

fn accepted(column: &Column<FieldValue>, accepts: impl Fn(&FieldValue) -> bool) -> Vec<bool> {
    let known = column.dictionary.iter().map(accepts);
    known.chain([false]).collect()
}

/// Which codes of the column of suites belong to a base licence, that of unknown suites last.
fn on_suite(column: &Column<FieldValue>, suite: OnSuite) -> Vec<bool> {
    let known = column.dictionary.iter().map(|value| match value {
        FieldValue::Text(value) => suite.accepts(Some(value)),
        _ => suite.accepts(None),
    });
    known.chain([suite.accepts(None)]).collect()
}

fn is_one_of(value: &FieldValue, words: &[&str]) -> bool {
    matches!(value, FieldValue::Text(text) if words.contains(&text.as_str()))
}

impl<'a> LicenceHolders<'a> {
    /// Numbers the licences of a roster. `others` are further licences to number, which may have no holder.
    pub(crate) fn of(roster: &'a Roster, others: impl Iterator<Item = Licence>) -> Self {
        let app = roster.app();
        let mut this = Self {
            licences: Vec::new(),
            families: Vec::new(),
            columns: Vec::new(),
            status: column(roster, STATUS).map(|column| {
                let known = column.dictionary.iter().map(|value| match value {
                    value if is_one_of(value, &["inactive"]) => Status::Inactive,
                    value if is_one_of(value, &["pending"]) => Status::Pending,
                    _ => Status::Active,
                });
                (column, known.chain([Status::Active]).collect())
            }),
            free: None,
            usual_base: None,
            of_suites: Vec::new(),
        };
        for family in app.licences {
            match family.holder {
                Holder::Base { .. } => this.add_base(roster, family),
                Holder::AddOn { .. } => this.add_add_on(roster, family),
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
        let on_suite = |licence: &Licence| {
            app.licences.iter().any(|family| {
                family.key == licence.family
                    && matches!(
                        family.holder,
                        Holder::Base {
                            suite: OnSuite::With { .. } | OnSuite::Unlisted { .. },
                            ..
                        }
                    )
            })
        };
        this.of_suites = (0_u16..)
            .zip(&this.licences)
            .filter(|(_, licence)| on_suite(licence))
            .map(|(number, _)| number)
            .collect();
        this.usual_base = this.most_held_base(roster.rows);
        this
    }

    /// Numbers a family of base licences. Only few of the suites that are sold have a holder; the others get
    /// no number.
    fn add_base(&mut self, roster: &'a Roster, family: &LicenceFamily) {
        let Holder::Base {
            field,
            values,
            suite,
        } = family.holder
        else {
            return;
        };
        let Some(types) = column(roster, field) else {
            return;
        };
        let on = suite.field().and_then(|field| column(roster, field));
        let on = on.map(|column| (column, on_suite(column, suite)));
        let plain = matches!(suite, OnSuite::Without(_) | OnSuite::NotSold);
        let held = on.as_ref().is_some_and(|(_, codes)| codes.contains(&true));
        if !plain && !held {
            return;
        }
        let free = [roster.app().free.value];
        self.free = Some((types, accepted(types, |v| is_one_of(v, &free))));
        let plain = self.number(Licence::base(family.key), Family::Base);
        self.columns.push(FamilyColumns {
            family: Family::Base,
            flag: (types, accepted(types, |v| is_one_of(v, values))),
            suite: on,
            sizes: None,
            plain,
        });
    }

    /// Numbers the sizes of a family of add-ons that somebody holds.
    fn add_add_on(&mut self, roster: &'a Roster, family: &LicenceFamily) {
        let Holder::AddOn { flag, size, .. } = family.holder else {
            return;
        };
        let (Some(flag), Some(size)) = (column(roster, flag), column(roster, size)) else {
            return;
        };
        let kind = Family::of(family);
        let plain = self.number(Licence::base(family.key), kind);
        let mut sizes: Vec<u16> = Vec::with_capacity(size.dictionary.len() + 1);
        for value in &size.dictionary {
            sizes.push(match value {
                FieldValue::Integer(size) if *size > 0 => {
                    self.number(Licence::sized(family.key, *size), kind)
                }
                _ => plain,
            });
        }
        sizes.push(plain);
        self.columns.push(FamilyColumns {
            family: kind,
            flag: (flag, accepted(flag, |v| *v == FieldValue::YesNo(true))),
            suite: None,
            sizes: Some((size, sizes)),
            plain,
        });
    }

    /// The base licence with the most holders; the first of several with as many.
    fn most_held_base(&self, rows: usize) -> Option<u16> {
        let bases = self
            .columns
            .iter()
            .filter(|columns| columns.sizes.is_none());
        let bases: Vec<u16> = bases.map(|columns| columns.plain).collect();
        if bases.len() < 2 {
            return bases.first().copied();
        }
        let mut counts = vec![0_u32; self.licences.len()];
        for row in 0..rows {
            if let Some(base) = self.base_of(row) {
                counts[usize::from(base)] += 1;
            }
        }
        let counted = bases.into_iter().rev();
        counted.max_by_key(|base| counts[usize::from(*base)])
    }

    /// The base licence of the user.
    pub(crate) fn base_of(&self, row: usize) -> Option<u16> {
        let held = self.holds(row).find(|holds| holds.family == Family::Base);
        held.map(|holds| holds.licence)
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

    /// The number of the base licence that users without one would get: the one that most users hold.
    pub(crate) fn usual_base(&self) -> Option<u16> {
        self.usual_base
    }

    /// Whether the licence with this number is the base licence of a suite.
    pub(crate) fn is_of_suite(&self, licence: usize) -> bool {
        self.of_suites.iter().any(|of| usize::from(*of) == licence)
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

    /// The families for which it is unknown if the user holds one of their licences, as the number of their
    /// licence without a size: add-ons while the user's settings are not known, and the licences of suites
    /// while the suite of a licensed user is not known.
    pub(crate) fn unknown_holders(&self, row: usize) -> impl Iterator<Item = u16> + '_ {
        let add_ons = self.columns.iter().filter_map(move |columns| {
            let (flag, _) = &columns.flag;
            let unknown = columns.sizes.is_some() && flag.code(row) == flag.unknown();
            unknown.then_some(columns.plain)
        });
        let unread = self.columns.iter().any(|columns| {
            let (flag, accepted) = &columns.flag;
            let suite = columns.suite.as_ref();
            let unread = suite.is_some_and(|(suite, _)| suite.code(row) == suite.unknown());
            unread && accepted[flag.code(row) as usize]
        });
        let suites = if unread {
            self.of_suites.as_slice()
        } else {
            &[]
        };
        // Where suites are sold, a licence that looks plain may be one of them.
        let plain = self.columns.iter().find(|columns| {
            !suites.is_empty() && columns.sizes.is_none() && !suites.contains(&columns.plain)
        });
        let plain = plain.map(|columns| columns.plain);
        add_ons.chain(plain).chain(suites.iter().copied())
    }

    /// The licences of the user, the base licence first.
    pub(crate) fn holds(&self, row: usize) -> impl Iterator<Item = Holds> + '_ {
        self.columns.iter().filter_map(move |columns| {
            let (flag, accepted) = &columns.flag;
            let on =
                |(suite, accepted): &(&Column<_>, Vec<bool>)| accepted[suite.code(row) as usize];
            let holds = accepted[flag.code(row) as usize] && columns.suite.as_ref().is_none_or(on);
            holds.then(|| Holds {
                licence: match &columns.sizes {
                    None => columns.plain,
                    Some((size, by_code)) => by_code[size.code(row) as usize],
                },
                family: columns.family,
            })
        })
    }
}
