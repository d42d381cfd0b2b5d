//! Pages of Zoom's listings and reports.

use connector::{Cursor, Page, PageRequest, Records, Rejected};
use model::{Day, EventKind, streams};
use serde_json::Value;
use zoom::types::DailyReport;
use zoom::{Client, Error, EventType, PageToken, RecordText, ReportKind, UserStatus};

use crate::map::{self, Mapped};

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
                let addresses_changed = rows.iter().flat_map(map::addresses_changed).collect();
                Records::AdminChanges {
                    rows,
                    users_changed,
                    addresses_changed,
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
            let (from, to) = month_of(&report);
            Ok(Page {
                from,
                to,
                ..mapped(report.days, map::daily, Records::DailyUsage)
            })
        }
        streams::UPCOMING_EVENTS => upcoming(client, request.part, (from, to), next).await,
        // The engine asks only for streams of `READINGS`.
        _ => Err(Error::Invalid {
            code: 0,
            message: format!("there is no stream {}", request.stream),
        }),
    }
}

/// Maps records again that were kept as text.
pub(crate) fn read_again(stream: &str, texts: &[String]) -> Option<Page> {
    match stream {
        streams::MEETINGS => {
            let page = zoom::history_meetings_of(texts);
            Some(mapped(page, map::hosted, Records::Events))
        }
        streams::SIGN_INS => {
            let page = zoom::activities_of(texts);
            Some(mapped(page, map::sign_in, Records::SignIns))
        }
        _ => None,
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

/// Maps the records of a page. A record that ends as a problem goes among the rejected ones with its text.
pub(crate) fn mapped<Z, M>(
    page: zoom::Page<Z>,
    read: impl Fn(&Z) -> Mapped<M>,
    records: impl FnOnce(Vec<M>) -> Records,
) -> Page {
    let mut rejected: Vec<Rejected> = page
        .rejected
        .into_iter()
        .map(|record| Rejected {
            reason: record.reason,
            day: None,
            person: None,
            lost: true,
            text: kept(&record.text),
        })
        .collect();
    let mut rows = Vec::with_capacity(page.items.len());
    for (item, text) in page.items.iter().zip(page.texts) {
        let Mapped { row, problem } = read(item);
        rejected.extend(problem.map(|problem| Rejected {
            reason: problem.reason,
            day: problem.day,
            person: problem.person,
            lost: row.is_none(),
            text: kept(&text),
        }));
        rows.extend(row);
    }
    let day = |text: &Option<String>| text.as_deref().and_then(map::day);
    Page {
        records: records(rows),
        next: page.next.map(|token| Cursor(token.0)),
        total: page.total,
        from: day(&page.from),
        to: day(&page.to),
        rejected,
        requests: 1,
    }
}

/// Members of records that are never stored: topics, and addresses of networks.
const NEVER_STORED: [&str; 2] = ["topic", "ip_address"];

/// The text of a record without what is never stored; empty when that cannot be taken out.
fn kept(text: &RecordText) -> Box<str> {
    match serde_json::from_str(&text.0) {
        Ok(Value::Object(mut record)) => {
            for member in NEVER_STORED {
                record.remove(member);
            }
            Value::Object(record).to_string().into()
        }
        _ => Box::default(),
    }
}

/// The first and the last day of the month that a daily report names; both `None` when it names none.
fn month_of(report: &DailyReport) -> (Option<Day>, Option<Day>) {
    let month = || {
        let year = i16::try_from(report.year?).ok()?;
        let month = i8::try_from(report.month?).ok()?;
        let first = Day::from_ymd(year, month, 1)?;
        // Thirty-one days on is always in the next month.
        Some((first, first.plus(31).month_start().plus(-1)))
    };
    month().unzip()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r35_kept_texts_are_mapped_again() {
        let good = r#"{"meeting_uuid":"a","host_email":"h@x.test","participants":2,"duration":5,
            "start_time":"2026-11-26 07:00:00"}"#;
        let bad =
            r#"{"meeting_uuid":"b","host_email":"h@x.test","start_time":"soon","topic":"canary"}"#;
        let texts = [good, bad, "["].map(str::to_owned);
        let page = read_again(streams::MEETINGS, &texts).unwrap();
        assert_eq!(page.records.len(), 1);
        let reasons: Vec<&str> = page.rejected.iter().map(|it| it.reason.as_str()).collect();
        assert_eq!(reasons, ["not JSON", "start_time: not a time"]);
        assert_eq!(page.rejected[1].person.as_deref(), Some("h@x.test"));
        assert!(page.rejected[1].text.contains("soon"));
        assert!(
            !page.rejected[1].text.contains("canary"),
            "topics are never stored"
        );
        assert!(read_again(streams::HOST_REPORTS, &texts).is_none());
    }
}
