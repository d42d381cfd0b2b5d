//! What a seat costs, and when the invoice gets smaller: from the contract that runs, else from the
//! price book.

use model::{Contract, Day, Licence, ListPrice, Money, PriceConfidence};

use crate::renewal::dates;

/// The price of one seat of a licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Price {
    /// For a year.
    pub(crate) yearly: Money,
    /// The first day whose invoice can be smaller; unknown without a contract.
    pub(crate) invoice_lower_on: Option<Day>,
    /// Where it is from.
    pub(crate) source: String,
    /// What about those dates has to be said: a notice that was missed.
    pub(crate) remark: Option<String>,
}

/// The price of a licence: of the contract that runs today and lets seats go soonest, else of the
/// price book. `None` when neither knows.
pub(crate) fn price(
    licence: &Licence,
    contracts: &[Contract],
    prices: &[ListPrice],
    today: Day,
) -> Option<Price> {
    let running = contracts
        .iter()
        .filter(|contract| contract.terms.licence == *licence && contract.terms.starts_on <= today)
        .filter_map(|contract| {
            let dates = dates(contract, today);
            let yearly = contract.terms.yearly_price()?;
            let lower_on = dates
                .invoice_lower_on
                .unwrap_or_else(|| dates.ends_on.plus(1));
            (!dates.ended).then_some((lower_on, contract, dates, yearly))
        });
    let best = running.min_by_key(|(lower_on, contract, ..)| (*lower_on, contract.id));
    if let Some((lower_on, contract, dates, yearly)) = best {
        let missed = dates.missed_notice && !contract.terms.reducible_each_cycle;
        return Some(Price {
            yearly,
            invoice_lower_on: Some(lower_on),
            source: format!("contract {}", contract.terms.name),
            remark: missed.then(|| {
                format!(
                    "Notice for the term that ends on {} had to arrive by {}: the contract goes on \
                     for another term before seats can be given back.",
                    dates.ends_on.long(),
                    dates.notice_by.long()
                )
            }),
        });
    }
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
    })
}
