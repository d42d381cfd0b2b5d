//! Prices of seats, and the day from which invoices are lower: from the current contracts, or else from the
//! price book. When a licence has several contracts, seats are given back to one after the other, each only
//! as far as it can shrink, so that savings never add up to more than can be given back.

use model::{Contract, Day, Licence, ListPrice, Money, PriceConfidence};

use crate::renewal::billing::prorate;
use crate::renewal::dates::dates;

/// The price of one seat of a licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Price {
    /// Price of one seat for a year.
    pub(crate) yearly: Money,
    /// The first day whose invoice can be smaller; unknown without a contract.
    pub(crate) invoice_lower_on: Option<Day>,
    /// The contract or price list with the price.
    pub(crate) source: String,
    /// A remark about these dates for the evidence, such as a missed notice.
    pub(crate) remark: Option<String>,
    /// The cost of a seat that is added today until the term ends, and the last day of the term.
    pub(crate) added: Option<(Money, Day)>,
}

/// The prices of the seats of a licence, in the order in which they are given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Prices {
    /// The price of one more seat.
    buy: Price,
    /// The contracts to which seats are given back, with the largest number of seats of each. The price is
    /// `None` when it is unknown. The last entry takes any number of seats.
    back: Vec<(Option<Price>, i64)>,
}

impl Prices {
    /// The price of one more seat.
    pub(crate) fn buy(&self) -> &Price {
        &self.buy
    }

    /// The prices at which so many seats are given back after `before` others, with the number of seats at
    /// each price.
    pub(crate) fn back(
        &self,
        before: i64,
        seats: i64,
    ) -> impl Iterator<Item = (Option<&Price>, i64)> {
        let (mut skip, mut left) = (before.max(0), seats.max(0));
        self.back.iter().filter_map(move |(price, room)| {
            let skipped = skip.min(*room);
            skip -= skipped;
            let taken = left.min(room - skipped);
            left -= taken;
            (taken > 0).then_some((price.as_ref(), taken))
        })
    }

    /// The saving of so many seats in a year after `before` others were given back. `None` when a price is
    /// unknown, or when currencies would be mixed.
    pub(crate) fn saved(&self, before: i64, seats: i64) -> Option<Money> {
        let mut parts = self.back(before, seats);
        let (price, taken) = parts.next()?;
        parts.try_fold(price?.yearly.times(taken), |sum, (price, taken)| {
            sum.plus(price?.yearly.times(taken))
        })
    }
}

/// The prices of a licence. Current contracts come first, ordered by the day from which they can shrink and
/// then by price, the highest first, each as far as it can shrink. The price book is used without a contract
/// and for contracts without a price. `None` when there is no price at all.
pub(crate) fn prices(
    licence: &Licence,
    contracts: &[Contract],
    listed: &[ListPrice],
    today: Day,
) -> Option<Prices> {
    let mut running: Vec<(&Contract, Day, Option<Money>)> = contracts
        .iter()
        .filter(|contract| contract.terms.licence == *licence && contract.terms.starts_on <= today)
        .filter_map(|contract| {
            let dates = dates(contract, today);
            let lower_on = dates
                .invoice_lower_on
                .unwrap_or_else(|| dates.ends_on.plus(1));
            (!dates.ended).then(|| (contract, lower_on, contract.terms.yearly_price()))
        })
        .collect();
    // Contracts without a price come last, because their saving is not known.
    running.sort_by_key(|(contract, lower_on, yearly)| {
        let dearest = std::cmp::Reverse(yearly.map(|yearly| yearly.minor));
        (yearly.is_none(), *lower_on, dearest, contract.id)
    });
    let listed = of_price_book(licence, listed, today);
    let mut back: Vec<(Option<Price>, i64)> = Vec::new();
    for (contract, lower_on, yearly) in &running {
        let price = match yearly {
            Some(yearly) => Some(of_contract(contract, *yearly, *lower_on, today)),
            None => listed.clone(),
        };
        let terms = &contract.terms;
        let room = terms.quantity.saturating_sub(terms.minimum.max(0)).max(0);
        back.push((price, room));
    }
    let buy = back.first().and_then(|(price, _)| price.clone());
    let buy = buy.or(listed)?;
    back.push(if running.is_empty() {
        (Some(buy.clone()), i64::MAX)
    } else {
        let beyond = Price {
            yearly: Money::zero(buy.yearly.currency),
            invoice_lower_on: None,
            source: "no contract has so many seats to give back".to_owned(),
            remark: Some(
                "Other findings already use up the seats by which the contracts of this licence can \
                 shrink, so giving this one back saves nothing."
                    .to_owned(),
            ),
            added: None,
        };
        (Some(beyond), i64::MAX)
    });
    Some(Prices { buy, back })
}

fn of_contract(contract: &Contract, yearly: Money, lower_on: Day, today: Day) -> Price {
    let dates = dates(contract, today);
    let missed = dates.missed_notice && !contract.terms.reducible_each_cycle;
    Price {
        yearly,
        invoice_lower_on: Some(lower_on),
        source: format!("contract {}", contract.terms.name),
        added: prorate(&contract.terms, 1, today).map(|cost| (cost, dates.ends_on)),
        remark: missed.then(|| {
            format!(
                "Notice for the term that ends on {} had to arrive by {}: the contract continues \
                 for another term before seats can be given back.",
                dates.ends_on.long(),
                dates.notice_by.long()
            )
        }),
    }
}

fn of_price_book(licence: &Licence, prices: &[ListPrice], today: Day) -> Option<Price> {
    let listed = prices
        .iter()
        .filter(|price| price.licence == *licence && price.as_of <= today)
        .max_by_key(|price| price.as_of)?;
    let confidence = match listed.confidence {
        PriceConfidence::Quoted => "quoted",
        PriceConfidence::Listed => "listed",
        PriceConfidence::Estimated => "estimated",
    };
    Some(Price {
        yearly: listed.yearly,
        invoice_lower_on: None,
        source: format!(
            "list price, {}, {} ({confidence})",
            listed.source, listed.as_of
        ),
        remark: None,
        added: None,
    })
}
