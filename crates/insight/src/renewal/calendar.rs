//! Arithmetic with calendar months. When the next month is shorter, a month ends on its last day.

use model::Day;

/// The day `months` months later, on the same day of the month or on its last day when the month is shorter.
#[must_use]
pub fn months_after(day: Day, months: i32) -> Day {
    let (year, month, of_month) = day.ymd();
    let index = i32::from(year) * 12 + i32::from(month) - 1 + months;
    let year = i16::try_from(index.div_euclid(12)).unwrap_or(i16::MAX);
    let month = i8::try_from(index.rem_euclid(12) + 1).unwrap_or(12);
    (28..=of_month)
        .rev()
        .chain([of_month])
        .find_map(|of_month| Day::from_ymd(year, month, of_month))
        // Only for years beyond the range of the calendar.
        .unwrap_or_else(|| day.plus(months.saturating_mul(30)))
}

/// Number of months of a term that ends on the day before its anniversary; `None` for other lengths.
pub(super) fn months_of(starts_on: Day, ends_on: Day) -> Option<i32> {
    let end = ends_on.plus(1);
    let about = (end.since(starts_on) + 15) / 30;
    (about - about / 30 - 1..=about + 1)
        .find(|months| *months > 0 && months_after(starts_on, *months) == end)
}

/// The first day of the calendar quarter after a day.
pub(super) fn next_quarter(day: Day) -> Day {
    let (year, month, _) = day.ymd();
    let first = Day::from_ymd(year, (month - 1) / 3 * 3 + 1, 1);
    months_after(first.unwrap_or(day), 3)
}
