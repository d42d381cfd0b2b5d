//! Lists of numbers of days as text.

/// The most numbers of days in a text.
const MOST_NUMBERS: usize = 12;
/// The greatest number of days in a text.
const MOST_DAYS: i32 = 3_650;

/// Reads numbers of days such as `60, 30, 7`, the greatest first, each once.
///
/// # Errors
/// The right form, when there is no number, too many of them, or one that is not from 0 to 3,650.
pub fn day_numbers(text: &str) -> Result<Vec<i32>, String> {
    let numbers = text.split([',', ' ']).filter(|part| !part.is_empty());
    let mut days: Vec<i32> = numbers
        .map(|part| {
            part.parse()
                .ok()
                .filter(|days| (0..=MOST_DAYS).contains(days))
        })
        .collect::<Option<_>>()
        .unwrap_or_default();
    days.sort_unstable_by(|a, b| b.cmp(a));
    days.dedup();
    if days.is_empty() || days.len() > MOST_NUMBERS {
        return Err(format!(
            "give up to {MOST_NUMBERS} numbers of days from 0 to {MOST_DAYS}, such as 60, 30, 7"
        ));
    }
    Ok(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_any_order_and_each_once() {
        assert_eq!(day_numbers("7, 60 30,7"), Ok(vec![60, 30, 7]));
        assert_eq!(day_numbers("0"), Ok(vec![0]));
        let many = "1 2 3 4 5 6 7 8 9 10 11 12 13";
        for wrong in ["", ",", "x", "7;3", "-1", "3651", "1.5", many] {
            let right = "give up to 12 numbers of days from 0 to 3650, such as 60, 30, 7";
            assert_eq!(day_numbers(wrong), Err(right.to_owned()), "{wrong}");
        }
    }
}
