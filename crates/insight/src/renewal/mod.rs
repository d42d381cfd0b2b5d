//! How many seats to renew with, by when, for how much money. [`dates`](mod@dates) knows the calendar of a
//! contract, `needers` counts people in rolling windows, `forecast` turns that into a range with its
//! reasons, `choices` puts a price and a risk on each number. The method and its mathematics are in
//! `docs/method.md`.

mod chance;
mod choices;
pub mod dates;
mod forecast;
#[cfg(test)]
mod laws;
mod needers;
mod others;
mod settings;
mod subject;

pub use choices::Choice;
pub use dates::{BoundTerm, ContractDates, bound_term, coming_term, dates, prorate};
pub use settings::RenewalSettings;
pub use subject::RenewalInputs;

use model::words::counted;
use model::{ContractTerms, Day, Holder};
use serde::Serialize;

use choices::Pricing;
use forecast::{Cause, Forecast, Known};
use others::{Cover, covered, others};

/// Version of the method: moves on when the same history gives other numbers.
pub const METHOD_VERSION: &str = "1";

/// A step of the way to the likely number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// What it is, for machines: `now`, `short_history`, `season`, `growth`, `starters`, `leavers`,
    /// `held_back`, `spare`, `other_contracts`, `minimum`.
    pub step: &'static str,
    /// What it is, for people: `Needed now`.
    pub label: &'static str,
    /// Seats that it adds or takes away. The sum over all steps is the likely number.
    pub seats: i64,
    /// Why, in words that follow the number.
    pub text: String,
}

/// What the recommendation does not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unknown {
    /// What, as one word for machines.
    pub what: &'static str,
    /// Why, as a sentence.
    pub why: String,
}

/// A recommendation for one contract.
#[derive(Debug, Clone)]
pub struct Renewal {
    /// Seats of the contract as it is.
    pub today: i64,
    /// Seats that the application says were bought; `None` when it does not say.
    pub purchased: Option<i64>,
    /// Seats that people hold; `None` when not known.
    pub assigned: Option<i64>,
    /// Distinct people who needed one in the last window.
    pub needed: i64,
    /// The fewest seats that may do.
    pub low: i64,
    /// In half of the futures these are enough.
    pub likely: i64,
    /// In nearly all futures these are enough.
    pub high: i64,
    /// The steps from `needed` to `likely`: their seats add up to `likely` exactly.
    pub reasons: Vec<Reason>,
    /// The calendar of the contract.
    pub dates: ContractDates,
    /// Last day on which notice can arrive.
    pub notice_by: Day,
    /// Last day of the term that runs.
    pub ends_on: Day,
    /// The coming term where it is bound at today's number, because its notice was missed: seats can be
    /// added to it, and not be given back. Then the term to buy for is the one after it.
    pub bound: Option<BoundTerm>,
    /// First day of the term to buy for.
    pub renews_from: Day,
    /// Last day of the term to buy for.
    pub renews_to: Day,
    /// Numbers to choose from: today's, low, likely, high, and the contract's minimum if it has one.
    pub choices: Vec<Choice>,
    /// What is not known.
    pub unknown: Vec<Unknown>,
    /// Distinct people in each rolling window, by its last day, oldest first.
    pub history: Vec<(Day, i64)>,
    /// Days of a rolling window.
    pub window_days: u16,
    /// Version of the method.
    pub method_version: &'static str,
    forecast: Forecast,
    pricing: Pricing,
}

impl Renewal {
    /// What has to be said of a coming term that is bound.
    #[must_use]
    pub fn bound_text(&self) -> Option<String> {
        let bound = self.bound?;
        let seats = counted(self.today, "seat", "seats");
        Some(format!(
            "The term from {} to {} is bound at {seats}, because notice was due on {}: seats can be added \
             to it, not given back. So these numbers are for the term after it, from {} to {}; notice for \
             that has to arrive by {}.",
            bound.from.long(),
            bound.to.long(),
            self.notice_by.long(),
            self.renews_from.long(),
            self.renews_to.long(),
            bound.notice_by.long(),
        ))
    }

    /// What it would mean to buy so many seats.
    #[must_use]
    pub fn buy(&self, seats: i64) -> Choice {
        self.pricing
            .choice("buy", "Your number", seats, &self.forecast)
    }
}

/// The names of the steps.
fn named(cause: Cause) -> (&'static str, &'static str) {
    match cause {
        Cause::Now => ("now", "Needed now"),
        Cause::ShortHistory => ("short_history", "Not known yet"),
        Cause::Season => ("season", "Season"),
        Cause::Growth => ("growth", "Trend"),
        Cause::Starters => ("starters", "New starters"),
        Cause::Leavers => ("leavers", "People who left"),
        Cause::HeldBack => ("held_back", "Held back"),
        Cause::Spare => ("spare", "Spare"),
    }
}

/// The recommendation for a contract. Of a licence that the application does not know, nothing is known
/// but the contract: then the range is as wide as the seats, and the reason is told.
#[must_use]
pub fn renewal(inputs: &RenewalInputs<'_>) -> Renewal {
    let terms = &inputs.contract.terms;
    let families = inputs.roster.app().licences;
    let family = families
        .iter()
        .find(|family| family.key == terms.licence.family);
    let holders =
        family.map(|_| subject::count(subject::holders(inputs.roster, &terms.licence).len()));
    // Who holds a base licence is in the list of users, and can be shown. Who holds an add-on is known
    // only when everybody's settings were read: there the application's own count comes first.
    let assigned = match family.map(|family| family.holder) {
        Some(Holder::Base { .. }) => holders.or(inputs.assigned),
        _ => inputs.assigned.or(holders),
    };
    let known = match family {
        Some(family) => subject::known(inputs, family),
        None => Known {
            since: None,
            until: inputs.today.plus(-1),
            needers: Vec::new(),
            holders: assigned.unwrap_or(terms.quantity),
            starters: 0,
            usual_starters: None,
        },
    };
    let settings = &inputs.settings.renewal;
    let advise = |terms: &ContractTerms, covered: &[Cover]| {
        recommend(
            terms,
            &known,
            settings,
            inputs.today,
            (inputs.purchased, assigned),
            covered,
        )
    };
    let mut found = advise(terms, &covered(inputs, &advise));
    if family.is_none() {
        found.unknown.push(Unknown {
            what: "licence",
            why: format!(
                "`{}` is no licence that {} tells the use of",
                terms.licence,
                inputs.roster.app().name
            ),
        });
    }
    found
}

/// The recommendation for a contract from what is known about needs.
pub(crate) fn recommend(
    terms: &ContractTerms,
    known: &Known,
    settings: &RenewalSettings,
    today: Day,
    (purchased, assigned): (Option<i64>, Option<i64>),
    covered: &[Cover],
) -> Renewal {
    let dates = dates::of_terms(terms, today);
    let (renews_from, renews_to) = coming_term(terms, today);
    let mut forecast = forecast::forecast(known, settings, (renews_from, renews_to));
    forecast.covered = covered.iter().map(|cover| cover.seats).sum();
    let mut reasons: Vec<Reason> = forecast
        .steps
        .iter()
        .map(|step| {
            let (name, label) = named(step.cause);
            Reason {
                step: name,
                label,
                seats: step.seats,
                text: step.text.clone(),
            }
        })
        .collect();
    let left = |seats: i64| (seats - forecast.covered).max(0);
    reasons.extend(others(covered, left(forecast.likely) - forecast.likely));
    let minimum = terms.minimum.max(0);
    if minimum > left(forecast.likely) {
        reasons.push(Reason {
            step: "minimum",
            label: "Contract minimum",
            seats: minimum - left(forecast.likely),
            text: format!("the contract asks for {minimum} seats at least"),
        });
    }
    let at_least = |seats: i64| left(seats).max(minimum);
    let (low, likely, high) = (
        at_least(forecast.low),
        at_least(forecast.likely),
        at_least(forecast.high),
    );
    let pricing = Pricing::new(terms, renews_from, renews_to);
    let mut choices = vec![
        pricing.choice("today", "Today’s number", terms.quantity, &forecast),
        pricing.choice("low", "Low", low, &forecast),
        pricing.choice("likely", "Likely", likely, &forecast),
        pricing.choice("high", "High", high, &forecast),
    ];
    if minimum > 0 {
        choices.push(pricing.choice("minimum", "Contract minimum", minimum, &forecast));
    }
    let mut unknown: Vec<Unknown> = forecast
        .unknown
        .iter()
        .map(|(what, why)| Unknown {
            what,
            why: why.clone(),
        })
        .collect();
    if terms.unit_price.is_none() {
        unknown.push(Unknown {
            what: "price",
            why: "the contract has no unit price, so seats are shown and no money".to_owned(),
        });
    }
    if purchased.is_none() {
        unknown.push(Unknown {
            what: "purchased",
            why: "the application does not tell how many seats were bought; the contract’s number \
                  is taken"
                .to_owned(),
        });
    }
    Renewal {
        today: terms.quantity,
        purchased,
        assigned,
        needed: forecast.steps.first().map_or(0, |step| step.seats),
        low,
        likely,
        high,
        reasons,
        notice_by: dates.notice_by,
        ends_on: dates.ends_on,
        bound: bound_term(terms, today),
        renews_from,
        renews_to,
        dates,
        choices,
        unknown,
        history: forecast.windows.clone(),
        window_days: settings.window_days,
        method_version: METHOD_VERSION,
        forecast,
        pricing,
    }
}
