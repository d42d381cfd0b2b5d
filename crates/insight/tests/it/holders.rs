//! Addresses pass from one user to another; activity stays with the user that had the address at that time.

use model::{Day, SignInMonth};

use crate::world::{NOW, builder, days_ago, meeting, user};

fn hosted_days(roster: &insight::Roster, key: &str) -> Vec<i32> {
    let detail = roster.user(key, 30).expect(key);
    detail
        .hosted
        .iter()
        .map(|h| NOW.day().since(h.day))
        .collect()
}

#[test]
fn r09_two_people_swap_addresses_and_keep_their_own_past() {
    let mut builder = builder();
    builder.user(user("ann", "b@x.example", "Ann"));
    builder.user(user("bob", "a@x.example", "Bob"));
    let swap = days_ago(20);
    for (key, email, since, until) in [
        ("ann", "a@x.example", days_ago(100), Some(swap)),
        ("ann", "b@x.example", swap, None),
        ("bob", "b@x.example", days_ago(100), Some(swap)),
        ("bob", "A@X.example", swap, None),
    ] {
        builder.email(key, email, since, until);
    }
    builder.hosted("a@x.example", meeting(300, 10));
    builder.hosted("a@x.example", meeting(30, 10));
    builder.hosted("a@x.example", meeting(5, 10));
    builder.hosted("b@x.example", meeting(40, 10));
    builder.sign_in_month(&SignInMonth {
        email: "a@x.example".to_owned(),
        month: Day::from_ymd(2026, 10, 1).unwrap(),
        // 20 days ago is 31 October, noon: the 30th is Ann's and the last sign-in of the 31st Bob's.
        days: 1 << 29 | 1 << 30,
        last: swap.plus_seconds(60),
    });
    let roster = builder.build();
    assert_eq!(
        hosted_days(&roster, "ann"),
        [300, 30],
        "before anybody looked it was hers too"
    );
    assert_eq!(hosted_days(&roster, "bob"), [40, 5]);
    let days = |key: &str| -> Vec<String> {
        let detail = roster.user(key, 30).unwrap();
        detail
            .sign_in_days
            .iter()
            .map(ToString::to_string)
            .collect()
    };
    assert_eq!(days("ann"), ["2026-10-30"]);
    assert_eq!(days("bob"), ["2026-10-31"]);
    let bob = roster.user("bob", 30).unwrap().user;
    assert_eq!(bob.activity.last_sign_in, Some(swap.plus_seconds(60)));
}

#[test]
fn a_new_holder_does_not_inherit_from_a_leaver() {
    let mut builder = builder();
    let mut left = user("old", "desk@x.example", "Old");
    left.removed_at = Some(days_ago(50));
    builder.user(left);
    builder.user(user("new", "desk@x.example", "New"));
    builder.email("old", "desk@x.example", days_ago(200), Some(days_ago(50)));
    builder.email("new", "desk@x.example", days_ago(40), None);
    builder.hosted("desk@x.example", meeting(60, 30));
    builder.hosted("desk@x.example", meeting(10, 45));
    let roster = builder.build();
    assert_eq!(hosted_days(&roster, "new"), [10]);
    let total: u64 = roster
        .per_day(NOW.day().plus(-90), NOW.day())
        .iter()
        .filter_map(|day| day.minutes)
        .sum();
    assert_eq!(total, 75, "the account's past keeps what leavers did");
}

#[test]
fn someone_without_listed_addresses_holds_their_current_one() {
    let mut builder = builder();
    builder.user(user("ann", "Ann@X.example", "Ann"));
    builder.hosted("ann@x.example", meeting(200, 30));
    builder.hosted("stranger@x.example", meeting(1, 30));
    let roster = builder.build();
    assert_eq!(hosted_days(&roster, "ann"), [200]);
}
