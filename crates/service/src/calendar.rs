//! Deadlines as a calendar that people subscribe to (RFC 5545): for every contract the last day for
//! notice, with reminders, and the end of its term. The feed has a token of its own, which opens
//! nothing else.

use std::fmt::Write as _;

use model::{Application, Contract, Day, Timestamp};

/// Days before the last day for notice on which to remind.
const REMIND_DAYS: [i32; 3] = [60, 30, 7];
/// The most bytes of a line; longer ones are folded.
const LINE: usize = 75;

/// A contract with the names that its entries say.
pub struct Entry<'a> {
    pub contract: &'a Contract,
    pub application: &'static Application,
    /// Name of the account.
    pub account: &'a str,
    /// Last day on which notice can arrive for the term that runs.
    pub notice_by: Day,
    /// Last day of that term.
    pub ends_on: Day,
    /// Address of its page.
    pub page: String,
}

/// The calendar of these contracts. `host` makes the ids of its entries unique.
pub fn calendar(entries: &[Entry<'_>], host: &str, now: Timestamp) -> String {
    let mut out = String::new();
    line(&mut out, "BEGIN:VCALENDAR");
    line(&mut out, "VERSION:2.0");
    line(&mut out, "PRODID:-//Seatwise//Renewals//EN");
    line(&mut out, "CALSCALE:GREGORIAN");
    line(&mut out, "METHOD:PUBLISH");
    line(&mut out, "X-WR-CALNAME:Licence renewals");
    line(&mut out, "REFRESH-INTERVAL;VALUE=DURATION:PT12H");
    for entry in entries {
        let terms = &entry.contract.terms;
        let what = format!(
            "{} {} ({})",
            entry.application.name,
            terms.licence.label(entry.application),
            terms.name
        );
        let seats = format!("{} seats at {}", terms.quantity, entry.account);
        let id = |kind: &str, day: Day| {
            format!(
                "{kind}-{}-{}-{day}@{host}",
                entry.contract.integration, entry.contract.id
            )
        };
        event(
            &mut out,
            &Event {
                id: id("notice", entry.notice_by),
                day: entry.notice_by,
                summary: format!("Last day for notice: {what}"),
                description: format!(
                    "{seats}. The term ends on {}. What to renew with: {}",
                    entry.ends_on, entry.page
                ),
                page: &entry.page,
                remind: &REMIND_DAYS,
            },
            now,
        );
        event(
            &mut out,
            &Event {
                id: id("end", entry.ends_on),
                day: entry.ends_on,
                summary: format!("Term ends: {what}"),
                description: if terms.auto_renews {
                    format!("{seats}. It renews itself when no notice was given.")
                } else {
                    format!("{seats}. It does not renew itself.")
                },
                page: &entry.page,
                remind: &[],
            },
            now,
        );
    }
    line(&mut out, "END:VCALENDAR");
    out
}

struct Event<'a> {
    id: String,
    day: Day,
    summary: String,
    description: String,
    page: &'a str,
    remind: &'a [i32],
}

fn event(out: &mut String, event: &Event<'_>, now: Timestamp) {
    let basic = |day: Day| day.to_string().replace('-', "");
    line(out, "BEGIN:VEVENT");
    line(out, &format!("UID:{}", escaped(&event.id)));
    let stamp: String = now
        .to_string()
        .chars()
        .filter(|c| !matches!(c, '-' | ':'))
        .take("20261123T120000".len())
        .collect();
    line(out, &format!("DTSTAMP:{stamp}Z"));
    line(out, &format!("DTSTART;VALUE=DATE:{}", basic(event.day)));
    line(
        out,
        &format!("DTEND;VALUE=DATE:{}", basic(event.day.plus(1))),
    );
    line(out, &format!("SUMMARY:{}", escaped(&event.summary)));
    line(out, &format!("DESCRIPTION:{}", escaped(&event.description)));
    line(out, &format!("URL:{}", event.page));
    line(out, "TRANSP:TRANSPARENT");
    for days in event.remind {
        line(out, "BEGIN:VALARM");
        line(out, "ACTION:DISPLAY");
        line(out, &format!("DESCRIPTION:{}", escaped(&event.summary)));
        line(out, &format!("TRIGGER:-P{days}D"));
        line(out, "END:VALARM");
    }
    line(out, "END:VEVENT");
}

/// Text as a value: no line break or sign of the format gets through.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Writes a line, folded where it is too long.
fn line(out: &mut String, text: &str) {
    let mut length = 0;
    for c in text.chars() {
        if length + c.len_utf8() > LINE {
            out.push_str("\r\n ");
            length = 1;
        }
        // Writing to a String cannot fail.
        let _ = write!(out, "{c}");
        length += c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_and_signs_of_the_format_are_text() {
        let mut out = String::new();
        line(&mut out, &format!("SUMMARY:{}", "ä".repeat(80)));
        assert!(out.ends_with("\r\n"));
        assert!(out.split("\r\n").all(|line| line.len() <= LINE));
        assert_eq!(out.replace("\r\n ", "").trim_end().chars().count(), 88);
        assert_eq!(
            escaped("a\r\nEND:VEVENT;b,c\\"),
            "a \\nEND:VEVENT\\;b\\,c\\\\"
        );
    }
}
