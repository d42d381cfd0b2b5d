//! Makes the recommendation for a contract from the known needs, the forecast and the prices.

use model::words::counted;
use model::{ContractId, ContractTerms, Day, Holder, OnSuite};

use super::choices::{Choice, Pricing};
use super::dates::{bound_term, coming_term, of_terms};
use super::forecast::{Cause, Forecast, Known, forecast};
use super::others::{Cover, covered, others};
use super::subject::{self, RenewalInputs};
use super::types::{NeedWindow, Reason, Renewal};
use crate::settings::RenewalSettings;
use crate::unknown::Unknown;

/// Version of the method. Increase it when the same history gives other numbers.
pub const METHOD_VERSION: &str = "1";

/// The word and the label of each kind of step.
fn named(cause: Cause) -> (&'static str, &'static str) {
    match cause {
        Cause::Now => ("now", "Needed now"),
        Cause::ShortHistory => ("short_history", "Not known yet"),
        Cause::Season => ("season", "Season"),
        Cause::Growth => ("growth", "Trend"),
        Cause::Starters => ("starters", "New starters"),
        Cause::Leavers => ("leavers", "People who left"),
        Cause::OnHold => ("held_back", "On hold"),
        Cause::Reserve => ("spare", "Spare"),
    }
}

/// The recommendation for a contract. For a licence that the application does not know, only the contract is
/// known. The range is then as wide as the number of seats, and `unknown` has the reason.
#[must_use]
pub fn renewal(inputs: &RenewalInputs<'_>) -> Renewal {
    let terms = &inputs.contract.terms;
    let families = inputs.roster.app().licences;
    let family = families
        .iter()
        .find(|family| family.key == terms.licence.family);
    let holders =
        family.map(|_| subject::count(subject::holders(inputs.roster, &terms.licence).len()));
    // Holders of a base licence are in the list of users, so counting them is exact. Holders of an add-on are
    // known only after the settings of all users were read, so the application's own number comes first.
    // So are those of a suite, which the list of users does not show.
    let assigned = match family.map(|family| family.holder) {
        Some(Holder::Base {
            suite: OnSuite::Without(_) | OnSuite::NotSold,
            ..
        }) => holders.or(inputs.assigned),
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
    found.contract_id = inputs.contract.id;
    let unknown = subject::of_unknown_need(inputs.findings, &terms.licence).len();
    if unknown > 0 {
        found.unknown.push(Unknown {
            what: "records",
            why: format!(
                "some records could not be read or contradict each other; {} of whom it is unknown \
                 whether they needed the licence {} as if they had",
                counted(subject::count(unknown), "user", "users"),
                if unknown == 1 { "counts" } else { "count" }
            ),
        });
    }
    if family.is_none() {
        found.unknown.push(Unknown {
            what: "licence",
            why: format!(
                "`{}` is not a licence whose use {} reports",
                terms.licence,
                inputs.roster.app().name
            ),
        });
    }
    found
}

/// The recommendation for a contract from the known needs.
pub(crate) fn recommend(
    terms: &ContractTerms,
    known: &Known,
    settings: &RenewalSettings,
    today: Day,
    (purchased, assigned): (Option<i64>, Option<i64>),
    covered: &[Cover],
) -> Renewal {
    let dates = of_terms(terms, today);
    let (renews_from, renews_to) = coming_term(terms, today);
    let mut forecast = forecast(known, settings, (renews_from, renews_to));
    forecast.covered = covered.iter().map(|cover| cover.seats).sum();
    let left = |seats: i64| (seats - forecast.covered).max(0);
    let minimum = terms.minimum.max(0);
    let at_least = |seats: i64| left(seats).max(minimum);
    let (low, likely, high) = (
        at_least(forecast.low),
        at_least(forecast.likely),
        at_least(forecast.high),
    );
    let pricing = Pricing::new(terms, renews_from, renews_to);
    Renewal {
        contract_id: ContractId(0),
        name: terms.name.clone(),
        licence: terms.licence.clone(),
        today: terms.quantity,
        purchased,
        assigned,
        needed: forecast.steps.first().map_or(0, |step| step.seats),
        low,
        likely,
        high,
        reasons: reasons(&forecast, covered, minimum),
        notice_by: dates.notice_by,
        missed_notice: dates.missed_notice,
        ends_on: dates.ends_on,
        bound: bound_term(terms, today),
        renews_from,
        renews_to,
        dates,
        choices: choices(&pricing, terms, (low, likely, high), &forecast),
        buy: None,
        unknown: unknown(&forecast, terms, purchased),
        history: forecast
            .windows
            .iter()
            .map(|(day, needed)| NeedWindow {
                day: *day,
                needed: *needed,
            })
            .collect(),
        window_days: settings.window_days,
        method_version: METHOD_VERSION,
        forecast,
        pricing,
    }
}

/// The steps from the present need to the likely number.
fn reasons(forecast: &Forecast, covered: &[Cover], minimum: i64) -> Vec<Reason> {
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
    let left = (forecast.likely - forecast.covered).max(0);
    reasons.extend(others(covered, left - forecast.likely));
    if minimum > left {
        reasons.push(Reason {
            step: "minimum",
            label: "Contract minimum",
            seats: minimum - left,
            text: format!("the contract asks for {minimum} seats at least"),
        });
    }
    reasons
}

fn choices(
    pricing: &Pricing,
    terms: &ContractTerms,
    (low, likely, high): (i64, i64, i64),
    forecast: &Forecast,
) -> Vec<Choice> {
    let mut choices = vec![
        pricing.choice("today", "Today’s number", terms.quantity, forecast),
        pricing.choice("low", "Low", low, forecast),
        pricing.choice("likely", "Likely", likely, forecast),
        pricing.choice("high", "High", high, forecast),
    ];
    if terms.minimum > 0 {
        choices.push(pricing.choice("minimum", "Contract minimum", terms.minimum, forecast));
    }
    choices
}

fn unknown(forecast: &Forecast, terms: &ContractTerms, purchased: Option<i64>) -> Vec<Unknown> {
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
            why: "the application does not report how many seats were bought; the contract’s \
             number is used"
                .to_owned(),
        });
    }
    unknown
}
