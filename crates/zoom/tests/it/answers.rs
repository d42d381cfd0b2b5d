//! Every endpoint: the request that is sent, and the values read from Zoom's documented answer.

use serde_json::json as value;
use zoom::transport::Method;
use zoom::types::FEATURES;
use zoom::{Client, ENDPOINTS, PageToken, ReportKind, UserStatus};

use crate::script::{Script, client, json};

fn answered(body: &str) -> (Client, std::sync::Arc<Script>) {
    let script = Script::of([json(200, body)]);
    (client(&script), script)
}

/// Path and query of the only request, which was a `GET` with a bearer token.
fn asked(script: &Script) -> String {
    let requests = script.requests();
    let [request] = requests.as_slice() else {
        panic!("{} requests", requests.len())
    };
    assert_eq!(request.method, Method::Get);
    assert_eq!(
        request.headers[0],
        ("authorization".into(), "Bearer canary-token-1".into())
    );
    let query = request
        .url
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    format!("{}{query}", request.url.path())
}

#[tokio::test(start_paused = true)]
async fn users() {
    let (client, script) = answered(
        r#"{ "page_count": 3, "page_number": 1, "page_size": 300, "total_records": 842, "next_page_token": "8V8Hig",
        "users": [ { "id": "KDcuGIm1QgePTO8WbOqwIQ", "first_name": "Ada", "last_name": "Ng", "display_name": "Ada Ng",
        "email": "ada@example.com", "type": 2, "pmi": 6589310093, "timezone": "Europe/Berlin", "verified": 1,
        "dept": "Finance", "created_at": "2021-03-01T08:00:00Z", "user_created_at": "2021-03-01T08:00:00Z",
        "last_login_time": "2026-11-19T07:11:02Z", "last_client_version": "6.2.11.43613(mac)",
        "group_ids": ["SobVexyrQjqCkcxjpBWi6w"], "im_group_ids": [], "division_ids": [], "role_id": "2",
        "status": "active", "employee_unique_id": "E-1001", "plan_united_type": "1",
        "custom_attributes": [ { "key": "cbf", "name": "Cost code", "value": "4711" } ],
        "license_info_list": [ { "license_type": "ZOOM_WORKPLACE_BUNDLE", "license_option": 16, "subscription_id": "S" } ] } ] }"#,
    );
    let next = PageToken("a+b/c=".to_owned());
    let page = client
        .users(UserStatus::Inactive, 300, Some(&next))
        .await
        .unwrap();
    assert_eq!(
        asked(&script),
        "/v2/users?status=inactive&page_size=300&next_page_token=a%2Bb%2Fc%3D"
    );
    assert_eq!(page.total, Some(842));
    assert_eq!(page.next, Some(PageToken("8V8Hig".to_owned())));
    let user = &page.items[0];
    assert_eq!(user.email.as_deref(), Some("ada@example.com"));
    assert_eq!((user.r#type, user.pmi), (Some(2), Some(6_589_310_093)));
    assert_eq!(user.dept.as_deref(), Some("Finance"));
    assert_eq!(user.group_ids, ["SobVexyrQjqCkcxjpBWi6w"]);
    assert_eq!(user.license_info_list[0].license_option, Some(16));
    assert_eq!(user.custom_attributes[0].value.as_deref(), Some("4711"));
}

#[tokio::test(start_paused = true)]
async fn pending_users_have_no_id() {
    let (client, _) = answered(
        r#"{"users":[{"email":"a@x.example","status":"pending"},{"id":"","email":"b@x.example"}]}"#,
    );
    let page = client.users(UserStatus::Pending, 300, None).await.unwrap();
    assert!(page.items.iter().all(|user| user.id.is_none()));
    assert_eq!(page.next, None);
}

#[tokio::test(start_paused = true)]
async fn single_user() {
    let (client, script) = answered(
        r#"{"id":"u1","account_id":"acc","account_number":10009999999,"role_name":"Owner","cost_center":"c",
        "login_types":[1,101],"zoom_one_type":18446744073709551615,"cluster":"us04"}"#,
    );
    let user = client.me().await.unwrap();
    assert_eq!(asked(&script), "/v2/users/me");
    assert_eq!(user.account_id.as_deref(), Some("acc"));
    assert_eq!(user.account_number, Some(10_009_999_999));
    assert_eq!(user.zoom_one_type, Some(u64::MAX));
    assert_eq!(user.login_types, [1, 101]);
}

#[tokio::test(start_paused = true)]
async fn settings_of_a_user() {
    let (client, script) = answered(
        r#"{ "schedule_meeting": {"host_video": true}, "feature": {
        "meeting_capacity": 300, "large_meeting": true, "large_meeting_capacity": 500,
        "webinar": false, "webinar_capacity": 1000, "zoom_phone": false, "concurrent_meeting": "None",
        "license_info_list": [] } }"#,
    );
    let feature = client.user_settings("u1").await.unwrap().feature;
    assert_eq!(asked(&script), "/v2/users/u1/settings");
    assert_eq!(feature.meeting_capacity, Some(300));
    assert_eq!(
        (feature.large_meeting, feature.large_meeting_capacity),
        (Some(true), Some(500))
    );
    assert_eq!(
        (feature.webinar, feature.webinar_capacity),
        (Some(false), Some(1000))
    );
    assert_eq!(feature.zoom_events, None);
}

#[tokio::test(start_paused = true)]
async fn permissions_and_summary() {
    let (client, script) = answered(r#"{"permissions":["User:Read","Group:Read"]}"#);
    assert_eq!(
        client.user_permissions("me").await.unwrap(),
        ["User:Read", "Group:Read"]
    );
    assert_eq!(asked(&script), "/v2/users/me/permissions");
    let (client, script) = answered(r#"{"licensed_users_count":4,"total_users_count":9}"#);
    let summary = client.users_summary().await.unwrap();
    assert_eq!(
        (summary.licensed_users_count, summary.total_users_count),
        (Some(4), Some(9))
    );
    assert_eq!(asked(&script), "/v2/users/summary");
}

#[tokio::test(start_paused = true)]
async fn groups_and_members() {
    let (client, script) = answered(
        r#"{ "total_records": 2, "next_page_token": "", "groups": [ { "id": "g1", "name": "Sales", "total_members": 200 } ] }"#,
    );
    let page = client.groups(300, None).await.unwrap();
    assert_eq!(asked(&script), "/v2/groups?page_size=300");
    assert_eq!(page.items[0].total_members, Some(200));
    let (client, script) = answered(r#"{"members":[{"id":"u1","email":"a@x.example","type":2}]}"#);
    let page = client.group_members("g/1", 300, None).await.unwrap();
    assert_eq!(asked(&script), "/v2/groups/g%2F1/members?page_size=300");
    assert_eq!(page.items[0].id.as_deref(), Some("u1"));
}

#[tokio::test(start_paused = true)]
async fn account() {
    let (client, script) = answered(r#"{"security":{"signin_with_sso":{"enable":true}}}"#);
    let settings = client.account_settings(Some("security")).await.unwrap();
    assert_eq!(asked(&script), "/v2/accounts/me/settings?option=security");
    assert_eq!(settings["security"]["signin_with_sso"]["enable"], true);

    let (client, script) = answered(r#"{"schedule_meeting":{"host_video":true}}"#);
    assert_eq!(
        client.lock_settings().await.unwrap(),
        value!({"schedule_meeting": {"host_video": true}})
    );
    assert_eq!(asked(&script), "/v2/accounts/me/lock_settings");

    let (client, script) =
        answered(r#"{"domains":[{"domain":"example.com","status":"verified"}],"total_records":1}"#);
    let domains = client.managed_domains().await.unwrap();
    assert_eq!(domains[0].domain.as_deref(), Some("example.com"));
    assert_eq!(asked(&script), "/v2/accounts/me/managed_domains");

    let (client, script) = answered(r#"{"trusted_domains":["example.com"]}"#);
    assert_eq!(client.trusted_domains().await.unwrap(), ["example.com"]);
    assert_eq!(asked(&script), "/v2/accounts/me/trusted_domains");

    let (client, script) =
        answered(r#"{"plan_base":[{"type":"monthly","hosts":9007199254740993}]}"#);
    let usage = client.plan_usage().await.unwrap();
    assert_eq!(
        usage["plan_base"][0]["hosts"],
        value!(9_007_199_254_740_993_i64)
    );
    assert_eq!(asked(&script), "/v2/accounts/me/plans/usage");
}

#[tokio::test(start_paused = true)]
async fn reports_of_hosts() {
    let (client, script) = answered(
        r#"{ "from": "2026-10-24", "to": "2026-11-22", "total_records": 850, "next_page_token": "b43Y",
        "users": [ { "id": "u1", "email": "ada@example.com", "user_name": "Ada Ng", "type": 2, "dept": "Finance",
        "meetings": 45, "participants": 56, "meeting_minutes": 342 } ] }"#,
    );
    let page = client
        .report_users(ReportKind::Inactive, "2026-10-24", "2026-11-22", 300, None)
        .await
        .unwrap();
    assert_eq!(
        asked(&script),
        "/v2/report/users?from=2026-10-24&to=2026-11-22&type=inactive&page_size=300"
    );
    assert_eq!(page.from.as_deref(), Some("2026-10-24"));
    assert_eq!(page.to.as_deref(), Some("2026-11-22"));
    assert_eq!(page.items[0].meeting_minutes, Some(342));
}

#[tokio::test(start_paused = true)]
async fn meetings() {
    let (client, script) = answered(
        r#"{ "page_size": 300, "next_page_token": "",
        "history_meetings": [ { "meeting_uuid": "gm8s9L+PTEC+FG3sFbd1Cw==", "meeting_id": 93201235621, "type": "Meeting",
        "host_display_name": "Ada Ng", "host_email": "ada@example.com", "department": "Finance", "group": ["Sales"],
        "topic": "t", "source": "Zoom", "create_time": "2026-11-20T06:09:03Z", "start_time": "2026-11-20T07:09:03Z",
        "end_time": "2026-11-20T08:09:03Z", "duration": 60, "participants": 5, "total_participant_minutes": 83,
        "unique_viewers": 4, "max_concurrent_views": 3, "custom_fields": [], "tracking_fields": [{"field":"f","value":"v"}],
        "feature_used": { "screen_sharing": true, "poll": true, "record_to_cloud": false, "holograms": true } } ] }"#,
    );
    let page = client
        .report_history_meetings("2026-11-20", "2026-11-22", 300, None)
        .await
        .unwrap();
    assert_eq!(
        asked(&script),
        "/v2/report/history_meetings?from=2026-11-20&to=2026-11-22&meeting_type=all&page_size=300"
    );
    let meeting = &page.items[0];
    assert_eq!(meeting.meeting_id, Some(93_201_235_621));
    assert_eq!(meeting.group, ["Sales"]);
    assert_eq!(
        meeting.feature_used.names,
        ["screen_sharing", "poll", "holograms"]
    );
    let bit = |name| 1_u64 << FEATURES.iter().position(|have| *have == name).unwrap();
    assert_eq!(
        meeting.feature_used.bits(),
        bit("screen_sharing") | bit("poll")
    );
}

#[test]
fn feature_bits_never_move() {
    assert_eq!(FEATURES.len(), 37);
    assert_eq!(FEATURES[0], "screen_sharing");
    assert_eq!(FEATURES[36], "color_themes");
}

#[tokio::test(start_paused = true)]
async fn logs_and_daily_use() {
    let (client, script) = answered(
        r#"{ "from": "2026-11-01T00:00:00Z", "to": "2026-11-20T00:00:00Z", "page_size": 30, "next_page_token": "b43Y",
        "activity_logs": [ { "email": "ada@example.com", "time": "2026-11-19T19:13:41Z", "type": "Sign in" } ] }"#,
    );
    let page = client
        .report_activities("2026-11-01", "2026-11-20", 300, None)
        .await
        .unwrap();
    assert_eq!(
        asked(&script),
        "/v2/report/activities?from=2026-11-01&to=2026-11-20&page_size=300"
    );
    assert_eq!(page.from.as_deref(), Some("2026-11-01T00:00:00Z"));
    assert_eq!(page.items[0].r#type.as_deref(), Some("Sign in"));
    assert_eq!(page.items[0].ip_address, None);

    let (client, script) = answered(
        r#"{ "operation_logs": [ { "time": "2026-11-19T17:52:16Z", "operator": "admin@example.com", "category_type": "User",
        "action": "Update", "operation_detail": "Update User ada@example.com  - Job Title: set to Analyst" } ] }"#,
    );
    let page = client
        .report_operation_logs("2026-11-01", "2026-11-20", 300, None)
        .await
        .unwrap();
    assert_eq!(
        asked(&script),
        "/v2/report/operationlogs?from=2026-11-01&to=2026-11-20&page_size=300"
    );
    assert!(
        page.items[0]
            .operation_detail
            .as_deref()
            .unwrap()
            .contains("  - Job Title")
    );

    let (client, script) = answered(
        r#"{"year":2026,"month":11,"dates":[{"date":"2026-11-01","new_users":1,"meetings":2,"participants":3,"meeting_minutes":4}]}"#,
    );
    let report = client.report_daily(2026, 11).await.unwrap();
    assert_eq!(asked(&script), "/v2/report/daily?year=2026&month=11");
    assert_eq!(report.days.items[0].meeting_minutes, Some(4));
}

#[test]
fn endpoints_have_distinct_names_and_scopes_of_both_kinds() {
    for (n, endpoint) in ENDPOINTS.iter().enumerate() {
        assert!(endpoint.path.starts_with('/'));
        assert!(!endpoint.classic.is_empty() && !endpoint.granular.is_empty());
        assert!(
            ENDPOINTS[..n]
                .iter()
                .all(|other| other.name != endpoint.name)
        );
        assert!(endpoint.opened_by(&endpoint.granular[..1]));
        assert!(!endpoint.opened_by::<&str>(&[]));
    }
}
