//! Deadlines as a calendar feed (RFC 5545): for every contract the end of its term and, if it renews itself, the
//! last day for notice with reminders. The feed has a token of its own, because its address is stored in
//! calendar programs and must not give access to anything else. Its bytes change only with a contract or its
//! term, so that programs do not take the same event for a new one.

use std::fmt::Write as _;

use model::{Application, Contract, Day, Timestamp};

/// The first second that the sequence numbers of events count, 2020-01-01 (UTC). They are seconds of the last
/// change, because a number must grow with every change and no other number is stored.
const SEQUENCE_BEGINS: i64 = 1_577_836_800;
/// The longest line in bytes (RFC 5545, section 3.1); longer ones are folded.
const LINE: usize = 75;

/// One contract and the names that its events contain.
pub struct Entry<'a> {
    pub contract: &'a Contract,
    pub application: &'static Application,
    pub account: &'a str,
    /// Last day on which notice can arrive for the current term.
    pub notice_by: Day,
    /// First day of the current term.
    pub starts_on: Day,
    /// Last day of the current term.
    pub ends_on: Day,
    /// Absolute address of the contract's page.
    pub page: String,
}

/// The calendar of these contracts. `host` makes the ids of the events unique across installations.
pub fn calendar(entries: &[Entry<'_>], host: &str) -> String {
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
        let licence = format!(
            "{} {} ({})",
            entry.application.name,
            terms.licence.label(entry.application),
            terms.name
        );
        let seats = format!("{} seats at {}", terms.quantity, entry.account);
        let id = |kind: &str| {
            let (integration, contract) = (entry.contract.integration, entry.contract.id);
            format!("{kind}-{integration}-{contract}@{host}")
        };
        // The events of the next term take the places of those of the current one.
        let changed_at = entry.contract.updated_at.max(entry.starts_on.start());
        if terms.auto_renews {
            event(
                &mut out,
                &Event {
                    id: id("notice"),
                    day: entry.notice_by,
                    summary: format!("Last day for notice: {licence}"),
                    description: format!(
                        "{seats}. The term ends on {}. Recommendation for the renewal: {}",
                        entry.ends_on, entry.page
                    ),
                    page: &entry.page,
                    remind: terms.reminders(),
                    changed_at,
                },
            );
        }
        event(
            &mut out,
            &Event {
                id: id("end"),
                day: entry.ends_on,
                summary: format!("Term ends: {licence}"),
                description: if terms.auto_renews {
                    format!("{seats}. It renews itself when no notice was given.")
                } else {
                    format!("{seats}. It does not renew itself.")
                },
                page: &entry.page,
                remind: Vec::new(),
                changed_at,
            },
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
    /// Numbers of days before the day on which programs remind.
    remind: Vec<i32>,
    changed_at: Timestamp,
}

fn event(out: &mut String, event: &Event<'_>) {
    let basic = |day: Day| day.to_string().replace('-', "");
    line(out, "BEGIN:VEVENT");
    line(out, &format!("UID:{}", escaped(&event.id)));
    let stamp: String = event
        .changed_at
        .to_string()
        .chars()
        .filter(|c| !matches!(c, '-' | ':'))
        .take("20261123T120000".len())
        .collect();
    line(out, &format!("DTSTAMP:{stamp}Z"));
    line(out, &format!("LAST-MODIFIED:{stamp}Z"));
    let sequence = (event.changed_at.0 / 1000 - SEQUENCE_BEGINS).max(0);
    line(out, &format!("SEQUENCE:{sequence}"));
    line(out, &format!("DTSTART;VALUE=DATE:{}", basic(event.day)));
    line(
        out,
        &format!("DTEND;VALUE=DATE:{}", basic(event.day.plus(1))),
    );
    line(out, &format!("SUMMARY:{}", escaped(&event.summary)));
    line(out, &format!("DESCRIPTION:{}", escaped(&event.description)));
    line(out, &format!("URL:{}", event.page));
    line(out, "TRANSP:TRANSPARENT");
    for days in &event.remind {
        line(out, "BEGIN:VALARM");
        line(out, "ACTION:DISPLAY");
        line(out, &format!("DESCRIPTION:{}", escaped(&event.summary)));
        line(out, &format!("TRIGGER:-P{days}D"));
        line(out, "END:VALARM");
    }
    line(out, "END:VEVENT");
}

/// Escapes text, so that it can contain neither a line break nor a delimiter of the format.
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

/// Writes one line, folded if it is too long.
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
