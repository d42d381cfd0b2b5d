//! `GET /report/history_meetings`: every meeting and webinar of the account.

use super::answer::{Body, body};
use super::call::Call;
use super::error::Refusal;
use super::features::{FEATURES, Features};
use crate::calendar::{DAY, time};
use crate::company::days::MeetingRow;
use crate::company::groups::group_name;
use crate::company::habits::Meeting;
use crate::company::person::Person;
use crate::company::scheduling::made;
use crate::company::visibility::visible;
use crate::dice::{Dice, mix};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

const TOPICS: [&str; 14] = [
    "Weekly sync",
    "Project review",
    "Planning",
    "Customer call",
    "1:1",
    "Design discussion",
    "Interview",
    "Retrospective",
    "Budget round",
    "Onboarding",
    "Team meeting",
    "Status update",
    "Workshop",
    "Q&A",
];

#[derive(Serialize)]
struct Pair {
    key: &'static str,
    value: String,
}

#[derive(Serialize)]
struct Tracking {
    field: &'static str,
    value: String,
}

#[derive(Serialize)]
struct HistoryRow {
    meeting_uuid: String,
    meeting_id: u64,
    r#type: &'static str,
    host_display_name: String,
    host_email: String,
    department: &'static str,
    group: Vec<&'static str>,
    topic: String,
    source: &'static str,
    create_time: String,
    start_time: String,
    end_time: String,
    duration: u32,
    participants: u16,
    total_participant_minutes: u64,
    unique_viewers: u16,
    max_concurrent_views: u16,
    custom_fields: [Pair; 0],
    tracking_fields: Vec<Tracking>,
    feature_used: Features,
}

#[derive(Serialize)]
struct HistoryPage {
    page_size: usize,
    next_page_token: String,
    history_meetings: Vec<HistoryRow>,
}

/// UUID of one occurrence of a meeting.
pub(super) fn uuid(key: u64, day: i64, meeting: &Meeting) -> String {
    let salt = (day as u64) << 16 | u64::from(meeting.nth) << 8;
    let (mut a, b) = (mix(key, salt), mix(key, salt | 1));
    // A base64 text begins with a slash when the first six bits are ones.
    if mix(key, salt | 2).is_multiple_of(12) {
        a |= 0xfc00_0000_0000_0000;
    }
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&a.to_be_bytes());
    bytes[8..].copy_from_slice(&b.to_be_bytes());
    STANDARD.encode(bytes)
}

fn salt(day: i64, meeting: &Meeting) -> u64 {
    mix(day as u64, u64::from(meeting.nth) ^ 0x6d74)
}

/// Number that all meetings of a series share.
fn series(day: i64, meeting: &Meeting) -> u64 {
    match meeting.series {
        0 => salt(day, meeting),
        series => u64::from(series),
    }
}

/// Meeting number, the same for all meetings of a series.
pub(super) fn number(person: &Person, day: i64, meeting: &Meeting) -> u64 {
    80_000_000_000 + mix(person.key, series(day, meeting) ^ 0x6964) % 19_000_000_000
}

/// Title of a meeting, the same for all meetings of a series.
pub(super) fn topic(person: &Person, day: i64, meeting: &Meeting) -> String {
    let series = series(day, meeting);
    let topic = TOPICS[(mix(person.key, series ^ 0x746f) % TOPICS.len() as u64) as usize];
    if meeting.webinar {
        format!("Webinar: {topic}")
    } else {
        topic.to_owned()
    }
}

fn row(call: &Call<'_>, person: &Person, day: i64, meeting: &Meeting) -> HistoryRow {
    let face = call.account.face(person);
    let mut groups = Vec::new();
    call.account.groups(person, &mut groups);
    let mut dice = Dice::of(person.key, salt(day, meeting));
    let start = day * DAY + i64::from(meeting.start);
    let people = u64::from(meeting.participants);
    HistoryRow {
        meeting_uuid: uuid(person.key, day, meeting),
        meeting_id: number(person, day, meeting),
        r#type: if meeting.webinar {
            "Webinar"
        } else {
            "Meeting"
        },
        host_display_name: face.display,
        host_email: face.email,
        department: face.dept.unwrap_or_default(),
        group: groups.into_iter().map(group_name).collect(),
        topic: topic(person, day, meeting),
        source: "Zoom",
        create_time: time(made(person, day, meeting).unwrap_or(start - 60)),
        start_time: time(start),
        end_time: time(start + i64::from(meeting.length)),
        duration: meeting.minutes(),
        participants: meeting.participants,
        total_participant_minutes: (people * u64::from(meeting.minutes()) * (70 + dice.below(30)))
            .div_ceil(100),
        unique_viewers: meeting.participants,
        max_concurrent_views: meeting
            .participants
            .saturating_sub(dice.below(3) as u16)
            .max(1),
        custom_fields: [],
        tracking_fields: if dice.chance(600) {
            vec![Tracking {
                field: "Cost code",
                value: (4000 + person.lot(76) % 900).to_string(),
            }]
        } else {
            Vec::new()
        },
        feature_used: Features(dice, *meeting),
    }
}

struct HistoryFilter<'a> {
    webinar: Option<bool>,
    feature: Option<&'a str>,
    search: Option<String>,
    group: Option<usize>,
    by_end: bool,
}

fn filter<'a>(call: &'a Call<'_>) -> Result<HistoryFilter<'a>, Refusal> {
    let bad = |name: &str| Refusal::new(400, 300, format!("Invalid parameter: {name}."));
    let feature = call.param("meeting_feature");
    if feature.is_some_and(|name| FEATURES.iter().all(|(known, _)| *known != name)) {
        return Err(bad("meeting_feature"));
    }
    Ok(HistoryFilter {
        webinar: match call.param("meeting_type").unwrap_or("all") {
            "all" => None,
            "meeting" => Some(false),
            "webinar" => Some(true),
            _ => return Err(bad("meeting_type")),
        },
        feature,
        search: call
            .param("search_key")
            .filter(|key| !key.is_empty())
            .map(str::to_lowercase),
        group: match call.param("group_id").filter(|id| !id.is_empty()) {
            None => None,
            Some(id) => Some(call.account.group(id).ok_or_else(|| {
                Refusal::new(403, 12703, format!("No permission for the group: {id}."))
            })?),
        },
        by_end: match call.param("date_type").unwrap_or("start_time") {
            "start_time" => false,
            "end_time" => true,
            _ => return Err(bad("date_type")),
        },
    })
}

impl HistoryFilter<'_> {
    fn fits(&self, call: &Call<'_>, person: &Person, row: &HistoryRow) -> bool {
        let in_group = self.group.is_none_or(|group| {
            let mut groups = Vec::new();
            call.account.groups(person, &mut groups);
            groups.contains(&group)
        });
        let used = |name: &str| row.feature_used.used().any(|(n, used)| n == name && used);
        in_group
            && self.feature.is_none_or(used)
            && self.search.as_ref().is_none_or(|key| {
                [&row.topic, &row.host_email, &row.host_display_name]
                    .iter()
                    .any(|text| text.to_lowercase().contains(key))
            })
    }
}

/// `GET /report/history_meetings`
pub(crate) fn history(call: &Call<'_>) -> Result<Body, Refusal> {
    let range = call.range(true)?;
    let filter = filter(call)?;
    let page = call.page(300)?;
    // All pages show the account at the time when the first page was requested.
    let seen = page.at(2, call.now as u64) as i64;
    let (mut day, mut at) = (
        page.at(0, range.to.min(call.today()) as u64) as i64,
        page.at(1, 0),
    );
    let oldest = if filter.by_end {
        range.from - 1
    } else {
        range.from
    };
    let (mut rows, mut next) = (Vec::with_capacity(page.rows), String::new());
    'days: while day >= oldest {
        let all = call.sim.days.meetings(call.account, day);
        for (no, meeting) in all.iter().skip(at as usize) {
            if let Some(row) = pick(call, &filter, (day, &(*no, *meeting)), seen, range) {
                if rows.len() == page.rows {
                    next = call.token(&[day as u64, at, seen as u64]);
                    break 'days;
                }
                rows.push(row);
            }
            at += 1;
        }
        (day, at) = (day - 1, 0);
    }
    body(&HistoryPage {
        page_size: page.size,
        next_page_token: next,
        history_meetings: rows,
    })
}

fn pick(
    call: &Call<'_>,
    filter: &HistoryFilter<'_>,
    (day, (no, meeting)): (i64, &MeetingRow),
    seen: i64,
    range: super::range::Range,
) -> Option<HistoryRow> {
    let start = day * DAY + i64::from(meeting.start);
    let end = (start + i64::from(meeting.length)).div_euclid(DAY);
    let inside = !filter.by_end || (range.from..=range.to).contains(&end);
    let kind = filter
        .webinar
        .is_none_or(|webinar| webinar == meeting.webinar);
    if !inside || !kind || !visible(day, meeting, seen) || call.account.gone(*no, start) {
        return None;
    }
    let person = call.account.person(*no)?;
    let row = row(call, &person, day, meeting);
    filter.fits(call, &person, &row).then_some(row)
}
