//! Bodies of Zoom's answers: every endpoint reads any bytes without a panic, and without sharing data
//! of a record that it rejects.
//!
//! Input: one byte for the endpoint, one for the status, then the body.

#![no_main]

use fuzz::call;
use libfuzzer_sys::fuzz_target;
use zoom::transport::HttpResponse;
use zoom::{Client, EventType, MeetingList, Page, ReportKind, UserStatus};

/// Success three times, because most of the code is behind it; then each class of refusal.
const STATUSES: [u16; 10] = [200, 200, 200, 204, 302, 400, 401, 403, 429, 503];

fuzz_target!(|input: &[u8]| {
    let [endpoint, status, body @ ..] = input else {
        return;
    };
    let answer = HttpResponse {
        status: STATUSES[usize::from(*status) % STATUSES.len()],
        headers: Vec::new(),
        body: body.to_vec().into(),
    };
    let endpoint = *endpoint;
    call(answer, async |client| read(&client, endpoint).await);
});

/// A rejected record has a reason, and every item its text.
fn check<T>(page: Result<Page<T>, zoom::Error>) {
    for rejected in page.iter().flat_map(|page| &page.rejected) {
        assert!(!rejected.reason.is_empty());
        assert!(!rejected.text.0.is_empty());
    }
    if let Ok(page) = &page {
        assert_eq!(page.items.len(), page.texts.len());
        assert_ne!(page.next.as_ref().map(|token| token.0.as_str()), Some(""));
    }
}

async fn read(client: &Client, endpoint: u8) {
    const DAY: &str = "2026-11-01";
    match endpoint % 20 {
        0 => check(client.users(UserStatus::Active, 300, None).await),
        1 => drop(client.user("u").await),
        2 => drop(client.user_settings("u").await),
        3 => drop(client.user_permissions("u").await),
        4 => drop(client.user_assistants("u").await),
        5 => drop(client.user_schedulers("u").await),
        6 => drop(client.users_summary().await),
        7 => check(client.groups(300, None).await),
        8 => check(client.group_members("g", 300, None).await),
        9 => drop(client.account_settings(None).await),
        10 => drop(client.managed_domains().await),
        11 => drop(client.trusted_domains().await),
        12 => drop(client.plan_usage().await),
        13 => check(
            client
                .report_users(ReportKind::Active, DAY, DAY, 300, None)
                .await,
        ),
        14 => check(client.report_history_meetings(DAY, DAY, 300, None).await),
        15 => check(client.report_activities(DAY, DAY, 300, None).await),
        16 => check(client.report_operation_logs(DAY, DAY, 300, None).await),
        17 => drop(client.report_daily(2026, 11).await),
        18 => check(
            client
                .report_upcoming_events(EventType::Meeting, DAY, DAY, 300, None)
                .await,
        ),
        _ => check(
            client
                .user_meetings("u", MeetingList::Upcoming, 300, None)
                .await,
        ),
    }
}
