//! A canonical dump as text, for tests that compare two ways to the same data.

use sqlx::AssertSqlSafe;

use crate::contracts::contract_columns;
use crate::db::{Reader, Row, args};
use crate::{Result, Store};

/// One table of the dump: its query, and how many leading columns are numbers (the rest is text).
/// Codes of the dictionary are written as their words, because codes depend on the order of
/// arrival. Not written: times of reading and of first sight, generations, revisions, leases,
/// tokens and other secrets, runs, requests, checkpoints, states of streams, and that a backup was
/// restored.
struct Table<'a> {
    name: &'a str,
    sql: &'a str,
    numbers: usize,
    texts: usize,
}

const TABLES: [Table<'static>; 41] = [
    Table {
        name: "organisations",
        sql: "SELECT inactive_days, name FROM organisations",
        numbers: 1,
        texts: 1,
    },
    Table {
        name: "members",
        sql: "SELECT member_id, disabled, email, name, role FROM members",
        numbers: 2,
        texts: 3,
    },
    Table {
        name: "integrations",
        sql:
            "SELECT integration_id, budget_percent, interval_minutes, application, account_id, name,
                state, plan_key FROM integrations",
        numbers: 3,
        texts: 5,
    },
    Table {
        name: "users",
        sql: "SELECT integration_id, created_at, listed_sign_in, details_key,
                CASE WHEN removed_at IS NULL THEN 0 ELSE 1 END,
                CASE WHEN missing_since IS NULL THEN 0 ELSE 1 END,
                CASE WHEN details_at IS NULL THEN 0 ELSE 1 END,
                CASE WHEN details_due IS NULL THEN 0 ELSE 1 END,
                user_key, external_id, email, display_name, group_ids, fields, details FROM users",
        numbers: 8,
        texts: 7,
    },
    Table {
        name: "user_emails",
        sql: "SELECT integration_id, CASE WHEN until_at IS NULL THEN 0 ELSE 1 END, email, user_key
              FROM user_emails",
        numbers: 2,
        texts: 2,
    },
    Table {
        name: "user_groups",
        sql: "SELECT integration_id, total_members, group_id, name FROM user_groups",
        numbers: 2,
        texts: 2,
    },
    Table {
        name: "account_settings",
        sql: "SELECT integration_id, section, content FROM account_settings",
        numbers: 1,
        texts: 2,
    },
    Table {
        name: "daily_usage",
        sql: "SELECT integration_id, day, new_users, meetings, participants, meeting_minutes
              FROM daily_usage",
        numbers: 6,
        texts: 0,
    },
    Table {
        name: "sign_ins",
        sql:
            "SELECT s.integration_id, s.day, s.ms, s.kind, s.ordinal, e.word, c.word, v.word, n.word
              FROM sign_ins s
              JOIN dictionary e ON e.integration_id = s.integration_id AND e.code = s.email
              JOIN dictionary c ON c.integration_id = s.integration_id AND c.code = s.client
              JOIN dictionary v ON v.integration_id = s.integration_id AND v.code = s.version
              JOIN dictionary n ON n.integration_id = s.integration_id AND n.code = s.network",
        numbers: 5,
        texts: 4,
    },
    Table {
        name: "sign_in_months",
        sql: "SELECT m.integration_id, m.month, m.days, m.last_at, e.word FROM sign_in_months m
              JOIN dictionary e ON e.integration_id = m.integration_id AND e.code = m.email",
        numbers: 4,
        texts: 1,
    },
    Table {
        name: "sign_in_days",
        sql: "SELECT integration_id, day, sign_ins, people FROM sign_in_days",
        numbers: 4,
        texts: 0,
    },
    Table {
        name: "events",
        sql: "SELECT x.integration_id, x.start_at, x.kind, x.length_ms, x.minutes, x.participants,
                x.peak_viewers, x.features, x.event_id, h.word FROM events x
              JOIN dictionary h ON h.integration_id = x.integration_id AND h.code = x.host",
        numbers: 8,
        texts: 2,
    },
    Table {
        name: "hosted_months",
        sql: "SELECT m.integration_id, m.month, m.days, h.word FROM hosted_months m
              JOIN dictionary h ON h.integration_id = m.integration_id AND h.code = m.host",
        numbers: 3,
        texts: 1,
    },
    Table {
        name: "host_reports",
        sql: "SELECT r.integration_id, r.from_day, r.to_day, r.meetings, r.participants, r.minutes,
                r.external_id, e.word FROM host_reports r
              JOIN dictionary e ON e.integration_id = r.integration_id AND e.code = r.email",
        numbers: 6,
        texts: 2,
    },
    Table {
        name: "admin_changes",
        sql: "SELECT x.integration_id, x.at, x.ordinal, o.word, c.word, a.word, x.detail
              FROM admin_changes x
              JOIN dictionary o ON o.integration_id = x.integration_id AND o.code = x.operator
              JOIN dictionary c ON c.integration_id = x.integration_id AND c.code = x.category
              JOIN dictionary a ON a.integration_id = x.integration_id AND a.code = x.action",
        numbers: 3,
        texts: 4,
    },
    Table {
        name: "coverage",
        sql: "SELECT integration_id, day, provisional, stream FROM coverage",
        numbers: 3,
        texts: 1,
    },
    Table {
        name: "rejected",
        sql: "SELECT integration_id, from_day, to_day, records, mapper, stream, person, reason
              FROM rejected",
        numbers: 5,
        texts: 3,
    },
    Table {
        name: "rejected_texts",
        sql: "SELECT integration_id, from_day, to_day, stream, person, text_hash FROM rejected_texts",
        numbers: 3,
        texts: 3,
    },
    Table {
        name: "attachments",
        sql: "SELECT integration_id, contract_id, attachment_id, size, name, media_type, content,
                added_by FROM attachments",
        numbers: 4,
        texts: 4,
    },
    Table {
        name: "prices",
        sql: "SELECT integration_id, yearly_minor, as_of, licence, yearly_currency, source,
                confidence FROM prices",
        numbers: 3,
        texts: 4,
    },
    Table {
        name: "rule_settings",
        sql: "SELECT version, content, reason, actor FROM rule_settings",
        numbers: 1,
        texts: 3,
    },
    Table {
        name: "decisions",
        sql: "SELECT integration_id, until_day, finding, user_key, state, reason, owner, assignee,
                scope, actor FROM decisions",
        numbers: 2,
        texts: 8,
    },
    Table {
        name: "finding_events",
        sql: "SELECT integration_id, entry, finding, user_key, actor, kind, content
              FROM finding_events",
        numbers: 2,
        texts: 5,
    },
    Table {
        name: "seen_findings",
        sql: "SELECT integration_id, finding, user_key FROM seen_findings",
        numbers: 1,
        texts: 2,
    },
    Table {
        name: "questions",
        sql: "SELECT integration_id, question_id, expires_at, remind_at, silence_at,
                CASE WHEN sent_at IS NULL THEN 0 ELSE 1 END,
                CASE WHEN reminded_at IS NULL THEN 0 ELSE 1 END,
                CASE WHEN due_at IS NULL THEN 0 ELSE 1 END,
                finding, user_key, email, licence, message, state, created_by, on_silence, answer,
                hand_over_to, note FROM questions",
        numbers: 8,
        texts: 11,
    },
    Table {
        name: "changes",
        sql:
            "SELECT integration_id, change_id, seats, saving_minor, seat_free_on, invoice_lower_on,
                finding, user_key, external_id, email, licence, from_value, to_value, state,
                evidence, saving_currency, decided_by, result, before_values FROM changes",
        numbers: 6,
        texts: 13,
    },
    Table {
        name: "change_journal",
        sql: "SELECT integration_id, change_id, entry, user_key, actor, state, content
              FROM change_journal",
        numbers: 3,
        texts: 4,
    },
    Table {
        name: "ledger",
        sql: "SELECT integration_id, change_id, seats, promised_minor, promised_on, seat_free_on,
                invoice_lower_on, realised_on, lost_on, finding, user_key, licence,
                promised_currency FROM ledger",
        numbers: 9,
        texts: 4,
    },
    Table {
        name: "people_imports",
        sql: "SELECT integration_id, source FROM people_imports",
        numbers: 1,
        texts: 1,
    },
    Table {
        name: "imported_people",
        sql: "SELECT integration_id, left_on, email FROM imported_people",
        numbers: 2,
        texts: 1,
    },
    Table {
        name: "directories",
        sql: "SELECT integration_id FROM directories",
        numbers: 1,
        texts: 0,
    },
    Table {
        name: "directory_people",
        sql: "SELECT integration_id, active, left_on, person_id, user_name, user_name_key,
                external_id, email FROM directory_people",
        numbers: 3,
        texts: 5,
    },
    Table {
        name: "directory_removals",
        sql: "SELECT integration_id, left_on, deactivated, email FROM directory_removals",
        numbers: 3,
        texts: 1,
    },
    Table {
        name: "upcoming",
        sql: "SELECT integration_id, start_at, kind, event_id, host_id FROM upcoming",
        numbers: 3,
        texts: 2,
    },
    Table {
        name: "upcoming_known",
        sql: "SELECT integration_id, until_day FROM upcoming_known",
        numbers: 2,
        texts: 0,
    },
    Table {
        name: "delegations",
        sql: "SELECT integration_id, assistants, user_key FROM delegations",
        numbers: 2,
        texts: 1,
    },
    Table {
        name: "licence_spans",
        sql: "SELECT integration_id, exact, CASE WHEN until_at IS NULL THEN 0 ELSE 1 END, user_key,
                licence FROM licence_spans",
        numbers: 3,
        texts: 2,
    },
    Table {
        name: "smtp",
        sql: "SELECT port, host, security, user_name, sender FROM smtp",
        numbers: 1,
        texts: 4,
    },
    Table {
        name: "channels",
        sql: "SELECT channel_id, min_minor, enabled, name, kind, events, min_currency FROM channels",
        numbers: 3,
        texts: 4,
    },
    Table {
        name: "messages",
        sql:
            "SELECT message_id, integration_id, channel_id, message_key, user_key, recipient, state
              FROM messages",
        numbers: 3,
        texts: 4,
    },
    Table {
        name: "named_values",
        sql: "SELECT integration_id, name, content FROM named_values WHERE name <> 'restored'",
        numbers: 1,
        texts: 2,
    },
];

impl Table<'_> {
    async fn lines(&self, reader: &mut Reader) -> Result<Vec<String>> {
        let mut lines = Vec::new();
        reader
            .each(AssertSqlSafe(self.sql), args![], |row| {
                lines.push(self.line(row)?);
                Ok(())
            })
            .await?;
        lines.sort_unstable();
        Ok(lines)
    }

    fn line(&self, row: &Row) -> Result<String> {
        let mut values = Vec::with_capacity(self.numbers + self.texts);
        for column in 0..self.numbers {
            values.push(serde_json::json!(row.opt_int_at(column)?));
        }
        for column in self.numbers..self.numbers + self.texts {
            values.push(serde_json::json!(row.opt_text_at(column)?));
        }
        Ok(format!(
            "{} {}\n",
            self.name,
            serde_json::Value::Array(values)
        ))
    }
}

impl Store {
    /// Every data row as a line of text, sorted, without values that may differ between two ways to
    /// the same data (times of reading, leases, tokens, runs). Equal on both engines. For tests
    /// only, because it holds everything in memory.
    #[crate::boxed]
    pub async fn dump(&self) -> Result<String> {
        let mut reader = self.read().await?;
        let mut dump = String::new();
        let (numbers, texts) = contract_columns();
        let sql = format!(
            "SELECT integration_id, contract_id, {}, {} FROM contracts",
            numbers.join(", "),
            texts.join(", ")
        );
        let contracts = Table {
            name: "contracts",
            sql: &sql,
            numbers: 2 + numbers.len(),
            texts: texts.len(),
        };
        for table in TABLES.iter().chain([&contracts]) {
            dump.extend(table.lines(&mut reader).await?);
        }
        Ok(dump)
    }
}
