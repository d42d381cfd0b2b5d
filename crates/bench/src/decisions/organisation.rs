//! A simulated organisation on one day: the data that a synchronisation would have read by then, as a
//! roster, and the truth about past and future needs, which a synchronisation can't read.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use insight::{Roster, RosterBuilder};
use model::time::DAY_MS;
use model::{
    Application, Contract, ContractId, ContractTerms, Coverage, Day, DayCoverage, DayState,
    EventKind, FieldValue, Fields, HostedSummary, IntegrationId, Licence, NeedKind, SignInMonth,
    Timestamp, UpcomingEvent, User,
};
use zoom_sim::{Config, Faults, PersonHistory, Plan, ScopeStyle, Sim};

/// Days from the day of the recommendation to the first day of the term to buy for.
pub(super) const BEFORE_TERM: i32 = 90;
/// Days of truth after the first day of the term: more than the longest term.
const TERM_DAYS: i32 = 366;
/// Longest history, in days.
pub(super) const HISTORY: i32 = 365;
/// Days since licences have been observed. Licences assigned before have an unknown start.
const WATCHED: i32 = 183;

/// The people of a simulated organisation on one day.
pub(super) struct Organisation {
    /// The day of the snapshot.
    pub(super) today: Day,
    now: Timestamp,
    people: Vec<PersonHistory>,
}

/// The true needs of an organisation's people.
pub(super) struct Truth<'a> {
    /// People listed today, by their key in rosters.
    pub(super) people: HashMap<String, &'a PersonHistory>,
}

fn second(at: i64) -> Timestamp {
    Timestamp(at.saturating_mul(1000))
}

impl Organisation {
    /// Simulates the organisation of a seed as it is on a day.
    pub(super) fn new(seed: u64, users: u64, today: Day) -> Self {
        let now = today.start().plus_ms(DAY_MS / 4);
        let sim = Sim::new(Config {
            seed,
            users,
            plan: Plan::Business,
            suites: false,
            latency_ms: 0,
            limits: false,
            now: Arc::new(move || now.0),
            scopes: ScopeStyle::Granular,
            redirect_uris: Vec::new(),
            faults: Faults::default(),
            base_url: "http://localhost".to_owned(),
        });
        let first = today.plus(-HISTORY);
        let last = today.plus(BEFORE_TERM + TERM_DAYS);
        Self {
            today,
            now,
            people: sim.history(0, i64::from(first.0), i64::from(last.0)),
        }
    }

    /// Time of the snapshot, in seconds since 1970 (UTC).
    pub(super) fn seconds(&self) -> i64 {
        self.now.0 / 1000
    }

    /// Whether the list of users contains this person today.
    fn listed(&self, person: &PersonHistory) -> bool {
        let now = self.seconds();
        person.invited <= now && now < person.deleted
    }

    /// Key of a person in the roster: the e-mail address of pending people, because they have no id yet.
    fn key(&self, person: &PersonHistory) -> String {
        if self.seconds() < person.activated {
            person.email.to_lowercase()
        } else {
            person.id.clone()
        }
    }

    /// The truth about the people who are listed today.
    pub(super) fn truth(&self) -> Truth<'_> {
        let listed = self.people.iter().filter(|person| self.listed(person));
        Truth {
            people: listed.map(|person| (self.key(person), person)).collect(),
        }
    }

    /// The largest number of distinct people who need a licence in any `window` days within the term,
    /// including people who join before its end.
    pub(super) fn need_of(&self, (first, last): (Day, Day), window: i32) -> i64 {
        let ends = usize::try_from(last.since(first) + 2 - window).unwrap_or(0);
        let mut changes = vec![0_i64; ends + 1];
        let position = |day: i32| usize::try_from(day).unwrap_or(0).min(ends);
        for person in &self.people {
            let mut counted = 0;
            for (day, _) in &person.needs {
                // The first window of the term ends `window - 1` days after its first day.
                let since = i32::try_from(*day).unwrap_or(i32::MAX) - first.0;
                if since < 0 || since > last.since(first) {
                    continue;
                }
                let from = position(since + 1 - window).max(counted);
                let to = position(since + 1);
                if to > from {
                    changes[from] += 1;
                    changes[to] -= 1;
                    counted = to;
                }
            }
        }
        let mut people = 0;
        changes[..ends]
            .iter()
            .map(|change| {
                people += change;
                people
            })
            .max()
            .unwrap_or(0)
    }

    /// A contract for `quantity` base licences with a term of a year that ends in [`BEFORE_TERM`] days.
    pub(super) fn contract(&self, quantity: i64) -> Contract {
        let renews = self.today.plus(BEFORE_TERM);
        Contract {
            id: ContractId(1),
            integration: IntegrationId(1),
            terms: ContractTerms {
                name: "Order form 1".to_owned(),
                notice_days: 60,
                ..ContractTerms::new(
                    Licence::base("licensed"),
                    quantity,
                    renews.plus(-365),
                    renews.plus(-1),
                )
            },
            created_at: self.now,
            updated_at: self.now,
        }
    }

    /// Today's roster with a history that goes back to `since`.
    pub(super) fn roster(&self, app: &'static Application, since: Day) -> Roster {
        let read = DayCoverage {
            state: DayState::Complete,
            read_at: self.now,
        };
        let known = Coverage {
            days: since
                .to(self.today.plus(-1))
                .map(|day| (day, read))
                .collect(),
        };
        let mut builder = RosterBuilder::new(app, self.now, known.clone(), known, Some(self.now));
        for person in &self.people {
            if person.invited <= self.seconds() {
                self.add(&mut builder, person);
            }
        }
        for person in &self.people {
            history(&mut builder, app, person, since);
        }
        builder.upcoming_known(Some(self.today.plus(30)));
        for person in self.people.iter().filter(|person| self.listed(person)) {
            for (number, (start, webinar)) in person.scheduled.iter().enumerate() {
                builder.upcoming(&UpcomingEvent {
                    id: format!("{}-{number}", person.id),
                    host_id: person.id.clone(),
                    kind: if *webinar {
                        EventKind::Webinar
                    } else {
                        EventKind::Meeting
                    },
                    start: second(*start),
                });
            }
        }
        builder.build()
    }

    /// Adds a user with the fields that list and settings contain.
    fn add(&self, builder: &mut RosterBuilder, person: &PersonHistory) {
        let now = self.seconds();
        let key = self.key(person);
        let removed = !self.listed(person);
        builder.email(
            &key,
            &person.email,
            second(person.invited),
            removed.then(|| second(person.deleted)),
        );
        let licence = person
            .licence
            .iter()
            .find(|(from, until)| *from <= now && now < *until);
        let status = match now {
            at if at < person.activated => "pending",
            at if at < person.deactivated => "active",
            _ => "inactive",
        };
        let kind = match person.odd_type {
            Some(3) => "corp",
            Some(4) => "unassigned",
            Some(_) => "no_type",
            None if licence.is_some() => "pro",
            None => "basic",
        };
        let text = |value: &str| FieldValue::Text(value.to_owned());
        let mut details = Fields::new();
        if status == "active" {
            let licensed = licence.is_some();
            let capacity = if licensed {
                person.meeting_capacity
            } else {
                100
            };
            let size =
                |capacity: Option<u16>| i64::from(capacity.filter(|_| licensed).unwrap_or(0));
            let (webinar, large) = (size(person.webinar), size(person.large_meeting));
            for (field, value) in [
                ("meeting_capacity", FieldValue::Integer(i64::from(capacity))),
                ("large_meeting_enabled", FieldValue::YesNo(large > 0)),
                ("large_meeting_capacity", FieldValue::Integer(large)),
                ("webinar", FieldValue::YesNo(webinar > 0)),
                ("webinar_capacity", FieldValue::Integer(webinar)),
            ] {
                details.insert(field.to_owned(), value);
            }
        }
        builder.user(User {
            key: key.clone(),
            external_id: (status != "pending").then(|| person.id.clone()),
            email: person.email.clone(),
            display_name: format!("{} {}", person.first_name, person.last_name),
            groups: Vec::new(),
            created_at: Some(second(person.invited)),
            listed_sign_in: person.listed_sign_in.map(second),
            fields: Fields::from([
                ("user_status".to_owned(), text(status)),
                ("user_type".to_owned(), text(kind)),
                ("department".to_owned(), text(&person.department)),
            ]),
            details_at: (!details.is_empty()).then_some(self.now),
            details,
            first_seen: second(person.invited),
            removed_at: removed.then(|| second(person.deleted)),
        });
        if let (Some((from, _)), false) = (licence, removed) {
            let seen = second(*from).day() >= self.today.plus(-WATCHED);
            let since = if seen { *from } else { person.invited };
            builder.licensed_since(&key, &Licence::base("licensed"), second(since), seen);
        }
    }
}

/// Adds a person's sign-ins and hosted events since a day.
fn history(
    builder: &mut RosterBuilder,
    app: &'static Application,
    person: &PersonHistory,
    since: Day,
) {
    let email = person.email.to_lowercase();
    let mut months: BTreeMap<Day, (u32, Timestamp)> = BTreeMap::new();
    for at in person.sign_ins.iter().map(|at| second(*at)) {
        let day = at.day();
        if day < since {
            continue;
        }
        let month = day.month_start();
        let entry = months.entry(month).or_insert((0, at));
        entry.0 |= 1 << day.since(month);
        entry.1 = entry.1.max(at);
    }
    for (month, (days, last)) in months {
        builder.sign_in_month(&SignInMonth {
            email: email.clone(),
            month,
            days,
            last,
        });
    }
    let bit = |wanted: NeedKind| {
        let features = app.free.features.iter();
        features
            .filter(|(_, kind)| *kind == wanted)
            .fold(0_i64, |bits, (bit, _)| bits | 1 << bit)
    };
    for event in &person.hosted {
        let start = second(event.start);
        if start.day() < since {
            continue;
        }
        let mut features = 0;
        for (used, kind) in [
            (event.cloud, NeedKind::CloudRecording),
            (event.poll, NeedKind::Poll),
            (event.registration, NeedKind::Registration),
        ] {
            features |= if used { bit(kind) } else { 0 };
        }
        builder.hosted(
            &email,
            HostedSummary {
                start,
                minutes: i32::try_from(event.seconds.div_ceil(60)).unwrap_or(i32::MAX),
                participants: Some(i32::from(event.participants)),
                webinar: event.webinar,
                features,
            },
        );
    }
}
