//! Planned meetings and webinars, and the assistants of users.

use zoom::{EventType, MeetingList};

use crate::script::{Script, client, json};

#[tokio::test(start_paused = true)]
async fn each_kind_of_event_is_asked_for_by_itself() {
    let page = r#"{"from":"2026-11-23","to":"2026-12-23","page_size":300,"next_page_token":"",
        "upcoming_events":[{"dept":"HR","host_id":"h","host_name":"x","id":"e==",
        "start_time":"2026-11-24T07:40:46Z","topic":"secret"}]}"#;
    let script = Script::of([json(200, page)]);
    let found = client(&script)
        .report_upcoming_events(EventType::Webinar, "2026-11-23", "2026-12-23", 300, None)
        .await
        .unwrap();
    assert_eq!(found.items[0].host_id.as_deref(), Some("h"));
    assert_eq!(
        found.items[0].start_time.as_deref(),
        Some("2026-11-24T07:40:46Z")
    );
    assert!(!format!("{found:?}").contains("secret"));
    let asked = script.requests().swap_remove(0).url;
    assert_eq!(asked.path(), "/v2/report/upcoming_events");
    assert_eq!(
        asked.query(),
        Some("from=2026-11-23&to=2026-12-23&type=webinar&page_size=300")
    );
}

#[tokio::test(start_paused = true)]
async fn a_users_meetings_and_delegates_are_read() {
    let meetings = r#"{"page_size":300,"total_records":1,"next_page_token":"","meetings":[
        {"id":97763643886,"uuid":"u","host_id":"h","type":3,"duration":60}]}"#;
    let people = r#"{"assistants":[{"id":"a","email":"A@example.com"}]}"#;
    let none = r#"{"schedulers":[]}"#;
    let script = Script::of([json(200, meetings), json(200, people), json(200, none)]);
    let zoom = client(&script);
    let found = zoom
        .user_meetings("h", MeetingList::Live, 300, None)
        .await
        .unwrap();
    assert_eq!(
        (found.items[0].id, found.items[0].r#type),
        (Some(97_763_643_886), Some(3))
    );
    assert_eq!(found.items[0].start_time, None);
    assert_eq!(
        zoom.user_assistants("h").await.unwrap()[0].id.as_deref(),
        Some("a")
    );
    assert_eq!(zoom.user_schedulers("h").await.unwrap(), []);
    let paths: Vec<_> = script
        .requests()
        .iter()
        .map(|r| r.url.path().to_owned())
        .collect();
    assert_eq!(
        paths,
        [
            "/v2/users/h/meetings",
            "/v2/users/h/assistants",
            "/v2/users/h/schedulers"
        ]
    );
}
