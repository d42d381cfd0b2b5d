//! What several pages need: who looks, at which integration, with which streams in which state.

use model::{
    Day, DayState, IntegrationId, IntegrationState, Role, StreamOutcome, StreamState, Timestamp,
};
use server::ui::pages::progress;
use server::ui::parts::chart::{Per, Point, Series};
use server::ui::parts::{Flash, NavIntegration, Shell, ShellMember, Subject, Tone};
use sync::zoom::ZOOM;

/// The moment at which every page is seen: 23 November 2026, 10:00 UTC.
pub(crate) const NOW: Timestamp = Timestamp(1_795_428_000_000);

/// A name that is as long as names get.
pub(crate) const LONG: &str =
    "Anastasia-Theodora Wilhelmina von Hohenlohe-Waldenburg-Schillingsfürst Papadopoulou";

/// A position as a number.
pub(crate) fn int(position: usize) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}

pub(crate) fn ago(minutes: i64) -> Timestamp {
    NOW.plus_seconds(-60 * minutes)
}

pub(crate) fn shell(path: &str) -> Shell {
    Shell {
        member: ShellMember {
            name: "Ines Marchetti".to_owned(),
            email: "ines.marchetti@acme.example".to_owned(),
            role: Role::Owner,
        },
        integrations: vec![
            NavIntegration {
                id: IntegrationId(1),
                application: "Zoom".to_owned(),
                name: "Acme Europe".to_owned(),
                attention: false,
            },
            NavIntegration {
                id: IntegrationId(2),
                application: "Zoom".to_owned(),
                name: "Acme Holdings North America and Subsidiaries".to_owned(),
                attention: true,
            },
        ],
        open_findings: Some(312),
        path: path.to_owned(),
        flash: None,
        now: NOW,
    }
}

pub(crate) fn flashed(path: &str, tone: Tone, text: &str) -> Shell {
    Shell {
        flash: Some(Flash {
            tone,
            text: text.to_owned(),
        }),
        ..shell(path)
    }
}

pub(crate) fn subject() -> Subject {
    Subject {
        id: IntegrationId(1),
        application: &ZOOM,
        name: "Acme Europe".to_owned(),
        state: IntegrationState::Active,
        state_reason: None,
        users: Some(2000),
        running: false,
        last_run: None,
        unread: vec!["Operation logs"],
        last_complete_at: Some(ago(4)),
        history_since: Day::from_ymd(2026, 5, 27),
    }
}

/// Numbers that look like a company: weekdays, a quiet August, a little noise; the first days
/// unknown, today not over.
pub(crate) fn series(
    id: &'static str,
    title: &str,
    one: &'static str,
    many: &'static str,
    level: i64,
    unknown: i32,
) -> Series {
    let today = NOW.day();
    let points = (0..90)
        .map(|index| {
            let day = today.plus(index - 89);
            let noise = i64::from((index * 7919) % 23) - 11;
            let base = match day.weekday() {
                6 | 7 => level / 20,
                5 => level * 4 / 5,
                _ => level,
            };
            let value = (base + noise * level / 120).max(0);
            Point {
                day,
                value: (index >= unknown).then_some(if index == 89 { value / 3 } else { value }),
                provisional: index == 89,
                href: Some(format!("/i/1/sign-ins?from={day}&to={day}")),
            }
        })
        .collect();
    Series {
        id,
        title: title.to_owned(),
        one,
        many,
        adds_up: true,
        per: Per::Day,
        mark: None,
        points,
    }
}

/// Streams, with history known for the last `known` of 180 days.
pub(crate) fn streams(subject: Subject, known: usize) -> progress::View {
    let running = subject.running;
    let rows = ZOOM
        .streams
        .iter()
        .enumerate()
        .map(|(index, stream)| {
            let outcome = match stream.key {
                "operation_logs" => StreamOutcome::PermissionMissing,
                "plan_usage" => StreamOutcome::PlanTooLow,
                "user_settings" | "meetings" | "sign_ins" if running => StreamOutcome::Running,
                "host_reports" | "daily_usage" if running => StreamOutcome::Waiting,
                _ => StreamOutcome::Complete,
            };
            let rows = *[10_412, 2604, 38, 3, 61_905, 98_240, 7, 180, 0, 0]
                .get(index)
                .unwrap_or(&0);
            let days = if !stream.history || outcome == StreamOutcome::PermissionMissing {
                Vec::new()
            } else {
                (0..180)
                    .map(|day| match 179 - day {
                        0 => Some(DayState::Provisional),
                        back if outcome != StreamOutcome::Waiting && back < known => {
                            Some(DayState::Complete)
                        }
                        _ => None,
                    })
                    .collect()
            };
            progress::Row {
                stream,
                state: Some(StreamState {
                    stream: stream.key.to_owned(),
                    outcome,
                    reason: match outcome {
                        StreamOutcome::PermissionMissing => {
                            Some("The role permission “Operational Logs” is missing.".to_owned())
                        }
                        StreamOutcome::PlanTooLow => {
                            Some("Zoom tells purchased seats to master accounts only.".to_owned())
                        }
                        _ => None,
                    },
                    rows,
                    expected: (outcome == StreamOutcome::Running && stream.key == "user_settings")
                        .then_some(4120),
                    requests: *[36, 2604, 39, 4, 214, 331, 7, 6, 1, 1]
                        .get(index)
                        .unwrap_or(&1),
                    complete_at: (outcome == StreamOutcome::Complete)
                        .then(|| ago(4 + 9 * int(index))),
                    since: None,
                }),
                days,
            }
        })
        .collect();
    progress::View {
        granted: Vec::new(),
        subject,
        rows,
        left: running.then(|| "about 6 minutes".to_owned()),
    }
}
