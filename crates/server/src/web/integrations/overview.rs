//! The decisions on the overview: the numbers of an account, each with the address of its rows.

use insight::findings::{FindingQuery, LicenceTotal};
use insight::what_if::needers_per_week;
use model::{FindingState, Licence, Rule, RuleBasis, RuleEffect, Sums, Timestamp};
use store::LedgerEntry;

use crate::app::App;
use crate::failure::Failure;
use crate::web::finding_view::{
    ALL_BASES, base_totals, first_invoice, holders_href, next_deadline, savings,
};
use crate::web::licences::links::{NEED_DAYS, not_needed_href, on_hold};
use service::account_snapshot::AccountSnapshot;
use ui::pages::overview::decisions::{Decisions, Department, Figure, Renewal, RuleLine};
use ui::parts::chart::{Interval, Mark, Per, Point, Series};
use ui::parts::params::segment;
use ui::parts::text::counted;
use ui::parts::{Tab, Tone};

const WEEKS: usize = 26;
/// Days of "since last week".
const LATELY: i32 = 7;

/// Recent decisions, read from the store.
pub(crate) struct Lately {
    decided: Vec<(FindingState, Timestamp)>,
    ledger: Vec<LedgerEntry>,
}

impl Lately {
    pub(crate) async fn read(app: &App, account: &AccountSnapshot) -> Result<Self, Failure> {
        let id = account.integration.id;
        let decided = app.context.store.decisions(id).await?;
        Ok(Self {
            decided: decided
                .into_iter()
                .map(|decision| (decision.state, decision.at))
                .collect(),
            ledger: app.context.store.ledger(id).await?,
        })
    }
}

/// The part of the overview about decisions.
pub(crate) fn decisions(account: &AccountSnapshot, lately: &Lately) -> Decisions {
    let (roster, id) = (account.roster(), account.integration.id);
    let everything = FindingQuery::everything(account.application);
    let bases = base_totals(account);
    let licences: Vec<Licence> = bases.iter().map(|total| total.licence.clone()).collect();
    let sum = |of: fn(&LicenceTotal) -> i64| bases.iter().map(of).sum::<i64>();
    // A number that is not known for one licence is not known for all together.
    let sum_known =
        |of: fn(&LicenceTotal) -> Option<i64>| bases.iter().map(of).sum::<Option<i64>>();
    let some = !bases.is_empty();
    let totals = account.findings.totals(roster, &everything);
    let of = |value: i64, href: String| Figure { value, href };
    let holders = |need: &str| match licences.as_slice() {
        [] => Tab::Licences.href(id),
        [one] => format!("{}/{one}?need={need}", Tab::Licences.href(id)),
        _ => format!("{}/{ALL_BASES}?need={need}", Tab::Licences.href(id)),
    };
    let licensed = sum(|total| total.holders);
    let all = account.findings.all(roster, &everything);
    let saving: Vec<_> = all
        .into_iter()
        .filter(|finding| !finding.rule.costs())
        .collect();
    // Sharing is a saving of its own kind, because users have to lend each other a licence.
    let (mut certain, mut shared) = (Sums::default(), Sums::default());
    let (mut shared_seats, mut without_price) = (0, 0);
    for finding in &saving {
        let pooled = finding.rule.effect() == RuleEffect::ShareSeats;
        if pooled {
            shared_seats += finding.seats;
        }
        match finding.saving.as_ref().map(|saving| saving.amount) {
            Some(amount) if pooled => shared.add(amount),
            Some(amount) => certain.add(amount),
            None if pooled => {}
            None => without_price += finding.seats,
        }
    }
    Decisions {
        on_hold: on_hold(account, &licences),
        shared: savings(&shared),
        shared_seats,
        licensed: of(
            licensed,
            match licences.as_slice() {
                [one] => holders_href(account, one),
                _ => holders(""),
            },
        ),
        purchased: sum_known(|total| total.purchased).filter(|_| some),
        needed: sum_known(|total| total.needed)
            .filter(|_| some)
            .map(|needed| of(needed, holders("needed"))),
        not_needed: of(
            sum(|total| total.not_needed),
            not_needed_href(account, &licences),
        ),
        unknown: of(sum(|total| total.unknown), holders("unknown")),
        days: i64::from(NEED_DAYS),
        saving: savings(&certain),
        without_price,
        seats: totals.seats - shared_seats,
        invoice_from: first_invoice(&saving),
        rules: rules(account),
        departments: departments(account),
        needers: needers(account, licensed),
        renewal: renewal(account),
        week: week(account, lately),
    }
}

fn rules(account: &AccountSnapshot) -> Vec<RuleLine> {
    let everything = FindingQuery::everything(account.application);
    let mut lines: Vec<RuleLine> = account
        .findings
        .by_rule(account.roster(), &everything)
        .into_iter()
        .filter(|total| total.findings > 0 || total.on_hold > 0)
        .map(|total| RuleLine {
            rule: total.rule,
            findings: total.findings,
            on_hold: total.on_hold,
            saving: total.saving,
            without_price: total.without_price,
            confidence: confidence(account, total.rule),
        })
        .collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.findings));
    lines
}

/// How complete the evidence of a rule is.
fn confidence(account: &AccountSnapshot, rule: Rule) -> (Tone, String) {
    let roster = account.roster();
    let yesterday = account.today.plus(-1);
    let known = |days: i32| {
        let from = account.today.plus(-days);
        roster.hosted_known().covers(from, yesterday)
    };
    match rule.basis() {
        RuleBasis::Lists if rule != Rule::Leaver => {
            (Tone::Good, "from the list of users".to_owned())
        }
        RuleBasis::Lists if roster.is_pushed() => (Tone::Good, "from the directory".to_owned()),
        RuleBasis::Lists => (Tone::Good, "from the list of employees".to_owned()),
        RuleBasis::AddOnUse if known(365) => (Tone::Good, "12 months seen".to_owned()),
        RuleBasis::AddOnUse => match roster.history_since() {
            Some(since) => {
                let days = i64::from(account.today.since(since));
                let seen = format!("{} seen", counted(days, "day", "days"));
                (Tone::Warn, seen)
            }
            None => (Tone::Quiet, "history unknown".to_owned()),
        },
        RuleBasis::Use | RuleBasis::CutOffs if known(NEED_DAYS) => {
            (Tone::Good, "complete evidence".to_owned())
        }
        RuleBasis::Use | RuleBasis::CutOffs => (Tone::Warn, "part of the evidence".to_owned()),
    }
}

fn departments(account: &AccountSnapshot) -> Vec<Department> {
    let everything = FindingQuery::everything(account.application);
    let mut lines: Vec<Department> = account
        .findings
        .by_department(account.roster(), &everything)
        .into_iter()
        .map(|total| Department {
            filter: match &total.department {
                Some(name) if name.is_empty() => "none".to_owned(),
                Some(name) => segment(&exactly(name)),
                None => "unknown".to_owned(),
            },
            name: total.department,
            users: total.users,
            licensed: total.licensed,
            needed: total.needed,
            not_needed: total.not_needed,
            add_ons: total.add_ons,
            unknown: total.unknown,
            saving: savings(&total.saving),
        })
        .collect();
    lines.sort_by_key(|line| std::cmp::Reverse((line.not_needed, line.licensed)));
    lines
}

/// A filter value for exactly this text, even if it looks like an operator.
fn exactly(text: &str) -> String {
    if matches!(text, "none" | "unknown") || text.starts_with('=') {
        format!("={text}")
    } else {
        text.to_owned()
    }
}

fn needers(account: &AccountSnapshot, licensed: i64) -> Series {
    let monday = account.today.plus(1 - i32::from(account.today.weekday()));
    Series {
        id: "needers-per-week",
        title: "People who needed a licence, per week".to_owned(),
        one: "person",
        many: "people",
        adds_up: false,
        per: Per::Week,
        mark: (licensed > 0).then(|| Mark {
            value: licensed,
            label: counted(licensed, "licensed", "licensed"),
        }),
        points: needers_per_week(account.roster(), &account.settings, WEEKS)
            .into_iter()
            .map(|week| Point {
                day: week.monday,
                value: week.people.map(i64::from),
                provisional: week.monday >= monday,
                href: None,
            })
            .collect(),
    }
}

fn renewal(account: &AccountSnapshot) -> Option<Renewal> {
    let (contract, notice_by) = next_deadline(account)?;
    let renewal = account.renewal(contract);
    let known = !renewal.history.is_empty();
    let href =
        |id: model::ContractId| format!("{}/{id}", Tab::Renewals.href(account.integration.id));
    let others = account
        .contracts
        .iter()
        .filter(|other| other.id != contract.id);
    let bound_others = others
        .filter_map(|other| {
            let bound = insight::renewal::bound_term(&other.terms, account.today)?;
            Some((href(other.id), other.terms.name.clone(), bound.to))
        })
        .collect();
    Some(Renewal {
        href: href(contract.id),
        bound: renewal.bound_text(),
        bound_others,
        name: contract.terms.name.clone(),
        ends_on: renewal.ends_on,
        notice_by,
        missed: renewal.dates.missed_notice,
        range: known.then_some(Interval {
            low: renewal.low,
            likely: renewal.likely,
            high: renewal.high,
            today: Some(renewal.today),
        }),
        choices: renewal
            .choices
            .iter()
            .filter(|choice| known || choice.key == "today")
            .map(|choice| (choice.label.to_owned(), choice.seats, choice.cost))
            .collect(),
    })
}

fn week(account: &AccountSnapshot, lately: &Lately) -> Vec<(i64, String, Option<String>)> {
    let id = account.integration.id;
    let since = account.today.plus(-LATELY);
    let findings = Tab::Findings.href(id);
    let everything = FindingQuery::everything(account.application);
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let new = account.findings.all(account.roster(), &everything);
    let new = new
        .iter()
        .filter(|finding| finding.since > since && finding.state == FindingState::Open);
    let decided = |state: FindingState| {
        let decided = lately.decided.iter();
        number(
            decided
                .filter(|(decided, at)| *decided == state && at.day() > since)
                .count(),
        )
    };
    let entries = |day: fn(&LedgerEntry) -> Option<model::Day>| {
        let entries = lately.ledger.iter();
        number(
            entries
                .filter(|entry| day(entry).is_some_and(|on| on > since))
                .count(),
        )
    };
    let ledger = format!("/i/{id}/ledger");
    let state = |state: &str| Some(format!("{findings}?state={state}"));
    vec![
        (
            number(new.count()),
            "Findings became true".to_owned(),
            Some(format!("{findings}?state=open&sort=-since")),
        ),
        (
            decided(FindingState::Asked),
            "People were asked".to_owned(),
            state("asked"),
        ),
        (
            decided(FindingState::Kept),
            "People keep their licence".to_owned(),
            state("kept"),
        ),
        (
            decided(FindingState::Exempt),
            "Findings were exempted".to_owned(),
            state("exempt"),
        ),
        (
            decided(FindingState::Accepted),
            "Changes were accepted".to_owned(),
            state("accepted"),
        ),
        (
            entries(|entry| entry.realised_on),
            "Licences were seen gone".to_owned(),
            Some(ledger.clone()),
        ),
        (
            entries(|entry| entry.lost_on),
            "Licences came back".to_owned(),
            Some(ledger),
        ),
    ]
}
