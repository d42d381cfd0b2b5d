//! The terms of a contract one after another: the first as it was entered, and those after it.

use model::{ContractTerms, Day};

use super::calendar::{months_after, months_of, next_quarter};

/// The first day after the `number`-th term (0: the first). Every end is counted from the first term and not
/// from the end before, because days of the month would drift over short months otherwise.
pub(super) fn end_of_term(terms: &ContractTerms, number: i32) -> Day {
    let last = terms.first_term_ends_on();
    let first = last.plus(1);
    if number == 0 {
        return first;
    }
    if let Some(end) = end_in_order(terms, first, number) {
        return end;
    }
    let length_in_months = months_of(terms.starts_on, last);
    if terms.renews_by_quarter {
        months_after(next_quarter(first), 3 * (number - 1))
    } else if let Some(months) = terms.renewal_months {
        // Whole months of the first term are counted too, so that a term from the 31st ends on the 30th
        // only where a month has no 31st.
        let (from, before) = length_in_months.map_or((first, 0), |m| (terms.starts_on, m));
        months_after(from, before + months.max(1).saturating_mul(number))
    } else if let Some(days) = terms.renewal_days {
        first.plus(days.max(1).saturating_mul(number))
    } else if let Some(months) = length_in_months {
        months_after(terms.starts_on, months.saturating_mul(number + 1))
    } else {
        let days = last.since(terms.starts_on) + 1;
        terms.starts_on.plus(days.max(1).saturating_mul(number + 1))
    }
}

/// The first day after the `number`-th term of an addendum: the end of the term of the first contract of its
/// order. `None` if it has a length of its own, or ends its first term on another day than that contract.
fn end_in_order(terms: &ContractTerms, first: Day, number: i32) -> Option<Day> {
    let has_length =
        terms.renews_by_quarter || terms.renewal_months.is_some() || terms.renewal_days.is_some();
    let order = terms.first_of_order.as_deref().filter(|_| !has_length)?;
    let ends = |number: &i32| end_of_term(order, *number);
    let together = (0..10_000).find(|number| ends(number) >= first)?;
    (ends(&together) == first).then(|| ends(&(together + number)))
}

/// First and last day of the term on a day. A contract that renews itself has a term at any time; another one
/// keeps its only term, even after its end.
pub(super) fn term_on(terms: &ContractTerms, today: Day) -> (Day, Day) {
    let mut number = 0;
    if terms.auto_renews {
        // The limit protects against absurd terms, such as many years of single days.
        while end_of_term(terms, number) <= today && number < 10_000 {
            number += 1;
        }
    }
    let first = if number == 0 {
        terms.starts_on
    } else {
        end_of_term(terms, number - 1)
    };
    (first, end_of_term(terms, number).plus(-1))
}

/// The first day after the term that begins on a day.
pub(super) fn term_after(terms: &ContractTerms, begins: Day) -> Day {
    (0..10_000)
        .map(|number| end_of_term(terms, number))
        .find(|end| *end > begins)
        .unwrap_or(begins)
}
