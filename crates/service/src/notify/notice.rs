//! The content of a notice, as sentences and as data, independent of the channel.

use maud::html;
use model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::mail::{Letter, html, one_line};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum NoticeKind {
    /// Findings that did not exist before.
    #[serde(rename = "findings.new")]
    NewFindings,
    /// The last day for notice of a contract is near.
    #[serde(rename = "contract.deadline")]
    Deadline,
    /// An account has to be authorised again.
    #[serde(rename = "integration.broken")]
    Broken,
    /// The syncs of an account fail.
    #[serde(rename = "integration.failing")]
    Failing,
    /// The data of an account are out of date.
    #[serde(rename = "integration.stale")]
    Stale,
    #[serde(rename = "exemption.expired")]
    Exemption,
    /// A summary of the week.
    #[serde(rename = "digest.weekly")]
    Digest,
    /// A test of a channel.
    #[serde(rename = "test")]
    Test,
}

impl NoticeKind {
    /// The topic of a channel's settings that this kind belongs to. `None` for a test, which is
    /// always sent.
    pub fn topic(self) -> Option<store::NotificationKind> {
        Some(match self {
            Self::NewFindings => store::NotificationKind::NewFindings,
            Self::Deadline => store::NotificationKind::Deadline,
            Self::Broken | Self::Failing | Self::Stale => store::NotificationKind::BrokenConnection,
            Self::Exemption => store::NotificationKind::ExpiredExemption,
            Self::Digest => store::NotificationKind::Digest,
            Self::Test => return None,
        })
    }

    /// The value of the header `Seatwise-Event` and of the field `event`.
    pub fn value(self) -> &'static str {
        match self {
            Self::NewFindings => "findings.new",
            Self::Deadline => "contract.deadline",
            Self::Broken => "integration.broken",
            Self::Failing => "integration.failing",
            Self::Stale => "integration.stale",
            Self::Exemption => "exemption.expired",
            Self::Digest => "digest.weekly",
            Self::Test => "test",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub kind: NoticeKind,
    /// When the reason was found.
    pub at: Timestamp,
    pub organisation: String,
    /// One sentence.
    pub title: String,
    /// More sentences, one a line.
    pub lines: Vec<String>,
    /// The absolute address of a page with more information.
    pub link: String,
    /// The content as data, for programs.
    pub data: Value,
}

impl Notice {
    /// The notice as a letter to the address of a channel.
    pub fn letter(&self, to: &str) -> Letter {
        let mut text = format!("{}\n", self.title);
        for line in &self.lines {
            text.push_str("\n- ");
            text.push_str(line);
        }
        text.push_str("\n\n");
        text.push_str(&self.link);
        text.push('\n');
        let body = html! {
            p { strong { (self.title) } }
            @if !self.lines.is_empty() { ul { @for line in &self.lines { li { (line) } } } }
            p { (html::button("Open Seatwise", &self.link)) }
        };
        let foot = "You get this because this address is a channel of Seatwise. An administrator \
                    changes that under Settings, Notifications.";
        Letter {
            to: to.to_owned(),
            to_name: String::new(),
            subject: one_line(&self.title),
            text,
            html: html::document(&one_line(&self.title), &body, foot),
        }
    }
}
