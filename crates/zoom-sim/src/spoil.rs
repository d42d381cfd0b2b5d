//! The changes of bodies by injections.

use crate::api::limits::Limit;
use crate::config::LimitHeaders;
use crate::effect::Effect;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The rows of the last page of each path.
pub(crate) type Pages = Arc<Mutex<HashMap<String, Vec<Value>>>>;

/// Headers and body of an injected 429, which does not depend on the counters.
pub(crate) fn limited(daily: bool, mode: LimitHeaders) -> (Vec<(String, String)>, String) {
    let limit = if daily {
        Limit::Daily
    } else {
        Limit::PerSecond
    };
    let own = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let headers = match mode {
        LimitHeaders::Usual if daily => vec![own("retry-after", "2099-12-31T00:00:00Z")],
        LimitHeaders::Usual | LimitHeaders::None => Vec::new(),
        LimitHeaders::All => vec![
            own("x-ratelimit-category", "Medium"),
            own(
                "x-ratelimit-type",
                if daily { "Daily-limit" } else { "QPS" },
            ),
            own("x-ratelimit-limit", "20"),
            own("x-ratelimit-remaining", "0"),
        ],
        LimitHeaders::Seconds => vec![own("retry-after", "1")],
        LimitHeaders::HttpDate => vec![own("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT")],
        LimitHeaders::Absurd => vec![own("retry-after", "315360000")],
        LimitHeaders::Contradicting => {
            vec![own("retry-after", "0"), own("x-ratelimit-remaining", "17")]
        }
    };
    (
        headers,
        json!({ "code": 429, "message": limit.message() }).to_string(),
    )
}

fn rows(value: &mut Value) -> Option<&mut Vec<Value>> {
    const LISTS: [&str; 6] = [
        "users",
        "members",
        "groups",
        "activity_logs",
        "operation_logs",
        "history_meetings",
    ];
    let answer = value.as_object_mut()?;
    let name = LISTS.into_iter().find(|name| answer.contains_key(*name))?;
    answer.get_mut(name)?.as_array_mut()
}

/// Applies effects to a body. `sent` is the page token of the request, `pages` the storage of earlier
/// pages and the path.
pub(crate) fn body<'a>(
    bytes: &mut Vec<u8>,
    effects: impl Iterator<Item = &'a Effect> + Clone,
    sent: &str,
    pages: Option<&(Pages, String)>,
) {
    let before = pages.map(|(pages, path)| {
        let mut pages = pages.lock().unwrap_or_else(PoisonError::into_inner);
        let mut value: Value = serde_json::from_slice(bytes).unwrap_or_default();
        let now = rows(&mut value).cloned().unwrap_or_default();
        pages.insert(path.clone(), now).unwrap_or_default()
    });
    if let Ok(mut value) = serde_json::from_slice::<Value>(bytes) {
        let mut touched = false;
        for effect in effects.clone() {
            touched |= change(
                &mut value,
                effect,
                sent,
                before.as_deref().unwrap_or_default(),
            );
        }
        if touched {
            *bytes = value.to_string().into_bytes();
        }
    }
    for effect in effects {
        match effect {
            Effect::Truncated => bytes.truncate(bytes.len() * 2 / 3),
            Effect::Empty => bytes.clear(),
            Effect::Garbage => *bytes = b"\x00\x1f{]garbage\xff\xfe".to_vec(),
            Effect::InvalidUtf8 => {
                let at = bytes
                    .windows(2)
                    .position(|pair| pair == b":\"")
                    .unwrap_or_default();
                bytes.splice(at + 2..at + 2, [0xc3, 0x28, 0xff]);
            }
            Effect::Deep(levels) => {
                let deep = format!(",\"deep\":{}{}}}", "[".repeat(*levels), "]".repeat(*levels));
                if bytes.last() == Some(&b'}') {
                    bytes.pop();
                    bytes.extend(deep.bytes());
                }
            }
            _ => {}
        }
    }
}

fn change(value: &mut Value, effect: &Effect, sent: &str, before: &[Value]) -> bool {
    match effect {
        Effect::DuplicatePage if !before.is_empty() => {
            if let Some(rows) = rows(value) {
                *rows = before.to_vec();
            }
        }
        Effect::Overlap(count) => {
            if let Some(rows) = rows(value) {
                let from = before.len().saturating_sub(*count);
                rows.splice(0..0, before[from..].iter().cloned());
            }
        }
        Effect::SameToken if !sent.is_empty() => value["next_page_token"] = sent.into(),
        Effect::NoToken => value["next_page_token"] = "".into(),
        Effect::Reordered => {
            if let Some(rows) = rows(value) {
                rows.reverse();
            }
        }
        Effect::TotalRecords(more) => {
            let total = value["total_records"].as_i64().unwrap_or_default() + more;
            value["total_records"] = total.into();
        }
        Effect::WrongTypes => every_second(value, |row| row.values_mut().for_each(twist)),
        Effect::Nulls => every_second(value, |row| {
            row.values_mut()
                .step_by(2)
                .for_each(|member| *member = Value::Null);
        }),
        Effect::Missing(name) => {
            let rows = rows(value)
                .into_iter()
                .flatten()
                .filter_map(Value::as_object_mut);
            rows.for_each(|row| {
                row.remove(name);
            });
        }
        Effect::Huge(bytes) => {
            let first = rows(value)
                .and_then(|rows| rows.first_mut())
                .and_then(Value::as_object_mut);
            if let Some(row) = first {
                row.insert("dept".to_owned(), "x".repeat(*bytes).into());
            }
        }
        Effect::Edit(edit) => edit(value),
        _ => return false,
    }
    true
}

fn every_second(value: &mut Value, edit: impl Fn(&mut Map<String, Value>)) {
    let rows = rows(value)
        .into_iter()
        .flatten()
        .step_by(2)
        .filter_map(Value::as_object_mut);
    rows.for_each(edit);
}

fn twist(member: &mut Value) {
    *member = match member.take() {
        Value::String(text) => json!(text.len()),
        Value::Number(number) => json!(number.to_string()),
        Value::Array(_) => json!({}),
        Value::Bool(on) => json!(if on { "yes" } else { "no" }),
        other => json!([other]),
    };
}
