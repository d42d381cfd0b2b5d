//! Numbers, times and values as text. Unknown values are always shown as "unknown" in their own
//! colour, so that they can't be mistaken for zero, never or none.

use maud::{Markup, html};
pub use model::words::{counted, number};
use model::{Day, Field, FieldKind, FieldValue, Timestamp};

/// Time of the last occurrence of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Exact time of the event (UTC).
    At(Timestamp),
    /// Only the day is known (UTC).
    On(Day),
    /// Known never to have happened.
    Never,
    /// Not known, because data is missing.
    Unknown,
}

/// A whole number, or "unknown".
#[must_use]
pub fn amount(value: Option<i64>) -> Markup {
    match value {
        Some(value) => html! { (number(value)) },
        None => unknown(),
    }
}

/// Marks a value that is not known.
#[must_use]
pub fn unknown() -> Markup {
    html! { span.unknown { "unknown" } }
}

/// Marks a value that is known to be empty.
#[must_use]
pub fn none() -> Markup {
    html! { span.none { "none" } }
}

/// "3 October", with the year unless it is the current one; exact time and zone in the tooltip.
#[must_use]
pub fn moment(now: Timestamp, at: Timestamp) -> Markup {
    html! { time datetime=(at) title=(at.readable()) { (day_text(now, at.day())) } }
}

/// "3 October, 14:05", for logs; exact time and zone in the tooltip.
#[must_use]
pub fn moment_with_time(now: Timestamp, at: Timestamp) -> Markup {
    let readable = at.readable();
    let clock = readable.get(11..16).unwrap_or_default();
    html! {
        time datetime=(at) title=(readable) { (day_text(now, at.day())) ", " (clock) }
    }
}

/// "3 October", with the year unless it is the current one.
#[must_use]
pub fn day(now: Timestamp, day: Day) -> Markup {
    html! { time datetime=(day) title={ (day.long()) ", UTC" } { (day_text(now, day)) } }
}

fn day_text(now: Timestamp, day: Day) -> String {
    if day.ymd().0 == now.day().ymd().0 {
        format!("{} {}", day.ymd().2, day.month_name())
    } else {
        day.long()
    }
}

/// "4 minutes ago", "yesterday", "12 days ago"; exact time and zone in the tooltip.
#[must_use]
pub fn ago(now: Timestamp, at: Timestamp) -> Markup {
    html! { time datetime=(at) title=(at.readable()) { (ago_text(now, at)) } }
}

/// The text of [`ago`] without markup.
#[must_use]
pub fn ago_text(now: Timestamp, at: Timestamp) -> String {
    let seconds = now.since(at) / 1000;
    let ago = |n: i64, unit: &str| format!("{n} {unit}{} ago", if n == 1 { "" } else { "s" });
    match seconds {
        i64::MIN..-60 => day_text(now, at.day()),
        -60..60 => "just now".to_owned(),
        60..3600 => ago(seconds / 60, "minute"),
        3600..86_400 => ago(seconds / 3600, "hour"),
        _ => match now.day().since(at.day()) {
            ..=1 => "yesterday".to_owned(),
            days if days < 60 => ago(i64::from(days), "day"),
            _ => day_text(now, at.day()),
        },
    }
}

/// Age for narrow columns: "4 min", "2 h", "12 days"; exact time and zone in the tooltip.
#[must_use]
pub fn age(now: Timestamp, at: Timestamp) -> Markup {
    let text = match now.since(at) / 1000 {
        seconds @ 60..3600 => format!("{} min", seconds / 60),
        seconds @ 3600..86_400 => format!("{} h", seconds / 3600),
        86_400.. => match now.day().since(at.day()) {
            days @ 2..60 => format!("{days} days"),
            _ => ago_text(now, at),
        },
        _ => ago_text(now, at),
    };
    html! { time datetime=(at) title=(at.readable()) { (text) } }
}

/// "27 March 2026 – 26 March 2027"; the years are shown on both sides or on neither.
#[must_use]
pub fn days(now: Timestamp, from: Day, to: Day) -> Markup {
    let year = now.day().ymd().0;
    let here = from.ymd().0 == year && to.ymd().0 == year;
    html! {
        @if here { (day(now, from)) " – " (day(now, to)) }
        @else { (whole_day(from)) " – " (whole_day(to)) }
    }
}

/// "3 October 2026", always with the year.
fn whole_day(day: Day) -> Markup {
    html! { time datetime=(day) title={ (day.long()) ", UTC" } { (day.long()) } }
}

/// "in 12 minutes", "in 3 hours": time until an event; exact time and zone in the tooltip.
#[must_use]
pub fn until(now: Timestamp, at: Timestamp) -> Markup {
    let seconds = at.since(now) / 1000;
    let text = match seconds {
        ..60 => "any moment now".to_owned(),
        60..3600 => format!("in {}", counted(seconds / 60, "minute", "minutes")),
        3600..86_400 => format!("in {}", counted(seconds / 3600, "hour", "hours")),
        _ => day_text(now, at.day()),
    };
    html! { time datetime=(at) title=(at.readable()) { (text) } }
}

/// A duration, from milliseconds: "38 s", "4 min 10 s", "2 h 5 min".
#[must_use]
pub fn duration(ms: i64) -> String {
    match ms / 1000 {
        ..=0 => "under 1 s".to_owned(),
        seconds @ 1..60 => format!("{seconds} s"),
        seconds @ 60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        seconds => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

/// Time of the last occurrence: "3 days ago", "never" or "unknown".
#[must_use]
pub fn seen(now: Timestamp, seen: Seen) -> Markup {
    match seen {
        Seen::At(at) => ago(now, at),
        Seen::On(on) => {
            let words = match now.day().since(on) {
                0 => "today".to_owned(),
                1 => "yesterday".to_owned(),
                days if (2..60).contains(&days) => format!("{days} days ago"),
                _ => day_text(now, on),
            };
            html! { time datetime=(on) title={ (on.long()) ", UTC" } { (words) } }
        }
        Seen::Never => html! { span.never { "never" } },
        Seen::Unknown => unknown(),
    }
}

/// A metadata value as text: a choice, yes or no, a number; "none" where it is known to be empty
/// and "unknown" where it was never read.
#[must_use]
pub fn value(field: &Field, value: Option<&FieldValue>) -> Markup {
    match value {
        None => unknown(),
        Some(FieldValue::Integer(0)) => none(),
        Some(FieldValue::Text(text)) if text.is_empty() => none(),
        Some(value) => html! { (value_text(field, value)) },
    }
}

/// The text of a known value.
#[must_use]
pub fn value_text(field: &Field, value: &FieldValue) -> String {
    match value {
        FieldValue::YesNo(true) => "Yes".to_owned(),
        FieldValue::YesNo(false) => "No".to_owned(),
        FieldValue::Integer(value) => number(*value),
        FieldValue::Text(text) => match field.kind {
            FieldKind::Choice(choices) => choices
                .iter()
                .find(|choice| choice.value == text)
                .map_or_else(|| text.clone(), |choice| choice.label.to_owned()),
            _ => text.clone(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_never_none_and_zero_all_differ() {
        let now = Timestamp(0);
        let texts = [
            seen(now, Seen::Never).into_string(),
            seen(now, Seen::Unknown).into_string(),
            none().into_string(),
            amount(Some(0)).into_string(),
        ];
        for (index, text) in texts.iter().enumerate() {
            assert!(!texts[..index].contains(text), "{text}");
        }
        assert_eq!(amount(None).into_string(), texts[1]);
    }

    #[test]
    fn the_exact_time_is_on_hover() {
        let now: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        let at: Timestamp = "2026-10-03T07:09:03Z".parse().unwrap();
        assert_eq!(
            moment(now, at).into_string(),
            "<time datetime=\"2026-10-03T07:09:03Z\" title=\"2026-10-03 07:09:03 UTC\">3 October</time>"
        );
        assert_eq!(ago_text(now, now.plus_seconds(-240)), "4 minutes ago");
        assert_eq!(ago_text(now, now.plus_seconds(-3600 * 30)), "yesterday");
    }
}
