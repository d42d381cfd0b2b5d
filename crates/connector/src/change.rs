//! Changes of licences: the engine keeps the journal, a connector looks, writes and looks again.

use std::collections::BTreeMap;

use async_trait::async_trait;
use model::{Application, Holder, Licence, Timestamp, UpcomingEvent};

use crate::error::Error;

/// A change of one licence of one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LicenceChange {
    /// A base licence is given or taken.
    Base {
        /// Key of the licence's family: the plain one, or that of a suite.
        family: String,
        /// `true` when it is given.
        give: bool,
    },
    /// An add-on gets another size, is given or is taken.
    AddOn {
        /// Key of the add-on's family.
        family: String,
        /// Size before; `None` when the user holds none.
        from: Option<i64>,
        /// Size afterwards; `None` when it is taken.
        to: Option<i64>,
    },
}

/// Licences that a user holds at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// Key of the base licence's family, [`model::FreeUse::value`], or another text when the user has
    /// neither.
    pub base: String,
    /// Sizes of the add-ons that the user holds, by family.
    pub add_ons: BTreeMap<String, i64>,
    /// Everything that the connector knows of it as JSON. Goes into the journal.
    pub record: String,
}

/// A change that is about to be made.
#[derive(Debug, Clone, Copy)]
pub struct ChangeSubject<'a> {
    /// The application's id of the user.
    pub user: &'a str,
    /// The user's e-mail address, for sentences.
    pub email: &'a str,
    /// The change that is about to be made.
    pub change: &'a LicenceChange,
    /// Scheduled events of the account, as the last sync read them.
    pub scheduled: &'a [UpcomingEvent],
    /// The current time; events before it do not count.
    pub now: Timestamp,
}

/// Changes licences of one account. The engine calls [`holding`](Self::holding), then
/// [`objection`](Self::objection), then [`write`](Self::write), then `holding` again, and never writes
/// a second time without a look in between.
#[async_trait]
pub trait Changes: Send + Sync {
    /// Licences that a user holds; `None` when there is no such user (any more).
    async fn holding(&self, user: &str) -> Result<Option<Holding>, Error>;

    /// A sentence on why the change must not be made now; `None` when there is no reason. An error when
    /// that could not be found out: the change is not made then.
    async fn objection(
        &self,
        subject: &ChangeSubject<'_>,
        holding: &Holding,
    ) -> Result<Option<String>, Error>;

    /// Makes the change. `earlier` is [`Holding::record`] of a time before, when a licence is given back as it
    /// was then. An error of the kind [`Unanswered`](crate::ErrorKind::Unanswered) means that it may have been
    /// made.
    async fn write(
        &self,
        user: &str,
        change: &LicenceChange,
        earlier: Option<&str>,
    ) -> Result<(), Error>;
}

impl LicenceChange {
    /// Reads a change from the keys of the licence before and after (a licence, the free value or
    /// `none`). `licence` is the licence concerned.
    ///
    /// # Errors
    /// A sentence when Seatwise cannot make this change.
    pub fn read(
        application: &Application,
        from: &str,
        to: &str,
        licence: &Licence,
    ) -> Result<Self, String> {
        let base = |key: &str| (is_base(application, key)).then(|| key.to_owned());
        let free = application.free.value;
        if let Some(family) = base(from).filter(|_| to == free) {
            return Ok(Self::Base {
                family,
                give: false,
            });
        }
        if let Some(family) = base(to).filter(|_| from == free) {
            return Ok(Self::Base { family, give: true });
        }
        let read = |key: &str| (key != "none").then(|| Licence::from_key(key));
        let (before, after) = (read(from), read(to));
        let family = &before.as_ref().or(after.as_ref()).unwrap_or(licence).family;
        let fits = |licence: &Option<Licence>| {
            licence
                .as_ref()
                .is_none_or(|licence| licence.size.is_some() && licence.family == *family)
        };
        if is_add_on(application, family) && before != after && fits(&before) && fits(&after) {
            return Ok(Self::AddOn {
                family: family.clone(),
                from: before.and_then(|licence| licence.size),
                to: after.and_then(|licence| licence.size),
            });
        }
        Err(format!(
            "“{from}” to “{to}” is not a change that Seatwise can make at {}.",
            application.name
        ))
    }

    /// The change that undoes this one.
    #[must_use]
    pub fn reversed(&self) -> Self {
        match self {
            Self::Base { family, give } => Self::Base {
                family: family.clone(),
                give: !give,
            },
            Self::AddOn { family, from, to } => Self::AddOn {
                family: family.clone(),
                from: *to,
                to: *from,
            },
        }
    }

    /// Whether the user holds the licence before the change.
    #[must_use]
    pub fn is_due(&self, application: &Application, holding: &Holding) -> bool {
        self.reversed().is_made(application, holding)
    }

    /// Whether the user holds the licence after the change.
    #[must_use]
    pub fn is_made(&self, application: &Application, holding: &Holding) -> bool {
        match self {
            Self::Base { family, give: true } => holding.base == *family,
            Self::Base { give: false, .. } => holding.base == application.free.value,
            Self::AddOn { family, to, .. } => holding.add_ons.get(family) == to.as_ref(),
        }
    }

    /// Whether the user holds what the change leaves for a moment: an application may leave a plain licence
    /// when a suite is taken, before that is taken too. A change that was begun continues from there.
    #[must_use]
    pub fn is_under_way(&self, application: &Application, holding: &Holding) -> bool {
        match self {
            Self::Base {
                family,
                give: false,
            } => {
                let plain = application.licences.iter().find(|family| family.is_base());
                plain.is_some_and(|plain| plain.key != family && plain.key == holding.base)
            }
            Self::Base { give: true, .. } | Self::AddOn { .. } => false,
        }
    }

    /// Whether a licence is taken or made smaller.
    #[must_use]
    pub fn takes(&self) -> bool {
        match self {
            Self::Base { give, .. } => !give,
            Self::AddOn { from, to, .. } => to.is_none() || to < from,
        }
    }

    /// Licence before the change, in words.
    #[must_use]
    pub fn before(&self, application: &Application) -> String {
        self.reversed().after(application)
    }

    /// Licence after the change, in words: `Licensed`, `Basic`, `Webinar 500`, `no Webinar licence`.
    #[must_use]
    pub fn after(&self, application: &Application) -> String {
        match self {
            Self::Base { family, give: true } => label(application, family),
            Self::Base { give: false, .. } => application.free_label().to_owned(),
            Self::AddOn { family, to, .. } => match to {
                Some(size) => format!("{} {size}", label(application, family)),
                None => format!("no {} licence", label(application, family)),
            },
        }
    }

    /// The change in words, with the user's e-mail address.
    #[must_use]
    pub fn words(&self, application: &Application, email: &str) -> String {
        format!(
            "{email}: from {} to {}",
            self.before(application),
            self.after(application)
        )
    }
}

impl Holding {
    /// Whether `other` differs in no licence except the one that `change` concerns.
    #[must_use]
    pub fn differs_only_by(&self, other: &Self, change: &LicenceChange) -> bool {
        let without = |holding: &Self| {
            let mut holding = holding.clone();
            match change {
                LicenceChange::Base { .. } => holding.base.clear(),
                LicenceChange::AddOn { family, .. } => {
                    holding.add_ons.remove(family);
                }
            }
            (holding.base, holding.add_ons)
        };
        without(self) == without(other)
    }
}

fn is_base(application: &Application, key: &str) -> bool {
    let mut families = application.licences.iter();
    families.any(|family| family.key == key && family.is_base())
}

fn is_add_on(application: &Application, key: &str) -> bool {
    application
        .licences
        .iter()
        .any(|family| family.key == key && matches!(family.holder, Holder::AddOn { .. }))
}

fn label(application: &Application, key: &str) -> String {
    application
        .licences
        .iter()
        .find(|family| family.key == key)
        .map_or_else(|| key.to_owned(), |family| family.label.to_owned())
}
