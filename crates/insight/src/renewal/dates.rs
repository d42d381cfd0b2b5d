//! The calendar of a contract: the day for notice, the next term, the day from which invoices are lower, and
//! the cost of seats for a part of a term. Months are calendar months; when the next month is shorter, they
//! end on its last day. Days are UTC.

use model::{BillingCycle, Contract, ContractTerms, Day, Money};

/// The calendar of a contract on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct ContractDates {
    /// First day of the current term, or of the first one before it has begun.
    pub starts_on: Day,
    /// Last day of that term.
    pub ends_on: Day,
    /// Last day on which notice for the end of that term can arrive.
    pub notice_by: Day,
    /// First day of the term after it.
    pub renews_from: Day,
    /// The first day whose invoice is lower if seats are given back as soon as the contract allows it; `None`
    /// when the contract has ended.
    pub invoice_lower_on: Option<Day>,
    /// Whether notice can no longer be given for the end of that term.
    pub missed_notice: bool,
    /// Whether the contract has ended: its last day has passed, and it does not renew itself.
    pub ended: bool,
    pub term_days: i32,
    /// Number of days of the term before today; 0 before it begins.
    pub elapsed: i32,
}

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
fn months_of(starts_on: Day, ends_on: Day) -> Option<i32> {
    let end = ends_on.plus(1);
    let about = (end.since(starts_on) + 15) / 30;
    (about - about / 30 - 1..=about + 1)
        .find(|months| *months > 0 && months_after(starts_on, *months) == end)
}

/// The first day after the `number`-th term (0: the first).
fn end_of_term(terms: &ContractTerms, number: i32) -> Day {
    if let Some(months) = months_of(terms.starts_on, terms.ends_on) {
        months_after(terms.starts_on, months.saturating_mul(number + 1))
    } else {
        let days = terms.ends_on.since(terms.starts_on) + 1;
        terms.starts_on.plus(days.max(1).saturating_mul(number + 1))
    }
}

/// The first day after the term that begins on a day.
fn term_after(terms: &ContractTerms, begins: Day) -> Day {
    (0..10_000)
        .map(|number| end_of_term(terms, number))
        .find(|end| *end > begins)
        .unwrap_or(begins)
}

/// The first day of the first term from `first` on for which notice can still be given. There can be several
/// bound terms when terms are shorter than the period of notice.
fn after_bound(terms: &ContractTerms, first: Day, today: Day) -> Day {
    let mut first = first;
    // The limit protects against absurd terms, such as a notice of centuries.
    for _ in 0..1000 {
        if first.plus(-1 - terms.notice_days.max(0)) >= today {
            break;
        }
        first = term_after(terms, first);
    }
    first
}

/// First and last day of the term on a day. A contract that renews itself has a term at any time; another one
/// keeps its only term, even after its end.
fn term_on(terms: &ContractTerms, today: Day) -> (Day, Day) {
    let mut number = 0;
    if terms.auto_renews && today > terms.ends_on {
        // The limit protects against absurd terms; terms are at least a month in practice.
        while end_of_term(terms, number) <= today && number < 10_000 {
            number += 1;
        }
    }
    let first = if number == 0 {
        terms.starts_on
    } else {
        end_of_term(terms, number - 1)
    };
    let last = if number == 0 {
        terms.ends_on
    } else {
        end_of_term(terms, number).plus(-1)
    };
    (first, last)
}

/// First day of the next billing cycle after today.
fn next_cycle(starts_on: Day, cycle: BillingCycle, today: Day) -> Day {
    (1..)
        .map(|n| months_after(starts_on, cycle.months() * n))
        .take(10_000)
        .find(|day| *day > today)
        .unwrap_or(today)
}

/// The calendar of a contract today.
#[must_use]
pub fn dates(contract: &Contract, today: Day) -> ContractDates {
    of_terms(&contract.terms, today)
}

/// The calendar of a contract with these terms today.
#[must_use]
pub fn of_terms(terms: &ContractTerms, today: Day) -> ContractDates {
    let (starts_on, ends_on) = term_on(terms, today);
    let notice_by = ends_on.plus(-terms.notice_days.max(0));
    let renews_from = ends_on.plus(1);
    let missed_notice = today > notice_by;
    let ended = today > ends_on;
    let at_the_end = if missed_notice && terms.auto_renews {
        // The next term is bound already, so the first one that can have fewer seats comes after it.
        after_bound(terms, renews_from, today)
    } else {
        renews_from
    };
    let invoice_lower_on = if ended {
        None
    } else if terms.reducible_each_cycle {
        Some(next_cycle(starts_on, terms.billing_cycle, today.max(starts_on)).min(at_the_end))
    } else {
        Some(at_the_end)
    };
    ContractDates {
        starts_on,
        ends_on,
        notice_by,
        renews_from,
        invoice_lower_on,
        missed_notice,
        ended,
        term_days: ends_on.since(starts_on) + 1,
        elapsed: today
            .since(starts_on)
            .clamp(0, ends_on.since(starts_on) + 1),
    }
}

/// The cost of so many seats from `from` to `last`, both included, with cycles counted from `from`: whole
/// cycles at the unit price, and the rest of a cycle by its days. Rounded once. `None` without a price.
#[must_use]
pub fn cost(terms: &ContractTerms, seats: i64, from: Day, last: Day) -> Option<Money> {
    let price = terms.unit_price?.times(seats);
    let end = last.plus(1);
    if end <= from {
        return Some(Money::zero(price.currency));
    }
    let cycle = terms.billing_cycle.months();
    let at = |n: i32| months_after(from, cycle.saturating_mul(n));
    let whole = (0..10_000).take_while(|n| at(*n + 1) <= end).count();
    let whole = i32::try_from(whole).unwrap_or(i32::MAX);
    let (began, ends) = (at(whole), at(whole + 1));
    let rest = price.fraction(
        i64::from(end.since(began)),
        i64::from(ends.since(began).max(1)),
    );
    price.times(i64::from(whole)).plus(rest)
}

/// The cost of seats that are added on a day until the end of the current term: the remaining days' share of
/// each billing cycle (co-terming). `None` without a price.
#[must_use]
pub fn prorate(terms: &ContractTerms, added_seats: i64, from: Day) -> Option<Money> {
    let (starts_on, ends_on) = term_on(terms, from);
    let price = terms.unit_price?.times(added_seats);
    let from = from.max(starts_on);
    let end = ends_on.plus(1);
    let mut sum = Money::zero(price.currency);
    let cycle = terms.billing_cycle.months();
    for n in 0..10_000 {
        let began = months_after(starts_on, cycle.saturating_mul(n));
        if began >= end {
            break;
        }
        let full = months_after(starts_on, cycle.saturating_mul(n + 1));
        let days = full.min(end).since(began.max(from)).max(0);
        let part = price.fraction(i64::from(days), i64::from(full.since(began).max(1)));
        sum = sum.plus(part)?;
    }
    Some(sum)
}

/// A coming term that is bound because notice was missed: seats can only be added. Several terms when they
/// are shorter than the period of notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct BoundTerm {
    pub from: Day,
    pub to: Day,
    /// Last day on which notice for the end of it can arrive.
    pub notice_by: Day,
}

/// The term that is bound at today's number of seats because notice for the end of the current one was
/// missed; `None` when the coming term is still open.
#[must_use]
pub fn bound_term(terms: &ContractTerms, today: Day) -> Option<BoundTerm> {
    let now = of_terms(terms, today);
    if !now.missed_notice || !terms.auto_renews || terms.reducible_each_cycle {
        return None;
    }
    let to = after_bound(terms, now.renews_from, today).plus(-1);
    Some(BoundTerm {
        from: now.renews_from,
        to,
        notice_by: to.plus(-terms.notice_days.max(0)),
    })
}

/// First and last day of the term to buy for: the first one that is not bound.
#[must_use]
pub fn coming_term(terms: &ContractTerms, today: Day) -> (Day, Day) {
    let now = of_terms(terms, today);
    let bound = bound_term(terms, today);
    let from = bound.map_or(now.renews_from, |bound| bound.to.plus(1));
    (from, term_after(terms, from).plus(-1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Licence;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn terms(starts_on: Day, ends_on: Day) -> ContractTerms {
        ContractTerms {
            name: "ACME-1".to_owned(),
            unit_price: Money::parse("13.33", "EUR".parse().unwrap()).ok(),
            billing_cycle: BillingCycle::Monthly,
            notice_days: 60,
            ..ContractTerms::new(Licence::base("licensed"), 100, starts_on, ends_on)
        }
    }

    #[test]
    fn terms_over_a_leap_day_keep_their_dates() {
        let yearly = terms(day("2023-03-01"), day("2024-02-29"));
        assert_eq!(
            of_terms(&yearly, day("2024-02-29")).ends_on,
            day("2024-02-29")
        );
        let next = of_terms(&yearly, day("2024-03-01"));
        assert_eq!(
            (next.starts_on, next.ends_on),
            (day("2024-03-01"), day("2025-02-28"))
        );
        assert_eq!(next.term_days, 365);
        assert_eq!(next.notice_by, day("2024-12-30"));
        let from_the_29th = terms(day("2024-02-29"), day("2025-02-27"));
        assert_eq!(
            coming_term(&from_the_29th, day("2024-12-01")),
            (day("2025-02-28"), day("2026-02-27"))
        );
        assert_eq!(months_after(day("2024-01-31"), 1), day("2024-02-29"));
        assert_eq!(months_after(day("2023-01-31"), 1), day("2023-02-28"));
    }

    #[test]
    fn the_day_of_notice_is_still_in_time() {
        let contract = terms(day("2026-03-24"), day("2027-03-23"));
        let by = day("2027-01-22");
        let in_time = of_terms(&contract, by);
        assert_eq!((in_time.notice_by, in_time.missed_notice), (by, false));
        assert_eq!(in_time.invoice_lower_on, Some(day("2027-03-24")));
        let late = of_terms(&contract, by.plus(1));
        assert!(late.missed_notice);
        // The next year is bound then.
        assert_eq!(late.invoice_lower_on, Some(day("2028-03-24")));
        // Unless it ends of its own.
        let once = ContractTerms {
            auto_renews: false,
            ..contract.clone()
        };
        assert_eq!(
            of_terms(&once, by.plus(1)).invoice_lower_on,
            Some(day("2027-03-24"))
        );
        assert!(of_terms(&once, day("2027-03-24")).ended);
        assert_eq!(of_terms(&once, day("2027-03-24")).invoice_lower_on, None);
        let each_cycle = ContractTerms {
            reducible_each_cycle: true,
            ..contract
        };
        assert_eq!(
            of_terms(&each_cycle, by).invoice_lower_on,
            Some(day("2027-01-24"))
        );
    }

    #[test]
    fn seats_added_in_mid_term_cost_the_days_that_are_left() {
        let contract = terms(day("2026-01-01"), day("2026-12-31"));
        // 13.33 × 10 seats × (11 of 31 days of October, then two months).
        let added = prorate(&contract, 10, day("2026-10-21")).unwrap();
        assert_eq!(added.decimal(), "313.90");
        let yearly = ContractTerms {
            billing_cycle: BillingCycle::Yearly,
            unit_price: Money::parse("365", "EUR".parse().unwrap()).ok(),
            ..contract
        };
        assert_eq!(
            prorate(&yearly, 1, day("2026-12-31")).unwrap().decimal(),
            "1.00"
        );
        assert_eq!(
            prorate(&yearly, 3, day("2026-01-01")).unwrap().decimal(),
            "1095.00"
        );
    }

    proptest! {
        #[test]
        fn a_day_always_lies_in_the_term_of_a_contract_that_renews_itself(
            start in 18_000i32..22_000, length in 27i32..1200, later in 0i32..4000,
        ) {
            let start = Day(start);
            let contract = terms(start, start.plus(length));
            let today = start.plus(later);
            let now = of_terms(&contract, today);
            prop_assert!(now.starts_on <= today && today <= now.ends_on);
            prop_assert_eq!(now.renews_from, now.ends_on.plus(1));
            prop_assert_eq!(now.term_days, now.ends_on.since(now.starts_on) + 1);
            prop_assert!(now.invoice_lower_on.unwrap() >= now.renews_from);
            prop_assert!(now.elapsed < now.term_days);
            let (first, last) = coming_term(&contract, today);
            let bound = bound_term(&contract, today);
            prop_assert_eq!(bound.is_some(), now.missed_notice);
            prop_assert_eq!(bound.map_or(first, |bound| bound.from), now.renews_from);
            prop_assert!(bound.is_none_or(|bound| bound.notice_by >= today));
            // The saving and the day from which invoices are lower are about the same term.
            prop_assert_eq!(Some(first), now.invoice_lower_on);
            prop_assert!((last.since(first) + 1 - now.term_days).abs() <= 6);
        }

        #[test]
        fn whole_cycles_cost_the_unit_price_to_the_cent(
            start in 18_000i32..22_000, months in 1i32..40, seats in 0i64..100_000,
        ) {
            let start = Day(start);
            let last = months_after(start, months).plus(-1);
            let contract = terms(start, last);
            let price = contract.unit_price.unwrap();
            prop_assert_eq!(
                cost(&contract, seats, start, last),
                Some(price.times(seats).times(i64::from(months)))
            );
        }

        #[test]
        fn the_cost_before_and_after_a_day_add_up(
            start in 18_000i32..22_000, months in 1i32..37, at in 0i32..1100, seats in 1i64..5000,
        ) {
            let start = Day(start);
            let last = months_after(start, months).plus(-1);
            let contract = ContractTerms { auto_renews: false, ..terms(start, last) };
            let at = start.plus(at % (last.since(start) + 1));
            let whole = prorate(&contract, seats, start).unwrap();
            prop_assert_eq!(Some(whole), cost(&contract, seats, start, last));
            let rest = prorate(&contract, seats, at).unwrap();
            let ended = ContractTerms { ends_on: at.plus(-1), ..contract };
            let before = if at > start { prorate(&ended, seats, start).unwrap().minor } else { 0 };
            // Each of the two parts of the cut month is rounded once.
            prop_assert!((before + rest.minor - whole.minor).abs() <= 1);
        }
    }
}
