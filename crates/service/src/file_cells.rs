//! Numbers and days as spreadsheet programs of different countries write them into files. A cell that can be
//! read in two ways is refused, because a price that is wrong by a factor of a thousand looks right.

use crate::parameters::ParameterValue;

/// The order of day and month in dates with slashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// `31/01/2026`
    DayFirst,
    /// `01/31/2026`
    MonthFirst,
}

impl DateOrder {
    pub const ALL: [Self; 2] = [Self::DayFirst, Self::MonthFirst];

    /// The word in addresses and on the command line.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::DayFirst => "day_first",
            Self::MonthFirst => "month_first",
        }
    }
}

impl ParameterValue for DateOrder {
    fn parse(text: &str) -> Result<Self, String> {
        let mut orders = Self::ALL.into_iter();
        let order = orders.find(|order| order.value() == text);
        order.ok_or_else(|| format!("`{text}` is not `day_first` or `month_first`"))
    }
}

/// Whether the digits are groups of three, such as `1` and `490`, or `12`, `000` and `000`.
fn are_groups(groups: &[&str]) -> bool {
    let digits = |group: &str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
    let Some((first, rest)) = groups.split_first() else {
        return false;
    };
    digits(first) && first.len() <= 3 && rest.iter().all(|group| digits(group) && group.len() == 3)
}

/// Signs that only separate thousands.
const GROUPING: [char; 5] = [' ', '\u{a0}', '\u{202f}', '\'', '’'];

/// A whole number without the signs that separate its thousands.
///
/// # Errors
/// The fault, when the signs are not at thousands.
pub fn whole(text: &str) -> Result<String, String> {
    let signs = |sign: char| GROUPING.contains(&sign) || sign == '.' || sign == ',';
    if !text.contains(signs) {
        return Ok(text.to_owned());
    }
    let groups: Vec<&str> = text.split(signs).collect();
    if are_groups(&groups) {
        Ok(groups.concat())
    } else {
        Err(format!("`{text}` is not a whole number such as 1490"))
    }
}

/// A decimal number with a point and without other signs: `1490.00` for `1.490,00`, `1,490.00` and `1490,00`.
///
/// # Errors
/// The fault, when it could be two numbers, or none.
pub fn decimal(text: &str) -> Result<String, String> {
    let plain: String = text
        .chars()
        .filter(|sign| !GROUPING.contains(sign))
        .collect();
    let wrong = || format!("`{text}` is not a number such as 1490.00");
    let (Some(point), Some(comma)) = (plain.rfind('.'), plain.rfind(',')) else {
        let Some(sign) = ['.', ','].into_iter().find(|sign| plain.contains(*sign)) else {
            return Ok(plain);
        };
        let groups: Vec<&str> = plain.split(sign).collect();
        return match groups.as_slice() {
            [before, after] if are_groups(&groups) && *before != "0" => Err(format!(
                "`{text}` can be {before}{after} or {before}.{after}: write {before}{after}.00 or \
                 {before}.{after}0"
            )),
            [before, after] => Ok(format!("{before}.{after}")),
            _ if are_groups(&groups) => Ok(groups.concat()),
            _ => Err(wrong()),
        };
    };
    // The last sign is the decimal one, the other one separates thousands.
    let at = point.max(comma);
    let grouping = if point > comma { ',' } else { '.' };
    let (before, after) = (&plain[..at], &plain[at + 1..]);
    let groups: Vec<&str> = before.split(grouping).collect();
    if are_groups(&groups) && after.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(format!("{}.{after}", groups.concat()))
    } else {
        Err(wrong())
    }
}

/// A day as `yyyy-mm-dd`: of `31.01.2026`, and of `31/01/2026` when the order is known. Other texts stay as they
/// are.
///
/// # Errors
/// That the order has to be given.
pub fn day(text: &str, order: Option<DateOrder>) -> Result<String, String> {
    let Some(sign) = ['.', '/', '-']
        .into_iter()
        .find(|sign| text.contains(*sign))
    else {
        return Ok(text.to_owned());
    };
    let parts: Vec<&str> = text.split(sign).collect();
    let [first, second, year] = parts.as_slice() else {
        return Ok(text.to_owned());
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let local = year.len() == 4
        && (1..=2).contains(&first.len())
        && (1..=2).contains(&second.len())
        && [first, second, year].into_iter().all(|part| digits(part));
    if !local {
        return Ok(text.to_owned());
    }
    let order = match sign {
        // Countries that write points have the day first.
        '.' => DateOrder::DayFirst,
        _ => order.ok_or_else(|| {
            format!(
                "`{text}` can have the day or the month first: give the order of the dates, or write days as \
                 2026-01-31"
            )
        })?,
    };
    let (day, month) = match order {
        DateOrder::DayFirst => (first, second),
        DateOrder::MonthFirst => (second, first),
    };
    Ok(format!("{year}-{month:0>2}-{day:0>2}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_different_countries_are_read_and_doubtful_ones_refused() {
        for (text, number) in [
            ("149,90", "149.90"),
            ("1.490,00", "1490.00"),
            ("1,490.00", "1490.00"),
            ("1 490,00", "1490.00"),
            ("1'490.50", "1490.50"),
            ("1.490.000", "1490000"),
            ("0.125", "0.125"),
            ("149.9", "149.9"),
            ("220", "220"),
        ] {
            assert_eq!(decimal(text).as_deref(), Ok(number), "{text}");
        }
        for text in ["1.490", "1,490", "149.900"] {
            let fault = decimal(text).unwrap_err();
            assert!(fault.contains(" can be "), "{fault}");
        }
        for text in ["1.49,00.0", "1.4.0", "14.90,0x"] {
            assert!(decimal(text).is_err(), "{text}");
        }
        assert_eq!(whole("1.490").as_deref(), Ok("1490"));
        assert_eq!(whole("12 000").as_deref(), Ok("12000"));
        assert!(whole("1.49").is_err());
    }

    #[test]
    fn days_with_slashes_need_their_order() {
        use DateOrder::{DayFirst, MonthFirst};
        assert_eq!(day("31.01.2026", None).as_deref(), Ok("2026-01-31"));
        assert_eq!(day("2026-01-31", None).as_deref(), Ok("2026-01-31"));
        assert_eq!(day("1/2/2026", Some(DayFirst)).as_deref(), Ok("2026-02-01"));
        assert_eq!(
            day("1/2/2026", Some(MonthFirst)).as_deref(),
            Ok("2026-01-02")
        );
        assert!(day("1/2/2026", None).unwrap_err().contains("order"));
        assert_eq!(day("soon", None).as_deref(), Ok("soon"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_brings_it_down_and_plain_numbers_stay(text in "[0-9., ']{0,12}", cents in 0_u32..10_000_000) {
            let _ = (decimal(&text), whole(&text), day(&text, None));
            let plain = format!("{}.{:02}", cents / 100, cents % 100);
            proptest::prop_assert_eq!(decimal(&plain), Ok(plain));
        }
    }
}
