//! The calendar of a contract: its terms, the day for notice, the next term, and the day from which invoices
//! are lower. Days are UTC.

use model::{BillingCycle, Contract, ContractTerms, Day};

use super::calendar::months_after;
use super::terms::{term_after, term_on};

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

/// The last day on which notice can arrive for the end of a term, of which the first day after it is given.
fn notice_before(terms: &ContractTerms, end: Day) -> Day {
    match terms.notice_months {
        Some(months) => months_after(end, -months.max(0)).plus(-1),
        None => end.plus(-1 - terms.notice_days.max(0)),
    }
}

/// The first day of the first term from `first` on for which notice can still be given. There can be several
/// bound terms when terms are shorter than the period of notice.
fn after_bound(terms: &ContractTerms, first: Day, today: Day) -> Day {
    let mut first = first;
    // The limit protects against absurd terms, such as a notice of centuries.
    for _ in 0..1000 {
        if notice_before(terms, first) >= today {
            break;
        }
        first = term_after(terms, first);
    }
    first
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
    let renews_from = ends_on.plus(1);
    let notice_by = notice_before(terms, renews_from);
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
        notice_by: notice_before(terms, to.plus(1)),
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
    use model::{Licence, Money};
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
    fn terms_after_the_first_have_a_length_of_their_own() {
        let usual = terms(day("2022-09-01"), day("2025-08-31"));
        let yearly = ContractTerms {
            renewal_months: Some(12),
            notice_days: 92,
            ..usual.clone()
        };
        let now = of_terms(&yearly, day("2026-11-30"));
        assert_eq!(
            (now.starts_on, now.ends_on, now.notice_by),
            (day("2026-09-01"), day("2027-08-31"), day("2027-05-31"))
        );
        // The first term is as long as it was entered.
        assert_eq!(
            of_terms(&yearly, day("2025-08-31")).ends_on,
            day("2025-08-31")
        );
        let in_months = ContractTerms {
            notice_months: Some(3),
            ..yearly
        };
        assert_eq!(
            of_terms(&in_months, day("2026-11-30")).notice_by,
            day("2027-05-31")
        );
        let by_quarter = ContractTerms {
            renews_by_quarter: true,
            notice_days: 42,
            ..usual.clone()
        };
        let now = of_terms(&by_quarter, day("2025-09-01"));
        assert_eq!(
            (now.starts_on, now.ends_on, now.notice_by),
            (day("2025-09-01"), day("2025-09-30"), day("2025-08-19"))
        );
        let now = of_terms(&by_quarter, day("2026-11-30"));
        assert_eq!(
            (now.starts_on, now.ends_on),
            (day("2026-10-01"), day("2026-12-31"))
        );
        let ninety = ContractTerms {
            renewal_days: Some(90),
            ..usual
        };
        let now = of_terms(&ninety, day("2025-11-30"));
        assert_eq!(
            (now.starts_on, now.ends_on),
            (day("2025-11-30"), day("2026-02-27"))
        );
    }

    #[test]
    fn an_addendum_renews_together_with_its_order() {
        let order = terms(day("2024-03-31"), day("2027-03-30"));
        let addendum = ContractTerms {
            first_of_order: Some(Box::new(order.clone())),
            ..terms(day("2026-09-15"), day("2027-03-30"))
        };
        let today = day("2026-11-30");
        assert_eq!(
            coming_term(&addendum, today),
            (day("2027-03-31"), day("2030-03-30"))
        );
        let yearly = ContractTerms {
            renewal_months: Some(12),
            ..order
        };
        let after_yearly = ContractTerms {
            first_of_order: Some(Box::new(yearly)),
            ..addendum.clone()
        };
        assert_eq!(
            coming_term(&after_yearly, today),
            (day("2027-03-31"), day("2028-03-30"))
        );
        let of_its_own = ContractTerms {
            renewal_months: Some(1),
            ..addendum.clone()
        };
        assert_eq!(
            coming_term(&of_its_own, today),
            (day("2027-03-31"), day("2027-04-29"))
        );
        // It ends on another day than the order, so that it has its own length.
        let apart = ContractTerms {
            ends_on: day("2027-03-14"),
            ..addendum
        };
        assert_eq!(
            coming_term(&apart, today),
            (day("2027-03-15"), day("2027-09-14"))
        );
    }

    #[test]
    fn an_end_that_is_the_anniversary_makes_whole_years() {
        let contract = ContractTerms {
            notice_days: 30,
            ..terms(day("2023-04-01"), day("2024-04-01"))
        };
        let first = of_terms(&contract, day("2023-04-01"));
        assert_eq!(
            (first.ends_on, first.notice_by, first.term_days),
            (day("2024-03-31"), day("2024-03-01"), 366)
        );
        for year in 2024i16..2060 {
            let april = Day::from_ymd(year, 4, 1).unwrap();
            let now = of_terms(&contract, april);
            assert_eq!(now.starts_on, april);
            assert_eq!(now.ends_on, Day::from_ymd(year + 1, 3, 31).unwrap());
            assert_eq!(
                of_terms(&contract, now.ends_on),
                ContractDates {
                    elapsed: now.term_days - 1,
                    missed_notice: true,
                    invoice_lower_on: Some(months_after(april, 24)),
                    ..now
                }
            );
        }
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
    }
}
