//! Pages of Zoom's listings and reports.

use connector::{Cursor, Page, PageRequest, Records, Rejected};
use model::{EventKind, streams};
use zoom::{Client, Error, EventType, PageToken, ReportKind, UserStatus};

use crate::map;

/// Rows per page: the most that Zoom is known to accept for reports and groups.
pub(crate) const PAGE_SIZE: u32 = 300;
/// Statuses of users, by position of the listing: see `READINGS`.
const STATUSES: [UserStatus; 3] = [
    UserStatus::Active,
    UserStatus::Inactive,
    UserStatus::Pending,
];

/// Reads one page of a stream.
pub(crate) async fn page(client: &Client, request: &PageRequest<'_>) -> Result<Page, Error> {
    let token = request.cursor.map(|cursor| PageToken(cursor.0.clone()));
    let next = token.as_ref();
    let (from, to) = days(request);
    let (from, to) = (from.as_str(), to.as_str());
    match request.stream {
        streams::USERS => {
            let status = STATUSES[request.part.min(STATUSES.len() - 1)];
            let size = request.page_size.unwrap_or(PAGE_SIZE);
            let page = client.users(status, size, next).await?;
            Ok(mapped(
                page,
                |user| map::user(user, status, request.began),
                Records::Users,
            ))
        }
        streams::GROUPS => {
            let page = client.groups(PAGE_SIZE, next).await?;
            Ok(mapped(page, map::group, Records::Groups))
        }
        streams::MEETINGS => {
            let page = client.report_history_meetings(from, to, PAGE_SIZE, next);
            Ok(mapped(page.await?, map::hosted, Records::Events))
        }
        streams::SIGN_INS => {
            let page = client.report_activities(from, to, PAGE_SIZE, next).await?;
            Ok(mapped(page, map::sign_in, Records::SignIns))
        }
        streams::OPERATION_LOGS => {
            let page = client.report_operation_logs(from, to, PAGE_SIZE, next);
            Ok(mapped(page.await?, map::admin_change, |rows| {
                let users_changed = rows.iter().flat_map(map::users_changed).collect();
                Records::AdminChanges {
                    rows,
                    users_changed,
                }
            }))
        }
        streams::HOST_REPORTS => {
            let kind = match request.part {
                0 => ReportKind::Active,
                _ => ReportKind::Inactive,
            };
            let page = client.report_users(kind, from, to, PAGE_SIZE, next).await?;
            Ok(mapped(page, map::host_report, Records::HostReports))
        }
        streams::DAILY_USAGE => {
            let first = request.window.map_or(request.began.day(), |it| it.from);
            let (year, month, _) = first.ymd();
            let report = client.report_daily(year, month.unsigned_abs()).await?;
            Ok(Page::single(Records::DailyUsage(map::daily(&report))))
        }
        streams::UPCOMING_EVENTS => upcoming(client, request.part, (from, to), next).await,
        // The engine asks only for streams of `READINGS`.
        _ => Err(Error::Invalid {
            code: 0,
            message: format!("there is no stream {}", request.stream),
        }),
    }
}

async fn upcoming(
    client: &Client,
    part: usize,
    (from, to): (&str, &str),
    next: Option<&PageToken>,
) -> Result<Page, Error> {
    let (asked, kind) = match part {
        0 => (EventType::Meeting, EventKind::Meeting),
        _ => (EventType::Webinar, EventKind::Webinar),
    };
    let page = client.report_upcoming_events(asked, from, to, PAGE_SIZE, next);
    Ok(mapped(
        page.await?,
        |event| map::upcoming(event, kind),
        Records::Upcoming,
    ))
}

/// The days of the request, as Zoom wants them; empty for listings without days.
fn days(request: &PageRequest<'_>) -> (String, String) {
    request.window.map_or_else(Default::default, |window| {
        (window.from.to_string(), window.to.to_string())
    })
}

fn mapped<Z, M>(
    page: zoom::Page<Z>,
    read: impl Fn(&Z) -> Option<M>,
    records: impl FnOnce(Vec<M>) -> Records,
) -> Page {
    let rows: Vec<M> = page.items.iter().filter_map(read).collect();
    let day = |text: &Option<String>| text.as_deref().and_then(map::day);
    Page {
        unmapped: page.items.len() - rows.len(),
        records: records(rows),
        next: page.next.map(|token| Cursor(token.0)),
        total: page.total,
        from: day(&page.from),
        to: day(&page.to),
        rejected: page
            .rejected
            .into_iter()
            .map(|record| Rejected {
                reason: record.reason,
                sample_hash: record.sample_hash,
            })
            .collect(),
        requests: 1,
    }
}
