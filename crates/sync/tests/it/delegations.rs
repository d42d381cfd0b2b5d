//! Assistants: the users that are asked about, how often, and that a refusal has no other effect.

use std::collections::BTreeSet;

use model::RunState;
use testkit::database::Kind;
use testkit::install::Install;
use zoom_sim::{Effect, Injection};

testkit::on_both_engines!(people_who_hardly_sign_in_are_asked_about_once_a_day);

async fn people_who_hardly_sign_in_are_asked_about_once_a_day(kind: Kind) {
    let (install, id) = Install::connected(kind, 500).await;
    assert_eq!(install.sync(id).await, RunState::Complete);
    let asked = |install: &Install| {
        let seen = install.wire.seen().into_iter();
        seen.filter(|seen| seen.path.ends_with("/assistants"))
            .count()
    };
    let first = asked(&install);
    assert!((5..=60).contains(&first), "{first}");
    let known = install.store.delegations(id).await.unwrap();
    assert_eq!(known.len(), first);
    // Executives have an assistant, and hardly ever sign in.
    let day = i64::from(install.clock_day().0);
    let executives: BTreeSet<String> = install
        .zoom
        .sim
        .truth_of(0, day, day)
        .into_iter()
        .filter(|row| row.persona == "executive with assistant")
        .map(|row| row.id)
        .collect();
    let with: Vec<_> = known.iter().filter(|(_, count)| *count > 0).collect();
    assert!(!with.is_empty());
    assert!(
        with.iter()
            .all(|(key, count)| executives.contains(key) && *count == 1)
    );

    install.sync(id).await;
    assert_eq!(asked(&install), first, "not twice on one day");
    install.clock.advance_ms(86_400_000);
    install.sync(id).await;
    let again = asked(&install) - first;
    assert!(again < first / 2, "{again} of {first} on the next day");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_ends_the_asking_and_nothing_else() {
    let (install, id) = Install::connected(Kind::Sqlite, 500).await;
    let refused = r#"{"code":4711,"message":"Invalid access token, does not contain scopes:[user:read:list_assistants:admin]."}"#;
    let effect = Effect::Status {
        status: 400,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: refused.to_owned(),
    };
    let control = install.zoom.sim.control();
    control.inject(Injection::always("/users/*/assistants", effect));
    assert_eq!(install.sync(id).await, RunState::Complete);
    assert_eq!(install.store.delegations(id).await.unwrap(), []);
    let seen = install.wire.seen().into_iter();
    let asked = seen
        .filter(|seen| seen.path.ends_with("/assistants"))
        .count();
    assert!(asked <= 4, "{asked}");
}
