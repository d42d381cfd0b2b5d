//! Dates without a clock: day numbers, their text forms, weekends and public holidays.
//!
//! A day is a number of days since 1970-01-01 in UTC.

use crate::company::place::Region;

/// Length of a day in seconds.
pub(crate) const DAY: i64 = 86_400;

/// Year, month and day of a day number.
pub(crate) const fn civil(day: i64) -> (i64, i64, i64) {
    let z = day + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, doy - (153 * mp + 2) / 5 + 1)
}

/// Day number of a date.
pub(crate) const fn day_of(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let doy = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
}

/// Number of days of a month.
pub(crate) const fn days_in(year: i64, month: i64) -> i64 {
    if month == 12 {
        31
    } else {
        day_of(year, month + 1, 1) - day_of(year, month, 1)
    }
}

/// Writes a number with leading zeros.
fn digits(out: &mut String, number: i64, width: u32) {
    for place in (0..width).rev() {
        out.push(char::from(b'0' + (number / 10_i64.pow(place) % 10) as u8));
    }
}

/// A day as text: `2026-11-23`.
pub(crate) fn date(day: i64) -> String {
    let (year, month, day) = civil(day);
    let mut out = String::with_capacity(20);
    for (number, width, end) in [(year, 4, "-"), (month, 2, "-"), (day, 2, "")] {
        digits(&mut out, number, width);
        out.push_str(end);
    }
    out
}

/// Seconds since 1970 as text in UTC: `2026-11-23T07:09:03Z`.
pub(crate) fn time(second: i64) -> String {
    let rest = second.rem_euclid(DAY);
    let mut out = date(second.div_euclid(DAY));
    for (start, number) in [('T', rest / 3600), (':', rest / 60 % 60), (':', rest % 60)] {
        out.push(start);
        digits(&mut out, number, 2);
    }
    out.push('Z');
    out
}

/// Reads the date at the start of a text: `2026-11-23`, with or without a time after it.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| -> Option<i64> {
        let part = text.get(range)?;
        part.bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| part.parse().ok())?
    };
    let dashes = text.as_bytes().get(4) == Some(&b'-') && text.as_bytes().get(7) == Some(&b'-');
    let ends = matches!(text.as_bytes().get(10), None | Some(b'T' | b' '));
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let valid = (1..=12).contains(&month) && day >= 1 && day <= days_in(year, month);
    (dashes && ends && valid).then(|| day_of(year, month, day))
}

/// The same day some months earlier; the last day of that month if it is shorter.
pub(crate) fn months_before(day: i64, months: i64) -> i64 {
    let (year, month, dom) = civil(day);
    let index = year * 12 + month - 1 - months;
    let (year, month) = (index.div_euclid(12), index.rem_euclid(12) + 1);
    day_of(year, month, dom.min(days_in(year, month)))
}

/// Day of the week: Monday is 0, Sunday is 6.
pub(crate) const fn weekday(day: i64) -> i64 {
    (day + 3).rem_euclid(7)
}

/// Day number of Easter Sunday, by the algorithm of Butcher and Meeus.
const fn easter(year: i64) -> i64 {
    let (moon, century, rest) = (year % 19, year / 100, year % 100);
    let epact =
        (19 * moon + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30;
    let sunday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
    let late = (moon + 11 * epact + 22 * sunday) / 451;
    let at = epact + sunday - 7 * late + 114;
    day_of(year, at / 31, at % 31 + 1)
}

const FIRST_YEAR: i64 = 2008;
const LAST_YEAR: i64 = 2060;

/// Public holidays of each region, one bit per day.
#[derive(Debug)]
pub(crate) struct Holidays {
    first: i64,
    bits: Vec<Vec<u64>>,
}

impl Holidays {
    pub(crate) fn new() -> Self {
        let first = day_of(FIRST_YEAR, 1, 1);
        let words = ((day_of(LAST_YEAR + 1, 1, 1) - first) / 64 + 1) as usize;
        let bits = Region::ALL
            .iter()
            .map(|region| {
                let mut bits = vec![0_u64; words];
                for year in FIRST_YEAR..=LAST_YEAR {
                    for day in holidays(*region, year) {
                        let at = (day - first) as usize;
                        bits[at / 64] |= 1 << (at % 64);
                    }
                }
                bits
            })
            .collect();
        Self { first, bits }
    }

    /// Whether offices of the region are closed: weekend or public holiday.
    pub(crate) fn closed(&self, region: Region, day: i64) -> bool {
        let at = (day - self.first) as usize;
        weekday(day) > 4
            || self.bits[region as usize]
                .get(at / 64)
                .is_some_and(|w| w >> (at % 64) & 1 == 1)
    }
}

/// Public holidays of a region in a year, as day numbers.
#[rustfmt::skip]
fn holidays(region: Region, year: i64) -> Vec<i64> {
    let on = |month, day| day_of(year, month, day);
    let nth = |month, wanted: i64, n: i64| {
        let first = on(month, 1);
        first + (wanted - weekday(first)).rem_euclid(7) + 7 * (n - 1)
    };
    let easter = easter(year);
    let mut days = vec![on(1, 1)];
    days.extend(match region {
        Region::NorthAmerica => vec![
            nth(1, 0, 3), nth(5, 0, 4), on(7, 4), nth(9, 0, 1), nth(11, 3, 4), nth(11, 3, 4) + 1, on(12, 25),
        ],
        Region::Germany => vec![
            easter - 2, easter + 1, on(5, 1), easter + 39, easter + 50, on(10, 3), on(12, 25), on(12, 26),
        ],
        Region::France => vec![
            easter + 1, on(5, 1), on(5, 8), easter + 39, on(7, 14), on(8, 15), on(11, 1), on(11, 11), on(12, 25),
        ],
        Region::Britain => vec![
            easter - 2, easter + 1, nth(5, 0, 1), nth(8, 0, 4), on(12, 25), on(12, 26),
        ],
        Region::Brazil => vec![
            easter - 48, easter - 47, on(4, 21), on(5, 1), on(9, 7), on(11, 2), on(11, 15), on(12, 25),
        ],
        Region::India => vec![
            on(1, 26), on(3, 14), on(8, 15), on(10, 2), on(10, 20), on(12, 25),
        ],
        Region::EastAsia => vec![
            on(1, 2), on(2, 11), on(4, 29), on(5, 3), on(5, 4), on(5, 5), on(8, 11), on(11, 3), on(11, 23),
        ],
        Region::Australia => vec![
            on(1, 26), easter - 2, easter + 1, on(4, 25), nth(6, 0, 2), on(12, 25), on(12, 26),
        ],
    });
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_day_numbers_agree_both_ways() {
        assert_eq!(date(0), "1970-01-01");
        for day in (-20_000..60_000).step_by(17) {
            let (y, m, d) = civil(day);
            assert_eq!(day_of(y, m, d), day);
            assert_eq!(parse(&date(day)), Some(day));
        }
        assert_eq!(time(1_795_420_800), "2026-11-23T08:00:00Z");
        assert_eq!(parse("2026-02-29"), None);
        assert_eq!(parse("2026-02-28 10:00"), Some(day_of(2026, 2, 28)));
        assert_eq!(date(months_before(day_of(2026, 3, 31), 1)), "2026-02-28");
        assert_eq!(weekday(day_of(2026, 11, 23)), 0);
        assert_eq!(date(easter(2026)), "2026-04-05");
    }
}
