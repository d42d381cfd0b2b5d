//! The history of licences. The user's row contains the licences that the user is known to have and
//! known not to have. A difference begins or ends a span; an unknown licence begins and ends
//! nothing.

use std::collections::BTreeMap;

use model::{Application, Fields, IntegrationId, Licence, LicenceFamily, Timestamp};

use super::batch::Batch;
use crate::db::{Arg, Bulk, args};
use crate::{Error, Result};

const OPEN: Bulk = Bulk {
    head: "INSERT INTO licence_spans (integration_id, user_key, licence, since, exact)",
    columns: 5,
    tail: " ON CONFLICT (integration_id, user_key, licence, since) DO UPDATE SET
             exact = excluded.exact, until_at = NULL",
};
const CLOSE: Bulk = Bulk {
    head: "WITH v (i, k, l, t) AS (",
    columns: 4,
    tail: ") UPDATE licence_spans SET until_at = v.t FROM v
            WHERE integration_id = v.i AND user_key = v.k AND licence = v.l AND until_at IS NULL",
};
const CLOSE_ALL: Bulk = Bulk {
    head: "WITH v (i, k, t) AS (",
    columns: 3,
    tail: ") UPDATE licence_spans SET until_at = v.t FROM v
            WHERE integration_id = v.i AND user_key = v.k AND until_at IS NULL",
};
const RENAME: Bulk = Bulk {
    head: "WITH v (i, k, l, n) AS (",
    columns: 4,
    tail: ") UPDATE licence_spans SET licence = v.n FROM v
            WHERE integration_id = v.i AND user_key = v.k AND licence = v.l AND until_at IS NULL",
};
/// Value in a user's row for a removed user, known to have no licence.
const REMOVED: &str = "!";

/// The known licences of a user.
pub(super) struct KnownLicences {
    removed: bool,
    families: BTreeMap<String, Option<Licence>>,
}

impl KnownLicences {
    /// Parses the text of [`KnownLicences::text`].
    pub(super) fn read(text: &str) -> Self {
        let families = text
            .split(',')
            .filter(|word| !word.is_empty() && *word != REMOVED);
        Self {
            removed: text == REMOVED,
            families: families
                .map(|word| {
                    if let Some(family) = word.strip_prefix('-') {
                        return (family.to_owned(), None);
                    }
                    let licence = Licence::from_key(word);
                    (licence.family.clone(), Some(licence))
                })
                .collect(),
        }
    }

    fn none() -> Self {
        Self {
            removed: false,
            families: BTreeMap::new(),
        }
    }

    pub(super) fn is_removed(&self) -> bool {
        self.removed
    }

    /// The known licence of a slot; `Some(None)`: known to have none.
    #[expect(
        clippy::option_option,
        reason = "unknown differs from none, as in what an application tells"
    )]
    fn slot(&self, slot: &Slot) -> Option<Option<&Licence>> {
        let known = |family: &&&LicenceFamily| self.families.contains_key(family.key);
        let known: Vec<_> = slot.families.iter().filter(known).collect();
        let held = known
            .iter()
            .find_map(|family| self.families[family.key].as_ref());
        match (held, known.is_empty()) {
            (Some(licence), _) => Some(Some(licence)),
            (None, false) => Some(None),
            (None, true) => self.removed.then_some(None),
        }
    }

    fn text(&self) -> String {
        let words: Vec<String> = self
            .families
            .iter()
            .map(|(family, held)| match held {
                Some(licence) => licence.to_string(),
                None => format!("-{family}"),
            })
            .collect();
        words.join(",")
    }
}

/// Licences of which a user holds at most one: all base licences together, or one family of add-ons.
struct Slot {
    families: Vec<&'static LicenceFamily>,
}

impl Slot {
    /// The slots of an application, the one of base licences first.
    fn all(application: &Application) -> Vec<Self> {
        let (bases, add_ons): (Vec<_>, Vec<_>) = application
            .licences
            .iter()
            .partition(|family| family.is_base());
        let add_ons = add_ons.into_iter().map(|family| Self {
            families: vec![family],
        });
        std::iter::once(Self { families: bases })
            .chain(add_ons)
            .collect()
    }

    /// The licence of the slot that a user with these metadata holds: `None` when that is not known,
    /// `Some(None)` when the user is known to hold none.
    #[expect(
        clippy::option_option,
        reason = "unknown differs from none, as in what an application tells"
    )]
    fn held(&self, fields: &Fields) -> Option<Option<Licence>> {
        let mut known = None;
        for family in &self.families {
            match family.held(fields) {
                Some(Some(licence)) => return Some(Some(licence)),
                Some(None) => known = Some(None),
                None => {}
            }
        }
        known
    }
}

/// Spans to begin, to end, and to rename.
#[derive(Default)]
pub(super) struct Spans<'a> {
    opened: Vec<Arg<'a>>,
    closed: Vec<Arg<'a>>,
    renamed: Vec<Arg<'a>>,
}

impl Spans<'_> {
    pub(super) fn len(&self) -> usize {
        self.opened.len() + self.closed.len() + self.renamed.len()
    }
}

/// A user with new data.
pub(super) struct LicenceHolder<'k, 'f> {
    pub(super) key: &'k str,
    /// The licences that were known before; `None` for the first time.
    pub(super) before: Option<KnownLicences>,
    /// First seen after the first complete listing, so that licences were assigned since then.
    pub(super) newcomer: bool,
    /// Earliest time at which the user may have received the licences seen first.
    pub(super) earliest: Timestamp,
    /// All known metadata of the user.
    pub(super) fields: &'f Fields,
    /// Whether these metadata are the first to say which suite the user is on. Until then every base licence
    /// counts as the plain one.
    pub(super) first_suite: bool,
}

impl Batch<'_> {
    /// Compares the licences before and now, adds the spans, and returns the text for the user's
    /// row.
    pub(super) fn compare_licences<'a>(
        &self,
        application: &Application,
        holder: &LicenceHolder<'a, '_>,
        spans: &mut Spans<'a>,
    ) -> String {
        let mut now = KnownLicences::none();
        let unknown = KnownLicences::none();
        let before = holder.before.as_ref().unwrap_or(&unknown);
        let key = holder.key;
        for slot in Slot::all(application) {
            // The family under which it is written that the user has no licence of the slot.
            let Some(first) = slot.families.first() else {
                continue;
            };
            let old = before.slot(&slot);
            let Some(held) = slot.held(holder.fields) else {
                // Unknown: keep the old value. A removed user who returns has no licence until one
                // is reported.
                if let Some(old) = old {
                    let family = old.map_or(first.key, |licence| licence.family.as_str());
                    now.families.insert(family.to_owned(), old.cloned());
                }
                continue;
            };
            if let (Some(Some(old)), Some(licence)) = (old, &held)
                && first.is_base()
                && old != licence
            {
                let suite = application.suites.field;
                if !suite.is_empty() && !holder.fields.contains_key(suite) {
                    // Still some base licence; whether that of the suite is not known at the moment.
                    now.families.insert(old.family.clone(), Some(old.clone()));
                    continue;
                }
                if holder.first_suite && old.family == first.key {
                    // The user has had this licence all the time; now its name is known.
                    let renamed = args![self.id, key, old.to_string(), licence.to_string()];
                    spans.renamed.extend(renamed);
                    now.families.insert(licence.family.clone(), held);
                    continue;
                }
            }
            if let Some(Some(old)) = old
                && held.as_ref() != Some(old)
            {
                let ended = args![self.id, key, old.to_string(), self.now];
                spans.closed.extend(ended);
            }
            if let Some(licence) = &held
                && old.flatten() != Some(licence)
            {
                let exact = old.is_some() || holder.newcomer;
                let since = if exact {
                    self.now
                } else {
                    holder.earliest.min(self.now)
                };
                let begun = args![self.id, key, licence.to_string(), since, exact];
                spans.opened.extend(begun);
            }
            let family = held
                .as_ref()
                .map_or(first.key, |licence| licence.family.as_str());
            now.families.insert(family.to_owned(), held);
        }
        now.text()
    }

    pub(super) async fn spans(&mut self, spans: Spans<'_>) -> Result<()> {
        self.tx.bulk(&RENAME, spans.renamed).await?;
        self.tx.bulk(&CLOSE, spans.closed).await?;
        self.tx.bulk(&OPEN, spans.opened).await?;
        Ok(())
    }

    /// Ends all spans of removed users.
    pub(super) async fn end_spans<'a>(
        &mut self,
        keys: impl Iterator<Item = &'a str>,
        at: Timestamp,
    ) -> Result<()> {
        let rows = keys.flat_map(|key| args![self.id, key, at]).collect();
        self.tx.bulk(&CLOSE_ALL, rows).await?;
        Ok(())
    }
}

pub(super) fn stored_fields(id: IntegrationId, key: &str, text: &str) -> Result<Fields> {
    serde_json::from_str(text)
        .map_err(|_| Error::corrupt(format!("metadata of user {key} of integration {id}")))
}
