//! Days of the account and of one user.

use insight::{HostedDay, RosterBuilder};
use model::{HostedSummary, NeedKind, Needs, SignInMonth};

use crate::world::{APP, NOW, builder, days_ago, known_for, meeting, user};

fn month(email: &str, days: u32, last: i32) -> SignInMonth {
    SignInMonth {
        email: email.to_owned(),
        month: NOW.day().month_start(),
        days,
        last: days_ago(last),
    }
}

#[test]
fn days_count_people() {
    let mut builder = RosterBuilder::new(&APP, NOW, known_for(30), known_for(7), Some(NOW));
    builder.user(user("a", "a@x.example", "A"));
    builder.user(user("b", "b@x.example", "B"));
    // Monday 16 November to Friday 20 November 2026, which is today.
    builder.sign_in_month(&month("a@x.example", 0b1_1111 << 15, 0));
    builder.sign_in_month(&month("b@x.example", 0b1 << 15, 4));
    builder.hosted("a@x.example", meeting(1, 30));
    builder.hosted("a@x.example", meeting(1, 60));
    builder.hosted(
        "a@x.example",
        HostedSummary {
            webinar: true,
            features: 0,
            ..meeting(2, 90)
        },
    );
    builder.hosted("", meeting(2, 5));
    let roster = builder.build();

    let days = roster.per_day(NOW.day().plus(-4), NOW.day());
    let sign_ins: Vec<_> = days.iter().map(|d| d.people.unwrap()).collect();
    assert_eq!(sign_ins, [2, 1, 1, 1, 1]);
    let wednesday = days[2];
    assert_eq!(
        (
            wednesday.meetings,
            wednesday.webinars,
            wednesday.minutes,
            wednesday.hosts
        ),
        (Some(1), Some(1), Some(95), Some(1)),
        "a withheld host counts as a meeting and not as a person"
    );
    let eight_days_ago = roster.per_day(NOW.day().plus(-8), NOW.day())[0];
    assert_eq!(
        eight_days_ago.people,
        Some(0),
        "known and without a sign-in"
    );
    assert_eq!(eight_days_ago.meetings, None);
    assert_eq!(
        roster.per_day(NOW.day().plus(1), NOW.day().plus(1))[0].people,
        None
    );
}

#[test]
fn a_user_shows_each_day() {
    let mut builder = builder();
    builder.user(user("a", "a@x.example", "A"));
    builder.sign_in_month(&month("a@x.example", 0b101, 17));
    for summary in [
        meeting(20, 45),
        HostedSummary {
            participants: Some(80),
            ..meeting(20, 30)
        },
        HostedSummary {
            webinar: true,
            features: 0,
            participants: Some(200),
            ..meeting(95, 100)
        },
    ] {
        builder.hosted("a@x.example", summary);
    }
    let roster = builder.build();
    let detail = roster.user("a", 30).unwrap();
    let days: Vec<String> = detail
        .sign_in_days
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(days, ["2026-11-01", "2026-11-03"]);
    assert_eq!(
        detail.hosted,
        [
            HostedDay {
                day: days_ago(95).day(),
                meetings: 0,
                webinars: 1,
                minutes: 100,
                longest: 100,
                most_participants: 200,
                needs: Needs::NONE.with(NeedKind::Webinar),
            },
            HostedDay {
                day: days_ago(20).day(),
                meetings: 2,
                webinars: 0,
                minutes: 75,
                longest: 45,
                most_participants: 80,
                needs: Needs::NONE.with(NeedKind::Length),
            },
        ]
    );
    let activity = detail.user.activity;
    assert_eq!(
        (activity.meetings_30d, activity.minutes_30d),
        (Some(2), Some(75))
    );
    assert_eq!(
        (activity.meetings_90d, activity.minutes_90d),
        (Some(2), Some(75))
    );
    assert_eq!(activity.last_hosted, Some(days_ago(20)));
    assert_eq!(activity.last_sign_in, Some(days_ago(17)));
    assert!(activity.last_sign_in_known);
    assert_eq!(roster.hosted_weeks("a", 3), Some(vec![2, 0, 0]));
    assert!(roster.user("nobody", 30).is_none());
}
