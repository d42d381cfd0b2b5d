//! Random lists of changes in an account with suites, add-ons, telephones, and few free seats: whatever is
//! refused, the licences before minus those after are what the change named, and the preview had told the
//! outcome. `SEATWISE_CHANGE_PLANS` sets the number of lists.

use std::collections::BTreeMap;

use model::IntegrationId;
use serde_json::{Value, json};
use store::{Actor, ChangeId};
use sync::{ChangeReport, OutcomeKind};
use testkit::database::Kind;
use testkit::install::Install;
use testkit::random::Seeded;
use tokio_util::sync::CancellationToken;

use crate::change::{Bench, sure};
use connector::Random as _;

/// Lists of changes in an ordinary run.
const LISTS: usize = 6;
/// Most changes of a list.
const MOST: usize = 12;

/// Everything that Zoom says of a user's licences.
type Held = BTreeMap<String, Value>;

/// Members of a profile that are licences.
const PROFILE: [&str; 4] = [
    "type",
    "zoom_one_type",
    "plan_united_type",
    "license_info_list",
];

/// The suites of the simulator's options, by the family of their licence.
fn family(held: &Held) -> &'static str {
    match (
        held.get("zoom_one_type").and_then(Value::as_u64),
        held.get("plan_united_type"),
    ) {
        (Some(4), _) => "workplace_enterprise",
        (Some(16 | 32), _) => "workplace_business_plus",
        (Some(134_217_728), _) => "workplace_enterprise_premier",
        (Some(576_460_752_303_423_488), _) => "education_enterprise_student",
        (Some(_), _) => "other_suite",
        (None, Some(_)) => "united_business",
        (None, None) => "licensed",
    }
}

async fn held(bench: &Bench, user: &str) -> Held {
    let profile = bench.plain.get(&format!("/users/{user}")).await;
    let settings = bench.plain.get(&format!("/users/{user}/settings")).await;
    let mut held: Held = PROFILE
        .iter()
        .filter(|member| !profile[**member].is_null())
        .map(|member| ((*member).to_owned(), profile[*member].clone()))
        .collect();
    for (member, value) in settings["feature"].as_object().unwrap() {
        held.insert(format!("feature.{member}"), value.clone());
    }
    held
}

/// The members that differ.
fn difference(before: &Held, after: &Held) -> Vec<String> {
    let keys = before.keys().chain(after.keys());
    let mut keys: Vec<&String> = keys
        .filter(|key| before.get(*key) != after.get(*key))
        .collect();
    keys.sort();
    keys.dedup();
    keys.into_iter().cloned().collect()
}

/// The members that a change from one licence to another may alter.
fn named(from: &str) -> &'static [&'static str] {
    match from {
        _ if from.starts_with("webinar") => &["feature.webinar", "feature.webinar_capacity"],
        _ if from.starts_with("large") => &[
            "feature.large_meeting",
            "feature.large_meeting_capacity",
            "feature.meeting_capacity",
        ],
        "licensed" => &[
            "type",
            "feature.concurrent_meeting",
            "feature.meeting_capacity",
        ],
        _ => &[
            "type",
            "zoom_one_type",
            "plan_united_type",
            "license_info_list",
            "feature.concurrent_meeting",
            "feature.meeting_capacity",
        ],
    }
}

/// A change on a list.
struct Listed {
    change: ChangeId,
    user: String,
    from: String,
    before: Held,
}

async fn list(bench: &Bench, users: &[Value], random: &Seeded) -> Vec<Listed> {
    let mut listed: Vec<Listed> = Vec::new();
    let below = |bound: usize| usize::try_from(random.number() % bound as u64).unwrap();
    for _ in 0..=below(MOST) {
        let user = &users[below(users.len())];
        let id = user["id"].as_str().unwrap().to_owned();
        if listed.iter().any(|other| other.user == id) {
            continue;
        }
        let before = held(bench, &id).await;
        let add_on = |flag: &str, size: &str| {
            let on = before[&format!("feature.{flag}")] == true;
            on.then(|| format!("{flag}_{}", before[&format!("feature.{size}")]))
        };
        let add_ons: Vec<String> = [
            add_on("webinar", "webinar_capacity"),
            add_on("large_meeting", "large_meeting_capacity"),
        ]
        .into_iter()
        .flatten()
        .collect();
        // A wrong licence on the list is one that somebody changed since.
        let base = if random.unit() < 0.1 {
            "licensed"
        } else {
            family(&before)
        };
        let from = match add_ons.get(below(add_ons.len() + 1)) {
            Some(add_on) => add_on.clone(),
            None => base.to_owned(),
        };
        let to = if from == base { "basic" } else { "none" };
        let change = bench.list(user, &from, to).await;
        listed.push(Listed {
            change,
            user: id,
            from,
            before,
        });
    }
    listed
}

fn kind_of(report: &ChangeReport, change: ChangeId) -> Option<OutcomeKind> {
    let mut outcomes = report.outcomes.iter();
    outcomes
        .find(|outcome| outcome.change == change)
        .map(|outcome| outcome.kind)
}

/// Takes the changes of one list and takes them back. Returns the number of changes by outcome.
async fn one_list(
    bench: &Bench,
    users: &[Value],
    random: &Seeded,
    seen: &mut BTreeMap<String, u32>,
) {
    let listed = list(bench, users, random).await;
    let ids: Vec<ChangeId> = listed.iter().map(|listed| listed.change).collect();
    let engine = &bench.install.engine;
    let told = engine.dry_run_changes(bench.id, &ids, &sure).await.unwrap();
    for listed in &listed {
        let now = held(bench, &listed.user).await;
        assert_eq!(
            difference(&listed.before, &now),
            [""; 0],
            "a dry run writes nothing"
        );
    }
    let done = bench.execute(&ids, u32::MAX).await;
    for listed in &listed {
        let after = held(bench, &listed.user).await;
        let changed = difference(&listed.before, &after);
        let outcome = kind_of(&done, listed.change);
        let text = done
            .outcomes
            .iter()
            .find(|outcome| outcome.change == listed.change);
        let context = format!("{} of {}: {text:?}, {changed:?}", listed.from, listed.user);
        match outcome {
            Some(OutcomeKind::Done) => {
                let allowed = named(&listed.from);
                assert!(!changed.is_empty(), "{context}");
                assert!(
                    changed
                        .iter()
                        .all(|member| allowed.contains(&member.as_str())),
                    "more was taken than named: {context}"
                );
                assert_eq!(
                    kind_of(&told, listed.change),
                    Some(OutcomeKind::WouldChange),
                    "{context}"
                );
            }
            Some(OutcomeKind::Skipped | OutcomeKind::NotDue) | None => {
                assert_eq!(changed, [""; 0], "{context}");
                assert_eq!(kind_of(&told, listed.change), outcome, "{context}");
            }
            Some(OutcomeKind::Failed) => {
                // Zoom's refusals cannot be known before; they say what helps.
                assert_eq!(changed, [""; 0], "{context}");
                assert!(text.unwrap().text.contains("Zoom says"), "{context}");
            }
            other => panic!("{other:?}: {context}"),
        }
        let word = format!(
            "{outcome:?} {}",
            listed.from.trim_end_matches(|c: char| c.is_ascii_digit())
        );
        *seen.entry(word).or_default() += 1;
    }
    let back: Vec<ChangeId> = listed
        .iter()
        .filter(|listed| kind_of(&done, listed.change) == Some(OutcomeKind::Done))
        .map(|listed| listed.change)
        .collect();
    let undone = bench.undo(&back).await;
    for listed in &listed {
        if kind_of(&undone, listed.change) == Some(OutcomeKind::Undone) {
            let after = held(bench, &listed.user).await;
            assert_eq!(difference(&listed.before, &after), [""; 0], "{undone:?}");
        }
    }
}

async fn with_suites(to_basic: bool, several: bool) -> (Install, IntegrationId) {
    let install = Install::with(Kind::Sqlite, 900, |config| {
        config.suites = true;
        config.faults.suite_off_to_basic = to_basic;
        config.faults.several_subscriptions = several;
    })
    .await;
    let id = install.connect().await;
    (install, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_takes_what_it_names_and_the_preview_tells_the_outcome() {
    let lists = std::env::var("SEATWISE_CHANGE_PLANS");
    let lists: usize = lists.map_or(LISTS, |text| text.parse().unwrap());
    let mut seen = BTreeMap::new();
    for (to_basic, several) in [(false, false), (true, false), (false, true)] {
        let (install, id) = with_suites(to_basic, several).await;
        let bench = Bench::of(install, id).await;
        let mut users = bench.plain.all("/users?status=active", "users").await;
        users.retain(|user| user["type"] != 1);
        for seed in 0..lists {
            let random =
                Seeded::new(seed as u64 * 3 + u64::from(to_basic) + 2 * u64::from(several));
            one_list(&bench, &users, &random, &mut seen).await;
        }
    }
    println!("{}", json!(seen));
    assert!(
        seen.keys()
            .any(|word| word == "Some(Done) workplace_business_plus"),
        "{seen:?}"
    );
    assert!(
        seen.keys().any(|word| word.starts_with("Some(Skipped)")),
        "{seen:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suite_whose_taking_was_interrupted_is_taken_to_the_end_and_given_back_whole() {
    let (install, id) = with_suites(false, false).await;
    let bench = Bench::of(install, id).await;
    let users = bench.plain.all("/users?status=active", "users").await;
    let mut found = None;
    for user in users.iter().filter(|user| user["type"] == 2) {
        let id = user["id"].as_str().unwrap();
        let before = held(&bench, id).await;
        let add_on = before["feature.webinar"] == true || before["feature.large_meeting"] == true;
        let on = family(&before) == "workplace_business_plus";
        if on && !add_on && before["feature.zoom_phone"] == false {
            let change = bench.list(user, "workplace_business_plus", "basic").await;
            let engine = &bench.install.engine;
            let told = engine
                .dry_run_changes(bench.id, &[change], &sure)
                .await
                .unwrap();
            if kind_of(&told, change) == Some(OutcomeKind::WouldChange) {
                found = Some((id.to_owned(), change, before));
                break;
            }
        }
    }
    let (user, change, before) = found.unwrap();
    // The suite is turned off; then the process ends before the plain licence is taken.
    let store = &bench.install.store;
    let record = json!({ "user_type": 2, "workplace": before["zoom_one_type"], "webinar": null,
        "large_meeting": null, "status": "active", "owner": false });
    let now = bench.install.clock_now();
    let begun = store
        .mark_change_running(bench.id, change, &record.to_string(), &Actor::Cli, now)
        .await;
    assert!(begun.unwrap());
    bench.patch(&user, &json!({ "zoom_one_type": 0 })).await;
    assert_eq!(held(&bench, &user).await["type"], 2);

    let doubtful = |_: &store::Change| Err("the evidence is gone with the suite".to_owned());
    let engine = &bench.install.engine;
    let stop = CancellationToken::new();
    let report = engine
        .execute_changes(bench.id, &[change], 1, &doubtful, &Actor::Cli, stop)
        .await
        .unwrap();
    assert_eq!(
        kind_of(&report, change),
        Some(OutcomeKind::Done),
        "{report:?}"
    );
    assert_eq!(held(&bench, &user).await["type"], 1);
    let report = bench.undo(&[change]).await;
    assert_eq!(
        kind_of(&report, change),
        Some(OutcomeKind::Undone),
        "{report:?}"
    );
    assert_eq!(difference(&before, &held(&bench, &user).await), [""; 0]);
}
