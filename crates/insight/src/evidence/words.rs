//! Days, numbers and reasons as words in sentences.

use model::words::counted;
use model::{Day, NeedKind, Needs};

/// A day in a sentence: "3 October", with the year when it isn't this one's.
pub(super) fn date(day: Day, today: Day) -> String {
    if day.ymd().0 == today.ymd().0 {
        let (_, _, of_month) = day.ymd();
        format!("{of_month} {}", day.month_name())
    } else {
        day.long()
    }
}

/// "1 meeting", "14 meetings", "1,200 meetings".
pub(super) fn count(number: impl TryInto<i64>, one: &str, many: &str) -> String {
    counted(number.try_into().unwrap_or(i64::MAX), one, many)
}

/// Words joined as in a sentence: "a, b and c".
pub(super) fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The reasons of a need: "longer than 40 minutes and recorded to the cloud".
pub(super) fn reasons(needs: Needs, minutes: i32, audience: i64) -> String {
    let words: Vec<String> = needs
        .iter()
        .map(|kind| match kind {
            NeedKind::Length => format!("longer than {minutes} minutes"),
            NeedKind::Audience => format!("more than {audience} people"),
            NeedKind::CloudRecording => "recorded to the cloud".to_owned(),
            NeedKind::Registration => "with registration".to_owned(),
            NeedKind::Poll => "with polls".to_owned(),
            NeedKind::LargeMeeting => "a large meeting".to_owned(),
            NeedKind::Webinar => "a webinar".to_owned(),
        })
        .collect();
    list(&words)
}
