//! How long each kind of data is kept.

use serde::{Deserialize, Serialize};

use crate::time::Day;

/// A kind of data that is deleted when it is old.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    strum::EnumCount,
    strum::VariantArray,
    strum::IntoStaticStr,
    strum::EnumString,
)]
#[strum(serialize_all = "snake_case")]
pub enum KeptData {
    /// The log of sign-ins, and the days on which each person signed in.
    SignIns,
    /// Hosted meetings and webinars, and the reports on hosts.
    Meetings,
    /// Questions to employees that have ended, with their answers.
    Questions,
    /// Sync runs, counts of requests, and the results of mails and webhooks.
    Runs,
    /// Entries of the audit log.
    Audit,
}

crate::word_enum!(KeptData);

/// What people should know about a kind of data, and its limits.
#[derive(Debug, Clone, Copy)]
pub struct KeptDataInfo {
    /// The kind.
    pub data: KeptData,
    /// Its name for people.
    pub label: &'static str,
    /// What happens when it is deleted.
    pub effect: &'static str,
    /// Days for which it is kept by default; `None` for ever.
    pub default: Option<i32>,
    /// The fewest days that may be set.
    pub least: i32,
}

/// The most days that may be set: ten years.
pub const MOST_KEPT_DAYS: i32 = 3650;

/// All kinds, in the order of pages.
pub const KEPT_DATA: [KeptDataInfo; 5] = [
    KeptDataInfo {
        data: KeptData::SignIns,
        label: "Sign-ins",
        effect: "Earlier days count as unknown. Rules that look back further find nothing.",
        default: Some(400),
        least: 30,
    },
    KeptDataInfo {
        data: KeptData::Meetings,
        label: "Hosted meetings and webinars",
        effect: "Earlier days count as unknown. With less than 800 days, an event that takes place once a year appears only once.",
        default: Some(800),
        least: 30,
    },
    KeptDataInfo {
        data: KeptData::Questions,
        label: "Questions to employees that have ended",
        effect: "The decision that followed from an answer stays.",
        default: Some(800),
        least: 30,
    },
    KeptDataInfo {
        data: KeptData::Runs,
        label: "Sync runs, results of mails and webhooks",
        effect: "The last run of each account stays.",
        default: Some(400),
        least: 30,
    },
    KeptDataInfo {
        data: KeptData::Audit,
        label: "Audit log",
        effect: "The hash of the last deleted entry stays, so that the rest can be verified.",
        default: None,
        least: 365,
    },
];

impl KeptData {
    /// What people should know about it.
    #[must_use]
    pub fn info(self) -> &'static KeptDataInfo {
        match self {
            Self::SignIns => &KEPT_DATA[0],
            Self::Meetings => &KEPT_DATA[1],
            Self::Questions => &KEPT_DATA[2],
            Self::Runs => &KEPT_DATA[3],
            Self::Audit => &KEPT_DATA[4],
        }
    }

    /// Reads a number of days, or an empty text or `forever`, as people write it.
    ///
    /// # Errors
    /// A sentence that says what would be right.
    pub fn parse_days(self, text: &str) -> Result<Option<i32>, String> {
        let least = self.info().least;
        let text = text.trim();
        if text.is_empty() || text == "forever" {
            return Ok(None);
        }
        let days = text.parse().ok();
        days.filter(|days| (least..=MOST_KEPT_DAYS).contains(days))
            .map(Some)
            .ok_or_else(|| {
                format!(
                    "Give a number of days from {least} to {MOST_KEPT_DAYS}, or `forever` to delete nothing."
                )
            })
    }
}

/// The number of days for which each kind of data is kept; null for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Retention {
    /// The log of sign-ins.
    pub sign_ins: Option<i32>,
    /// Hosted meetings and webinars, and the reports on hosts.
    pub meetings: Option<i32>,
    /// Questions to employees that have ended.
    pub questions: Option<i32>,
    /// Sync runs, counts of requests, and the results of mails and webhooks.
    pub runs: Option<i32>,
    /// Entries of the audit log.
    pub audit: Option<i32>,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            sign_ins: KeptData::SignIns.info().default,
            meetings: KeptData::Meetings.info().default,
            questions: KeptData::Questions.info().default,
            runs: KeptData::Runs.info().default,
            audit: KeptData::Audit.info().default,
        }
    }
}

impl Retention {
    /// Days for which this kind of data is kept; `None` for ever.
    #[must_use]
    pub fn days(&self, data: KeptData) -> Option<i32> {
        match data {
            KeptData::SignIns => self.sign_ins,
            KeptData::Meetings => self.meetings,
            KeptData::Questions => self.questions,
            KeptData::Runs => self.runs,
            KeptData::Audit => self.audit,
        }
    }

    /// Sets the days for one kind of data.
    pub fn set(&mut self, data: KeptData, days: Option<i32>) {
        let place = match data {
            KeptData::SignIns => &mut self.sign_ins,
            KeptData::Meetings => &mut self.meetings,
            KeptData::Questions => &mut self.questions,
            KeptData::Runs => &mut self.runs,
            KeptData::Audit => &mut self.audit,
        };
        *place = days;
    }

    /// The first day of which data are kept; `None` when all are.
    #[must_use]
    pub fn first_day(&self, data: KeptData, today: Day) -> Option<Day> {
        self.days(data).map(|days| today.plus(-days))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_own_line_and_its_default_is_allowed() {
        for info in &KEPT_DATA {
            assert_eq!(info.data.info().label, info.label);
            assert_eq!(Retention::default().days(info.data), info.default);
            let text = info.default.map_or(String::new(), |days| days.to_string());
            assert_eq!(info.data.parse_days(&text), Ok(info.default));
            assert!(info.data.parse_days(&(info.least - 1).to_string()).is_err());
            let mut other = Retention::default();
            other.set(info.data, Some(info.least));
            assert_eq!(other.days(info.data), Some(info.least));
        }
    }
}
