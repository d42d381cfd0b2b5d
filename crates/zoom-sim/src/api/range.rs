//! The range of a report: at most a month, at most six months back, both ends included.

use super::call::Call;
use super::error::Refusal;
use crate::calendar::{DAY, date, months_before, parse};
use crate::config::RangeMode;

/// Days that a report covers; empty, with `from` after `to`, if the requested range is too old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) from: i64,
    /// Last day of the range, included.
    pub(crate) to: i64,
}

impl Range {
    /// First and last second of the range.
    pub(crate) const fn seconds(&self) -> (i64, i64) {
        (self.from * DAY, (self.to + 1) * DAY - 1)
    }

    /// First and last day as dates, for reports that repeat their range. The first is never after the
    /// last, also for an empty range.
    pub(crate) fn text(&self) -> (String, String) {
        (date(self.from.min(self.to)), date(self.to))
    }
}

impl Call<'_> {
    fn day(&self, name: &str) -> Result<Option<i64>, Refusal> {
        let Some(text) = self.param(name) else {
            return Ok(None);
        };
        match parse(text) {
            Some(day) => Ok(Some(day)),
            None => Err(Refusal::invalid(
                name,
                "Invalid field. Use the format yyyy-mm-dd.",
            )),
        }
    }

    /// Reads `from` and `to`. If they are absent and not `required`, the range is the last month.
    pub(crate) fn range(&self, required: bool) -> Result<Range, Refusal> {
        let (from, to) = (self.day("from")?, self.day("to")?);
        if required && (from.is_none() || to.is_none()) {
            let missing = if from.is_none() { "from" } else { "to" };
            return Err(Refusal::invalid(missing, "This field is required."));
        }
        let to = to.unwrap_or_else(|| self.today());
        let from = from.unwrap_or_else(|| months_before(to, 1));
        if from > to {
            return Err(Refusal::new(400, 300, "Invalid parameter: from."));
        }
        // A month is thirty days or the same day of the month before, whichever is longer.
        let earliest = months_before(to, 1)
            .min(to - 30)
            .max(months_before(self.today(), 6));
        if from < earliest && self.faults.ranges == RangeMode::Refuse {
            return Err(Refusal::new(400, 300, "Invalid parameter: from."));
        }
        Ok(Range {
            from: from.max(earliest),
            to,
        })
    }
}
