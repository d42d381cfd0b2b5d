//! A row as JSON.

use insight::RosterBuilder;
use model::{FieldValue, Group};

use crate::world::{APP, NOW, days_ago, having, known_for, meeting, query, text, user};

#[test]
fn a_row_has_the_shape_of_the_api() {
    let mut builder = RosterBuilder::new(&APP, NOW, known_for(60), known_for(40), Some(NOW));
    builder.group(Group {
        id: "g1".to_owned(),
        name: "Everyone".to_owned(),
        total_members: None,
    });
    let mut ann = having(
        user("u1", "Ann@x.example", "Ann"),
        &[
            ("user_type", text("pro")),
            ("department", text("")),
            ("large_meeting_enabled", FieldValue::YesNo(true)),
        ],
    );
    // Details are read user by user; values of the list have priority.
    ann.details = [
        ("webinar_capacity".to_owned(), FieldValue::Integer(500)),
        ("user_type".to_owned(), text("basic")),
    ]
    .into();
    ann.groups = vec!["g1".to_owned(), "unnamed".to_owned()];
    ann.listed_sign_in = Some(days_ago(3));
    builder.user(ann);
    builder.hosted("ann@x.example", meeting(7, 41));
    let roster = builder.build();
    let page = roster.page(&query(&[]));
    assert_eq!(
        page.rows[0].value("webinar_capacity"),
        Some(&FieldValue::Integer(500))
    );
    insta::assert_json_snapshot!(page.rows[0], @r#"
    {
      "id": "u1",
      "email": "Ann@x.example",
      "display_name": "Ann",
      "metadata": {
        "department": "",
        "large_meeting_capacity": null,
        "large_meeting_enabled": true,
        "last_client_version": null,
        "meeting_capacity": null,
        "user_status": "active",
        "user_type": "pro",
        "webinar": null,
        "webinar_capacity": 500,
        "suite": null
      },
      "groups": [
        "Everyone",
        "unnamed"
      ],
      "activity": {
        "last_sign_in": "2026-11-17T12:00:00Z",
        "last_hosted": "2026-11-13T12:00:00Z",
        "meetings_30d": 1,
        "meetings_90d": null,
        "minutes_30d": 41,
        "minutes_90d": null,
        "state": "active"
      }
    }
    "#);
}
