//! The billing periods of a contract and the cost of seats for a part of a term. Every amount of a contract is
//! made here, so that a renewal and an export of costs agree to the cent.

use model::{BillingCycle, ContractTerms, Day, Money};

use super::calendar::months_after;
use super::terms::{end_of_term, term_on};

/// A billing period: a cycle, or the part of one that is cut by the end of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BillingPeriod {
    /// First day.
    pub from: Day,
    /// First day after it.
    pub end: Day,
    /// Number of days of the whole cycle.
    cycle_days: i32,
}

impl BillingPeriod {
    /// The part of an amount for a whole cycle that the period costs.
    #[must_use]
    pub fn part_of(&self, amount: Money) -> Money {
        let days = i64::from(self.end.since(self.from));
        amount.fraction(days, i64::from(self.cycle_days.max(1)))
    }
}

/// The billing periods from `from` to before `end`, with cycles counted from `from`. The last one can be a part
/// of a cycle.
fn periods(cycle: BillingCycle, from: Day, end: Day) -> impl Iterator<Item = BillingPeriod> {
    let at = move |n: i32| months_after(from, cycle.months().saturating_mul(n));
    (0..10_000)
        .map(move |n| (at(n), at(n + 1)))
        .take_while(move |(from, _)| *from < end)
        .map(move |(from, full)| BillingPeriod {
            from,
            end: full.min(end),
            cycle_days: full.since(from),
        })
}

/// The billing periods of a contract that begin on a day from `first` to `last`, in each of its terms. There is
/// none after the end of a contract that does not renew itself.
pub fn billing_periods(
    terms: &ContractTerms,
    first: Day,
    last: Day,
) -> impl Iterator<Item = BillingPeriod> {
    let number_of_terms = if terms.auto_renews { 10_000 } else { 1 };
    let begin = |number| match number {
        0 => terms.starts_on,
        number => end_of_term(terms, number - 1),
    };
    (0..number_of_terms)
        .map(move |number| (begin(number), end_of_term(terms, number)))
        .take_while(move |(from, _)| *from <= last)
        .flat_map(|(from, end)| periods(terms.billing_cycle, from, end))
        .filter(move |period| (first..=last).contains(&period.from))
}

/// The cost of so many seats from `from` to `last`, both included, with cycles counted from `from`: whole
/// cycles at the unit price, and the rest of a cycle by its days. `None` without a price.
#[must_use]
pub fn cost(terms: &ContractTerms, seats: i64, from: Day, last: Day) -> Option<Money> {
    let price = terms.unit_price?.times(seats);
    periods(terms.billing_cycle, from, last.plus(1))
        .try_fold(Money::zero(price.currency), |sum, period| {
            sum.plus(period.part_of(price))
        })
}

/// The cost of seats that are added on a day until the end of the current term: the remaining days' share of
/// each billing cycle (co-terming). `None` without a price.
#[must_use]
pub fn prorate(terms: &ContractTerms, added_seats: i64, from: Day) -> Option<Money> {
    let (starts_on, ends_on) = term_on(terms, from);
    let price = terms.unit_price?.times(added_seats);
    periods(terms.billing_cycle, starts_on, ends_on.plus(1)).try_fold(
        Money::zero(price.currency),
        |sum, period| {
            let rest = BillingPeriod {
                from: period.from.max(from).min(period.end),
                ..period
            };
            sum.plus(rest.part_of(price))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::super::dates::of_terms;
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
    fn part_periods_cost_their_days_and_nothing_follows_the_end() {
        let contract = ContractTerms {
            billing_cycle: BillingCycle::Yearly,
            unit_price: Money::parse("100", "EUR".parse().unwrap()).ok(),
            auto_renews: false,
            ..terms(day("2026-01-01"), day("2027-06-30"))
        };
        let price = contract.unit_price.unwrap().times(10);
        let of = |first: &str, last: &str| -> Vec<String> {
            billing_periods(&contract, day(first), day(last))
                .map(|period| {
                    let cost = period.part_of(price).decimal();
                    format!("{} {} {cost}", period.from, period.end.plus(-1))
                })
                .collect()
        };
        assert_eq!(
            of("2026-01-01", "2030-12-31"),
            [
                "2026-01-01 2026-12-31 1000.00",
                "2027-01-01 2027-06-30 495.89"
            ]
        );
        assert_eq!(of("2027-07-01", "2030-12-31"), [""; 0]);
        let whole = cost(&contract, 10, contract.starts_on, contract.ends_on);
        assert_eq!(whole.unwrap().decimal(), "1495.89");
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
        fn every_day_is_in_exactly_one_term_and_one_billing_period(
            start in 18_000i32..22_000, length in 27i32..1200, renewal in 0u8..4, size in 1i32..30,
            cycle in 0usize..3,
        ) {
            let start = Day(start);
            let contract = ContractTerms {
                renewal_months: (renewal == 1).then_some(size),
                renewal_days: (renewal == 2).then_some(size * 20),
                renews_by_quarter: renewal == 3,
                billing_cycle: BillingCycle::ALL[cycle],
                ..terms(start, start.plus(length))
            };
            let mut next = start;
            for number in 0..40 {
                let end = end_of_term(&contract, number);
                prop_assert!(end > next);
                for day in [next, end.plus(-1)] {
                    let now = of_terms(&contract, day);
                    prop_assert_eq!((now.starts_on, now.renews_from), (next, end));
                }
                next = end;
            }
            let mut day = start;
            for period in billing_periods(&contract, start, next.plus(-1)) {
                prop_assert_eq!(period.from, day);
                prop_assert!(period.end > period.from);
                day = period.end;
            }
            prop_assert_eq!(day, next);
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
            // Such an end means the day before.
            prop_assume!(ended.day_before_anniversary().is_none());
            let before = if at > start { prorate(&ended, seats, start).unwrap().minor } else { 0 };
            // Each of the two parts of the cut month is rounded once.
            prop_assert!((before + rest.minor - whole.minor).abs() <= 1);
        }
    }
}
