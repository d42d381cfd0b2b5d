//! Compares the decisions for one organisation with the truth: the licences that are taken, those that
//! are not needed, and the seats that are bought. The rules that others use judge the same people.

use std::collections::HashSet;

use insight::Roster;
use insight::findings::{self, Findings, Inputs};
use insight::renewal::{RenewalInputs, renewal};
use insight::settings::Settings;
use model::{Application, Day, FindingState, Licence, Rule};
use zoom_sim::PersonHistory;

use super::organisation::{HISTORY, Organisation};

/// Days within which a need makes taking the licence wrong.
pub(super) const SOON: i64 = 90;
/// Days ahead without a need after which a licence counts as waste: the length of a term.
pub(super) const HORIZON: i64 = 365;
/// Days back without a need after which a licence counts as waste, because a licence needed last week
/// is not waste today.
pub(super) const IDLE: i64 = 90;
/// Days ahead without a need by the stricter measure, regardless of needs before.
pub(super) const STRICT: i64 = 180;
/// Days of history on the day of a first synchronisation.
const FIRST_SYNC: i32 = 183;

/// Counts of the licences that a rule takes, compared with the true needs.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Taken {
    /// Licences that the rule takes.
    pub(super) flagged: u64,
    /// Taken licences that are needed within [`SOON`].
    pub(super) wrong: u64,
    /// Licences without a need within [`HORIZON`] and [`IDLE`].
    pub(super) unneeded: u64,
    /// Unneeded licences that are taken.
    pub(super) found: u64,
    /// Licences without a need within [`STRICT`].
    pub(super) silent: u64,
    /// Silent licences that are taken.
    pub(super) silent_found: u64,
}

impl Taken {
    pub(super) fn add(&mut self, other: Self) {
        self.flagged += other.flagged;
        self.wrong += other.wrong;
        self.unneeded += other.unneeded;
        self.found += other.found;
        self.silent += other.silent;
        self.silent_found += other.silent_found;
    }
}

/// Recommended seats, and the true need of the term.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seats {
    pub(super) low: i64,
    pub(super) likely: i64,
    pub(super) high: i64,
    /// Seats that the term really needs.
    pub(super) need: i64,
}

/// A rule that others use, with its threshold in days.
#[derive(Debug, Clone, Copy)]
enum Rival {
    NoSignIn(i32),
    NoHosting(i32),
}

const RIVALS: [(&str, Rival); 4] = [
    ("no sign-in for 30 days", Rival::NoSignIn(30)),
    ("no sign-in for 60 days", Rival::NoSignIn(60)),
    ("no sign-in for 90 days", Rival::NoSignIn(90)),
    ("no hosted meeting for 60 days", Rival::NoHosting(60)),
];

/// Names of the rules, in the order of the columns of [`Measured::taken`].
pub(super) fn rules() -> Vec<String> {
    let ours = [
        "Seatwise, 12 months known",
        "Seatwise, on the first day",
        "Seatwise, seats of open invitations",
    ];
    ours.into_iter()
        .chain(RIVALS.map(|(name, _)| name))
        .map(str::to_owned)
        .collect()
}

#[derive(Debug)]
pub(super) struct Measured {
    /// Counts by rule, in the order of [`rules`].
    pub(super) taken: Vec<Taken>,
    /// Kind of person and rule of each wrong flag, with twelve months of history and with six.
    pub(super) wrong: [Vec<(&'static str, &'static str)>; 2],
    /// Kind of each person who was missed with twelve months of history, and why the finding was on hold.
    pub(super) missed: Vec<(&'static str, String)>,
    /// Seats recommended with twelve months of history, and with six.
    pub(super) seats: [Seats; 2],
    /// Licensed people who were active in the last month, plus a tenth.
    pub(super) rival_seats: i64,
    pub(super) licensed: u64,
}

/// Whether a person needs a licence within `days` days from a day on.
fn needs(person: &PersonHistory, today: Day, days: i64) -> bool {
    let days = i64::from(today.0)..i64::from(today.0) + days;
    person.needs.iter().any(|(day, _)| days.contains(day))
}

/// Whether a licence is waste: idle, and not needed in a year.
fn is_waste(person: &PersonHistory, today: Day) -> bool {
    let idle = i32::try_from(IDLE).unwrap_or(0);
    !needs(person, today.plus(-idle), IDLE + HORIZON)
}

fn judged<'a>(
    licensed: &[&'a PersonHistory],
    today: Day,
    taken: impl Fn(&'a PersonHistory) -> bool,
) -> Taken {
    let mut sum = Taken::default();
    for person in licensed {
        let flagged = taken(person);
        let (unneeded, silent) = (is_waste(person, today), !needs(person, today, STRICT));
        sum.add(Taken {
            flagged: u64::from(flagged),
            wrong: u64::from(flagged && needs(person, today, SOON)),
            unneeded: u64::from(unneeded),
            found: u64::from(flagged && unneeded),
            silent: u64::from(silent),
            silent_found: u64::from(flagged && silent),
        });
    }
    sum
}

fn takes(rival: Rival, person: &PersonHistory, today: Day) -> bool {
    let before = |days: i32| i64::from(today.plus(-days).0) * 86_400;
    let (last, days) = match rival {
        Rival::NoSignIn(days) => (
            person.listed_sign_in.max(person.sign_ins.last().copied()),
            days,
        ),
        Rival::NoHosting(days) => (person.hosted.last().map(|event| event.start), days),
    };
    // People who are newer than the window are not judged, because their silence says nothing.
    person.invited < before(days) && last.is_none_or(|last| last < before(days))
}

/// Base licence of the application, or `licensed` if it has none.
fn base(app: &'static Application) -> Licence {
    let base = app
        .licences
        .iter()
        .find(|family| matches!(family.holder, model::Holder::Base { .. }));
    Licence::base(base.map_or("licensed", |family| family.key))
}

struct Ours {
    seats: Seats,
    /// Keys of people whose licence would be taken.
    open: HashSet<String>,
    /// Keys of invitations whose seat would be given back until they are accepted.
    pending: HashSet<String>,
    rules: Vec<(String, Rule)>,
    on_hold: Vec<(String, String)>,
}

fn ours(organisation: &Organisation, roster: &Roster, settings: &Settings, licensed: i64) -> Ours {
    let today = organisation.today;
    let contract = organisation.contract(licensed);
    let contracts = [contract];
    let inputs = Inputs {
        settings,
        contracts: &contracts,
        prices: &[],
        decisions: &[],
        today,
    };
    let findings: Findings = findings::find(roster, &inputs);
    let licence = base(roster.app());
    let (mut open, mut pending) = (HashSet::new(), HashSet::new());
    let (mut rules, mut on_hold) = (Vec::new(), Vec::new());
    for finding in findings.iter(roster) {
        let (Some(row), true) = (finding.user, finding.licence == licence) else {
            continue;
        };
        if finding.rule == Rule::UnderLicensed {
            continue;
        }
        let key = roster.key_of(row).to_owned();
        if finding.state == FindingState::Open && finding.rule == Rule::PendingSeat {
            pending.insert(key);
        } else if finding.state == FindingState::Open {
            rules.push((key.clone(), finding.rule));
            open.insert(key);
        } else {
            let why: Vec<_> = finding.hold_reasons.iter().map(|by| by.value()).collect();
            on_hold.push((key, why.join("+")));
        }
    }
    let advice = renewal(&RenewalInputs {
        roster,
        settings,
        findings: &findings,
        contract: &contracts[0],
        contracts: &contracts,
        today,
        purchased: None,
        assigned: Some(licensed),
    });
    let window = i32::from(settings.renewal.window_days);
    let need = organisation.need_of((advice.renews_from, advice.renews_to), window);
    Ours {
        seats: Seats {
            low: advice.low,
            likely: advice.likely,
            high: advice.high,
            need,
        },
        open,
        pending,
        rules,
        on_hold,
    }
}

/// Judges an organisation by the settings and by the rules of others.
pub(super) fn measure(
    organisation: &Organisation,
    app: &'static Application,
    settings: &Settings,
) -> Measured {
    let today = organisation.today;
    let truth = organisation.truth();
    let year = organisation.roster(app, today.plus(-HISTORY));
    let half = organisation.roster(app, today.plus(-FIRST_SYNC));
    let holders: Vec<String> = year
        .licence_holders(&base(app).family)
        .into_iter()
        .map(|(row, _)| year.key_of(row).to_owned())
        .collect();
    let mut licensed: Vec<(&str, &PersonHistory)> = holders
        .iter()
        .filter_map(|key| Some((key.as_str(), *truth.people.get(key.as_str())?)))
        .collect();
    licensed.sort_by_key(|(key, _)| *key);
    let key_of: std::collections::HashMap<&str, &str> = licensed
        .iter()
        .map(|(key, person)| (person.id.as_str(), *key))
        .collect();
    let people: Vec<&PersonHistory> = licensed.iter().map(|(_, person)| *person).collect();
    let count = i64::try_from(people.len()).unwrap_or(i64::MAX);
    let ours = [&year, &half].map(|roster| ours(organisation, roster, settings, count));
    let among = |keys: &HashSet<String>, person: &PersonHistory| {
        let key = key_of.get(person.id.as_str());
        key.is_some_and(|key| keys.contains(*key))
    };
    // Pending invitations are judged separately, because giving back such a seat takes nothing from anyone.
    let (invited, came): (Vec<&PersonHistory>, Vec<&PersonHistory>) = people
        .iter()
        .partition(|person| person.activated > organisation.seconds());
    let mut taken: Vec<Taken> = ours
        .iter()
        .map(|ours| judged(&came, today, |person| among(&ours.open, person)))
        .collect();
    let of_pending = |person| among(&ours[0].pending, person);
    taken.push(judged(&invited, today, of_pending));
    taken.extend(RIVALS.map(|(_, rival)| judged(&came, today, |p| takes(rival, p, today))));
    let wrong = [&ours[0], &ours[1]].map(|ours| {
        let known = ours.rules.iter();
        known
            .filter_map(|(key, rule)| Some((*truth.people.get(key)?, *rule)))
            .filter(|(person, _)| needs(person, today, SOON))
            .map(|(person, rule)| (person.persona, rule.value()))
            .collect()
    });
    let missed = licensed
        .iter()
        .filter(|(_, person)| person.activated <= organisation.seconds())
        .filter(|(key, person)| is_waste(person, today) && !ours[0].open.contains(*key))
        .map(|(key, person)| {
            let on_hold = ours[0].on_hold.iter().find(|(other, _)| other == key);
            let why = on_hold.map_or("no rule", |(_, why)| why.as_str());
            (person.persona, why.to_owned())
        })
        .collect();
    let month = i64::from(today.plus(-30).0) * 86_400;
    let active = came.iter().filter(|person| {
        let hosted = person.hosted.last().map(|event| event.start);
        person.sign_ins.last().copied().max(hosted) >= Some(month)
    });
    let active = i64::try_from(active.count()).unwrap_or(i64::MAX);
    Measured {
        taken,
        wrong,
        missed,
        seats: ours.map(|ours| ours.seats),
        rival_seats: active + (active + 9) / 10,
        licensed: u64::try_from(count).unwrap_or(0),
    }
}
