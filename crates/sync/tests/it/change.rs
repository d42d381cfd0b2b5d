//! Changing licences at Zoom: the checks before, the changes that are made and those that are not, the
//! journal says whatever happens, and the way back.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::IntegrationId;
use serde_json::{Value, json};
use store::{Actor, Change, ChangeAccess, ChangeFilter, ChangeId, ChangeState, NewChange};
use sync::{ChangeError, ChangeReport, OutcomeKind};
use testkit::database::Kind;
use testkit::install::Install;
use tokio_util::sync::CancellationToken;
use zoom_sim::{Effect, Injection, Permission};

use ChangeState as S;

use crate::plain::Plain;

testkit::on_both_engines!(
    a_licence_is_taken_and_given_back_and_nothing_else_changes,
    a_dry_run_changes_nothing_anywhere,
    what_a_dead_process_left_is_looked_up_and_not_done_twice
);

/// An account with a list of changes, and people by their licences.
pub(crate) struct Bench {
    pub(crate) install: Install,
    pub(crate) id: IntegrationId,
    pub(crate) plain: Plain,
}

#[expect(clippy::unnecessary_wraps, reason = "a recheck may find something")]
pub(crate) fn sure(_: &Change) -> Result<(), String> {
    Ok(())
}

impl Bench {
    pub(crate) async fn new(kind: Kind, users: u64) -> Self {
        let (install, id) = Install::connected(kind, users).await;
        Self::of(install, id).await
    }

    /// The same over an account that is connected already.
    pub(crate) async fn of(install: Install, id: IntegrationId) -> Self {
        let bench = Self {
            plain: Plain::new(&install.zoom).await,
            install,
            id,
        };
        let access = bench.access();
        let now = bench.install.clock_now();
        bench
            .install
            .engine
            .check_write_access(id, &access)
            .await
            .unwrap();
        let store = &bench.install.store;
        store
            .set_write_access(id, &access, &Actor::Cli, now)
            .await
            .unwrap();
        bench
    }

    fn access(&self) -> ChangeAccess {
        let app = self.install.zoom.sim.write_credentials();
        ChangeAccess {
            client_id: app.client_id,
            client_secret: app.client_secret.into(),
            account_id: app.account_id,
        }
    }

    /// Licensed people who may be changed: no owner, and nothing running or long ahead.
    async fn idle(&self) -> Vec<Value> {
        let mut idle = Vec::new();
        for user in self.plain.all("/users?status=active", "users").await {
            if user["type"] != 2 || user["role_id"] == "0" {
                continue;
            }
            let feature = self.feature(&user).await;
            let long = self.meetings(&user, "upcoming").await;
            let long = long
                .iter()
                .any(|meeting| meeting["duration"].as_i64() > Some(40));
            let add_on = feature["webinar"] == true || feature["large_meeting"] == true;
            if !long && !add_on && self.meetings(&user, "live").await.is_empty() {
                idle.push(user);
            }
        }
        assert!(idle.len() >= 5, "{}", idle.len());
        idle
    }

    async fn feature(&self, user: &Value) -> Value {
        let path = format!("/users/{}/settings", text(user, "id"));
        self.plain.get(&path).await["feature"].clone()
    }

    async fn meetings(&self, user: &Value, list: &str) -> Vec<Value> {
        let path = format!("/users/{}/meetings?type={list}", text(user, "id"));
        if user["type"] == 4 {
            return Vec::new();
        }
        self.plain.all(&path, "meetings").await
    }

    pub(crate) async fn type_of(&self, user: &Value) -> i64 {
        let path = format!("/users/{}", text(user, "id"));
        self.plain.get(&path).await["type"].as_i64().unwrap()
    }

    pub(crate) async fn list(&self, user: &Value, from: &str, to: &str) -> ChangeId {
        let key = text(user, "id");
        let licence = if from == "basic" { to } else { from };
        let change = NewChange {
            finding: format!("dormant~{licence}~{key}"),
            external_id: Some(key.to_owned()),
            email: text(user, "email").to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            seats: 1,
            evidence_json: "{}".to_owned(),
            saving: None,
            seat_free_on: None,
            invoice_lower_on: None,
        };
        let now = self.install.clock_now();
        let store = &self.install.store;
        let listed = store
            .accept_findings(self.id, &[change], None, &Actor::Cli, now)
            .await;
        listed.unwrap().swap_remove(0)
    }

    pub(crate) async fn downgrade(&self, user: &Value) -> ChangeId {
        self.list(user, "licensed", "basic").await
    }

    /// Changes a user at Zoom as another program would.
    pub(crate) async fn patch(&self, user: &str, body: &Value) {
        let plain = reqwest::Client::new();
        let token = token_of(self, &plain, &self.access()).await;
        let url = format!("{}v2/users/{user}", self.install.zoom.url);
        let made = plain.patch(url).bearer_auth(token).json(body);
        assert_eq!(made.send().await.unwrap().status(), 204);
    }

    pub(crate) async fn execute(&self, changes: &[ChangeId], stop_after: u32) -> ChangeReport {
        let stop = CancellationToken::new();
        let engine = &self.install.engine;
        engine
            .execute_changes(self.id, changes, stop_after, &sure, &Actor::Cli, stop)
            .await
            .unwrap()
    }

    pub(crate) async fn undo(&self, changes: &[ChangeId]) -> ChangeReport {
        let stop = CancellationToken::new();
        let engine = &self.install.engine;
        engine
            .undo_changes(self.id, changes, 3, &Actor::Cli, stop)
            .await
            .unwrap()
    }

    pub(crate) async fn change(&self, change: ChangeId) -> Change {
        let filter = ChangeFilter {
            ids: vec![change],
            ..ChangeFilter::default()
        };
        let store = &self.install.store;
        store
            .changes(self.id, &filter)
            .await
            .unwrap()
            .swap_remove(0)
    }

    async fn journal(&self, change: ChangeId) -> Vec<ChangeState> {
        let store = &self.install.store;
        let entries = store.change_journal(self.id, change).await.unwrap();
        entries.into_iter().map(|entry| entry.state).collect()
    }

    /// The data of every user of the account, except the time of reading.
    async fn everything(&self) -> BTreeMap<String, (Value, Value)> {
        let mut all = BTreeMap::new();
        for user in self.plain.all("/users?status=active", "users").await {
            let feature = self.feature(&user).await;
            all.insert(
                text(&user, "id").to_owned(),
                (user["type"].clone(), feature),
            );
        }
        all
    }

    /// Requests that were to change something.
    fn sent(&self) -> Vec<String> {
        let seen = self.install.wire.seen().into_iter();
        seen.filter(|seen| seen.parameters.starts_with('{'))
            .map(|seen| format!("{} {}", seen.path, seen.parameters))
            .collect()
    }

    fn inject(&self, nth: u64, times: u64, effect: Effect) {
        let control = self.install.zoom.sim.control();
        control.inject(Injection {
            path: "PATCH /users/*".to_owned(),
            nth,
            times,
            effect,
        });
    }
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap()
}

fn status(status: u16, body: &str) -> Effect {
    Effect::Status {
        status,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: body.to_owned(),
    }
}

pub(crate) fn kinds(report: &ChangeReport) -> Vec<OutcomeKind> {
    report.outcomes.iter().map(|outcome| outcome.kind).collect()
}

async fn a_licence_is_taken_and_given_back_and_nothing_else_changes(kind: Kind) {
    let bench = Bench::new(kind, 120).await;
    let user = bench.idle().await.swap_remove(2);
    let before = bench.everything().await;
    let change = bench.downgrade(&user).await;

    let report = bench.execute(&[change], 1).await;
    assert_eq!(kinds(&report), [OutcomeKind::Done], "{report:?}");
    let expected = format!("/v2/users/{} {{\"type\":1}}", text(&user, "id"));
    assert_eq!(bench.sent(), [expected]);
    let after = bench.everything().await;
    let changed: Vec<_> = after
        .iter()
        .filter(|(id, held)| before[*id] != **held)
        .collect();
    assert_eq!(changed.len(), 1);
    let (id, held) = changed[0];
    assert_eq!((id.as_str(), &held.0), (text(&user, "id"), &json!(1)));
    assert_eq!(
        bench.journal(change).await,
        [S::Listed, S::Running, S::Done]
    );
    let kept = bench.change(change).await;
    assert!(kept.before_json.unwrap().contains("\"user_type\":2"));
    assert!(kept.executed_at.is_some());

    // Made once, it is not due again.
    let again = bench.execute(&[change], 1).await;
    assert_eq!(kinds(&again), [OutcomeKind::NotDue]);

    let report = bench.undo(&[change]).await;
    assert_eq!(kinds(&report), [OutcomeKind::Undone], "{report:?}");
    assert_eq!(bench.everything().await, before);
    assert_eq!(
        bench.journal(change).await,
        [S::Listed, S::Running, S::Done, S::Undone]
    );
}

async fn a_dry_run_changes_nothing_anywhere(kind: Kind) {
    let bench = Bench::new(kind, 120).await;
    let idle = bench.idle().await;
    let users = bench.plain.all("/users?status=active", "users").await;
    let of = |kind: &dyn Fn(i64) -> bool| {
        let fits = |user: &&Value| kind(user["type"].as_i64().unwrap());
        users.iter().find(fits).unwrap()
    };
    let changes = [
        bench.downgrade(&idle[0]).await,
        bench.downgrade(of(&|kind| kind == 1)).await,
        bench.downgrade(of(&|kind| kind > 2)).await,
    ];
    let store = &bench.install.store;
    store
        .remove_write_access(bench.id, &Actor::Cli, bench.install.clock_now())
        .await
        .unwrap();
    let (before, dump) = (bench.everything().await, store.dump().await.unwrap());
    let engine = &bench.install.engine;
    let report = engine
        .dry_run_changes(bench.id, &changes, &sure)
        .await
        .unwrap();
    assert_eq!(
        kinds(&report),
        [
            OutcomeKind::WouldChange,
            OutcomeKind::Skipped,
            OutcomeKind::Skipped
        ]
    );
    assert!(
        report.outcomes[2]
            .text
            .contains("neither Basic nor Licensed")
    );
    assert!(report.outcomes[0].text.contains("from Licensed to Basic"));
    assert!(report.outcomes[1].text.contains("already"), "{report:?}");
    assert_eq!(bench.sent(), [""; 0]);
    assert_eq!(bench.everything().await, before);
    let (now, then) = (store.dump().await.unwrap(), dump);
    assert_eq!(testkit::install::difference(&then, &now), "");
    // Executing needs the app that may write.
    let stop = CancellationToken::new();
    let refused = engine
        .execute_changes(bench.id, &changes, 1, &sure, &Actor::Cli, stop)
        .await;
    assert!(matches!(refused, Err(ChangeError::NoAccess)));
}

async fn what_a_dead_process_left_is_looked_up_and_not_done_twice(kind: Kind) {
    let bench = Bench::new(kind, 120).await;
    let idle = bench.idle().await;
    let store = &bench.install.store;
    let before =
        r#"{"user_type":2,"webinar":null,"large_meeting":null,"status":"active","owner":false}"#;
    let mut changes = Vec::new();
    for user in &idle[..2] {
        let change = bench.downgrade(user).await;
        let now = bench.install.clock_now();
        // The journal records it before the request is sent: here the process died.
        let begun = store
            .mark_change_running(bench.id, change, before, &Actor::Cli, now)
            .await;
        assert!(begun.unwrap());
        changes.push(change);
    }
    // The request of the second one had been sent.
    let other = bench.downgrade(&idle[1]).await;
    assert_eq!(other, changes[1]);
    bench
        .patch(text(&idle[1], "id"), &json!({ "type": 1 }))
        .await;

    // Evidence no longer counts for changes that have been made; it does for the others.
    let only_first = |change: &Change| {
        if change.email == text(&idle[0], "email") {
            Ok(())
        } else {
            Err("Hosted a long meeting yesterday.".to_owned())
        }
    };
    let stop = CancellationToken::new();
    let engine = &bench.install.engine;
    let report = engine
        .execute_changes(bench.id, &changes, 1, &only_first, &Actor::Cli, stop)
        .await
        .unwrap();
    assert_eq!(
        kinds(&report),
        [OutcomeKind::Done, OutcomeKind::Done],
        "{report:?}"
    );
    assert_eq!(bench.sent().len(), 1, "only the first was sent");
    for (change, user) in changes.iter().zip(&idle) {
        assert_eq!(bench.type_of(user).await, 1);
        assert_eq!(bench.change(*change).await.state, ChangeState::Done);
        assert_eq!(
            bench.journal(*change).await.last(),
            Some(&ChangeState::Done)
        );
    }
    // The licence before the first try comes back.
    assert_eq!(kinds(&bench.undo(&changes).await), [OutcomeKind::Undone; 2]);
    assert_eq!(bench.type_of(&idle[1]).await, 2);
}

async fn token_of(bench: &Bench, plain: &reqwest::Client, app: &ChangeAccess) -> String {
    use secrecy::ExposeSecret as _;
    let form = [
        ("grant_type", "account_credentials"),
        ("account_id", app.account_id.as_str()),
    ];
    let answer: Value = plain
        .post(format!("{}/token", bench.install.zoom.oauth_url()))
        .basic_auth(&app.client_id, Some(app.client_secret.expose_secret()))
        .form(&form)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    text(&answer, "access_token").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn r16_a_lost_answer_is_read_back_and_never_sent_again() {
    let bench = Bench::new(Kind::Sqlite, 120).await;
    let idle = bench.idle().await;
    let changes = [
        bench.downgrade(&idle[0]).await,
        bench.downgrade(&idle[1]).await,
    ];
    // The first answer breaks off after the change was made, the second instead of it.
    bench.inject(1, 1, Effect::Lost);
    bench.inject(2, 1, status(200, "<html>"));
    let report = bench.execute(&changes, 5).await;
    assert_eq!(
        kinds(&report),
        [OutcomeKind::Done, OutcomeKind::Failed],
        "{report:?}"
    );
    assert_eq!(bench.sent().len(), 2);
    assert_eq!(bench.type_of(&idle[0]).await, 1);
    assert_eq!(bench.type_of(&idle[1]).await, 2);
    assert!(
        report.outcomes[1].text.contains("has changed nothing"),
        "{report:?}"
    );
    // A failed change may be tried again.
    let report = bench.execute(&changes[1..], 5).await;
    assert_eq!(kinds(&report), [OutcomeKind::Done], "{report:?}");
    assert_eq!(
        bench.journal(changes[1]).await,
        [S::Listed, S::Running, S::Failed, S::Running, S::Done]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn r11_r13_what_zoom_refuses_for_the_moment_is_sent_again() {
    let bench = Bench::new(Kind::Sqlite, 120).await;
    let user = bench.idle().await.swap_remove(0);
    let change = bench.downgrade(&user).await;
    let headers = zoom_sim::LimitHeaders::None;
    bench.inject(
        1,
        1,
        Effect::Limited {
            daily: false,
            headers,
        },
    );
    bench.inject(2, 1, status(503, "{}"));
    let report = bench.execute(&[change], 1).await;
    assert_eq!(kinds(&report), [OutcomeKind::Done], "{report:?}");
    assert_eq!(bench.sent().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_end_the_rest_and_leave_it_on_the_list() {
    let bench = Bench::new(Kind::Sqlite, 120).await;
    let idle = bench.idle().await;
    let mut changes = Vec::new();
    for user in &idle[..4] {
        changes.push(bench.downgrade(user).await);
    }
    let refused = r#"{"code":1108,"message":"User type permission check failed: x"}"#;
    bench.inject(1, u64::MAX, status(400, refused));
    let report = bench.execute(&changes, 2).await;
    assert_eq!(kinds(&report), [OutcomeKind::Failed; 2], "{report:?}");
    assert!(report.stopped.unwrap().contains("2 errors"));
    assert!(report.outcomes[0].text.contains("1108"));
    assert_eq!(bench.change(changes[0]).await.state, ChangeState::Failed);
    assert_eq!(bench.change(changes[3]).await.state, ChangeState::Listed);

    // An error that every change would meet ends all of them at once.
    let control = bench.install.zoom.sim.control();
    control.clear_injections();
    control.drop_permission(Permission::UsersEdit);
    let report = bench.execute(&changes, 10).await;
    assert_eq!(kinds(&report), [OutcomeKind::Failed], "{report:?}");
    assert!(report.outcomes[0].text.contains("Users: Edit"));
    assert!(report.stopped.is_some());
    control.restore_permission(Permission::UsersEdit);
    assert_eq!(
        kinds(&bench.execute(&changes, 1).await),
        [OutcomeKind::Done; 4]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_hosts_now_or_has_scheduled_something_long_keeps_the_licence() {
    let mut bench = Bench::new(Kind::Sqlite, 300).await;
    bench.install.clock.advance_ms(2 * 3600 * 1000);
    bench.plain = Plain::new(&bench.install.zoom).await;
    let (mut live, mut coming) = (None, None);
    for user in bench.plain.all("/users?status=active", "users").await {
        let feature = bench.feature(&user).await;
        let add_on = feature["webinar"] == true || feature["large_meeting"] == true;
        if user["type"] != 2 || user["role_id"] == "0" || add_on {
            continue;
        }
        if !bench.meetings(&user, "live").await.is_empty() {
            live = live.or(Some(user));
            continue;
        }
        let ahead = bench.meetings(&user, "upcoming").await;
        if ahead
            .iter()
            .any(|meeting| meeting["duration"].as_i64() > Some(40))
        {
            coming = coming.or(Some(user));
        }
    }
    let (live, coming) = (live.unwrap(), coming.unwrap());
    let changes = [bench.downgrade(&live).await, bench.downgrade(&coming).await];
    let report = bench.execute(&changes, 1).await;
    assert_eq!(kinds(&report), [OutcomeKind::Skipped; 2], "{report:?}");
    assert!(report.outcomes[0].text.contains("right now"), "{report:?}");
    assert!(
        report.outcomes[1].text.contains("scheduled for"),
        "{report:?}"
    );
    assert_eq!(bench.sent(), [""; 0]);
    for change in changes {
        assert_eq!(
            bench.journal(change).await,
            [ChangeState::Listed, ChangeState::Skipped]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_scheduled_something_of_unknown_length_keeps_the_licence() {
    let bench = Bench::new(Kind::Sqlite, 300).await;
    let user = bench.idle().await.remove(0);
    let (store, now) = (&bench.install.store, bench.install.clock_now());
    let day = now.day();
    // The last sync read it, and Zoom's list of the user, which knows lengths, does not have it.
    let event = model::UpcomingEvent {
        id: "81234567890".to_owned(),
        host_id: text(&user, "id").to_owned(),
        kind: model::EventKind::Meeting,
        start: now.plus_seconds(36 * 3600),
    };
    let at = event.start.readable();
    let lease = store
        .lease(bench.id, "test", 60_000)
        .await
        .unwrap()
        .unwrap();
    let write = store::SyncWrite::Upcoming {
        from: day,
        to: day.plus(30),
        events: vec![event],
    };
    store.apply(&lease, vec![write], now).await.unwrap();
    let change = bench.downgrade(&user).await;
    let report = bench.execute(&[change], 1).await;
    assert_eq!(kinds(&report), [OutcomeKind::Skipped], "{report:?}");
    let told = &report.outcomes[0].text;
    for part in ["81234567890", "whose length is not known", at.as_str()] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(bench.sent(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn add_ons_are_changed_one_by_one_and_before_the_licence_under_them() {
    let bench = Bench::new(Kind::Sqlite, 2_000).await;
    let (mut unused, mut planned) = (None, None);
    let today = bench.install.clock_day();
    let path = format!(
        "/report/upcoming_events?type=webinar&from={today}&to={}",
        today.plus(30)
    );
    let webinars = bench.plain.all(&path, "upcoming_events").await;
    for user in bench.plain.all("/users?status=active", "users").await {
        if user["type"] != 2 {
            continue;
        }
        let feature = bench.feature(&user).await;
        if feature["webinar"] != true || feature["large_meeting"] == true {
            continue;
        }
        let long = bench.meetings(&user, "upcoming").await;
        let long = long
            .iter()
            .any(|meeting| meeting["duration"].as_i64() > Some(40));
        if webinars.iter().any(|event| event["host_id"] == user["id"]) {
            planned = planned.or(Some((user, feature)));
        } else if !long && bench.meetings(&user, "live").await.is_empty() {
            unused = unused.or(Some((user, feature)));
        }
    }
    let (unused, planned) = (unused.unwrap(), planned.unwrap());
    let key = |feature: &Value| format!("webinar_{}", feature["webinar_capacity"]);
    let kept = bench.list(&planned.0, &key(&planned.1), "none").await;
    let report = bench.execute(&[kept], 1).await;
    assert_eq!(kinds(&report), [OutcomeKind::Skipped]);
    assert!(
        report.outcomes[0].text.contains("webinar scheduled"),
        "{report:?}"
    );

    // The base licence alone would take the add-on with it.
    let base = bench.downgrade(&unused.0).await;
    let engine = &bench.install.engine;
    let report = engine
        .dry_run_changes(bench.id, &[base], &sure)
        .await
        .unwrap();
    assert_eq!(kinds(&report), [OutcomeKind::Skipped]);
    assert!(
        report.outcomes[0].text.contains("also holds Webinar"),
        "{report:?}"
    );

    let add_on = bench.list(&unused.0, &key(&unused.1), "none").await;
    let report = bench.execute(&[base, add_on], 1).await;
    assert_eq!(kinds(&report), [OutcomeKind::Done; 2], "{report:?}");
    assert_eq!(report.outcomes[0].change, add_on);
    assert_eq!(bench.feature(&unused.0).await["webinar"], false);
    assert_eq!(bench.type_of(&unused.0).await, 1);

    let report = bench.undo(&[add_on, base]).await;
    assert_eq!(kinds(&report), [OutcomeKind::Undone; 2], "{report:?}");
    assert_eq!(report.outcomes[0].change, base);
    let after = bench.feature(&unused.0).await;
    for member in [
        "webinar",
        "webinar_capacity",
        "meeting_capacity",
        "large_meeting",
    ] {
        assert_eq!(after[member], unused.1[member], "{member}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_longer_holds_is_left_alone() {
    let bench = Bench::new(Kind::Sqlite, 120).await;
    let idle = bench.idle().await;
    let changes = [
        bench.downgrade(&idle[0]).await,
        bench.downgrade(&idle[1]).await,
        bench.list(&idle[2], "webinar_500", "none").await,
        bench.list(&idle[3], "licensed", "room").await,
    ];
    let control = bench.install.zoom.sim.control();
    assert!(control.delete_user(0, text(&idle[1], "email")));
    let stop = CancellationToken::new();
    let engine = &bench.install.engine;
    let no = |_: &Change| Err("Hosted a meeting of 50 minutes yesterday.".to_owned());
    let report = engine
        .execute_changes(bench.id, &changes, 1, &no, &Actor::Cli, stop)
        .await
        .unwrap();
    let told: BTreeMap<_, _> = report.outcomes.iter().map(|o| (o.change, o)).collect();
    assert_eq!(
        told[&changes[0]].text,
        "Hosted a meeting of 50 minutes yesterday."
    );
    assert!(told[&changes[1]].text.contains("no longer a user"));
    // The webinar licence was taken meanwhile, or there never was one.
    assert!(told[&changes[2]].text.contains("already"), "{report:?}");
    assert_eq!(told[&changes[3]].kind, OutcomeKind::NotDue);
    assert_eq!(bench.sent(), [""; 0]);

    let unknown = bench.execute(&[ChangeId(999)], 1).await;
    assert_eq!(kinds(&unknown), [OutcomeKind::NotDue]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_not_left_in_the_middle_when_its_caller_goes_away() {
    let bench = Arc::new(Bench::new(Kind::Sqlite, 120).await);
    let user = bench.idle().await.swap_remove(0);
    let change = bench.downgrade(&user).await;
    let (came, arrived) = tokio::sync::oneshot::channel();
    let came = std::sync::Mutex::new(Some(came));
    let tell = move || {
        if let Some(came) = came.lock().unwrap().take() {
            came.send(()).ok();
        }
    };
    bench.inject(1, 1, Effect::Run(Arc::new(tell)));
    bench.inject(1, 1, Effect::Slow(200));
    let caller = tokio::spawn({
        let bench = Arc::clone(&bench);
        async move { bench.execute(&[change], 1).await }
    });
    arrived.await.unwrap();
    assert_eq!(bench.change(change).await.state, ChangeState::Running);
    // No other process may begin meanwhile.
    let stop = CancellationToken::new();
    let (other, _) = bench.install.another("second");
    let busy = other
        .execute_changes(bench.id, &[change], 1, &sure, &Actor::Cli, stop)
        .await;
    assert!(matches!(busy, Err(ChangeError::Busy)), "{busy:?}");
    caller.abort();
    testkit::wait::until("the change ends", async || {
        (bench.change(change).await.state == ChangeState::Done).then_some(())
    })
    .await;
    assert_eq!(bench.type_of(&user).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn undoing_stops_where_somebody_has_changed_something_since() {
    let bench = Bench::new(Kind::Sqlite, 120).await;
    let idle = bench.idle().await;
    let changes = [
        bench.downgrade(&idle[0]).await,
        bench.downgrade(&idle[1]).await,
    ];
    assert_eq!(
        kinds(&bench.execute(&changes, 1).await),
        [OutcomeKind::Done; 2]
    );
    let plain = reqwest::Client::new();
    let token = token_of(&bench, &plain, &bench.access()).await;
    let url = format!(
        "{}v2/users/{}",
        bench.install.zoom.url,
        text(&idle[0], "id")
    );
    let given = plain
        .patch(url)
        .bearer_auth(token)
        .json(&json!({ "type": 2 }));
    given.send().await.unwrap();
    assert!(
        bench
            .install
            .zoom
            .sim
            .control()
            .delete_user(0, text(&idle[1], "email"))
    );
    let sent = bench.sent().len();
    let report = bench.undo(&changes).await;
    assert_eq!(
        kinds(&report),
        [OutcomeKind::Undone, OutcomeKind::Failed],
        "{report:?}"
    );
    assert!(report.outcomes[0].text.contains("again already"));
    assert_eq!(bench.sent().len(), sent, "nothing was sent");
    assert_eq!(bench.change(changes[1]).await.state, ChangeState::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_that_writes_is_tried_before_it_is_kept() {
    let bench = Bench::new(Kind::Sqlite, 30).await;
    let engine = &bench.install.engine;
    let reading = bench.install.zoom.sim.credentials();
    let access = ChangeAccess {
        client_id: reading.client_id,
        client_secret: reading.client_secret.into(),
        account_id: reading.account_id,
    };
    let error = engine
        .check_write_access(bench.id, &access)
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("user:update:user:admin"),
        "{error}"
    );
    let wrong = ChangeAccess {
        account_id: "another".to_owned(),
        ..bench.access()
    };
    let error = engine
        .check_write_access(bench.id, &wrong)
        .await
        .unwrap_err();
    assert!(matches!(error, ChangeError::WrongAccount { .. }));
    let wrong = ChangeAccess {
        client_secret: "guess".into(),
        ..bench.access()
    };
    let error = engine
        .check_write_access(bench.id, &wrong)
        .await
        .unwrap_err();
    assert!(matches!(error, ChangeError::Refused(_)), "{error}");
    assert!(!error.remedy().is_empty());
}
