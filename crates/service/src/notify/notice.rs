//! Something worth telling, in words and as data, before it takes the form of a channel.

use maud::html;
use model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::mail::{Letter, html, one_line};

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// Findings that were not there before.
    #[serde(rename = "findings.new")]
    NewFindings,
    /// The day until which notice can be given comes near.
    #[serde(rename = "contract.deadline")]
    Deadline,
    /// An account has to be connected again.
    #[serde(rename = "integration.broken")]
    Broken,
    /// Exemptions have run out.
    #[serde(rename = "exemption.expired")]
    Exemption,
    /// The week in a few lines.
    #[serde(rename = "digest.weekly")]
    Digest,
    /// Somebody tries a channel out.
    #[serde(rename = "test")]
    Test,
}

impl Kind {
    /// By which choice of a channel it is told; a test is told in any case.
    pub fn topic(self) -> Option<store::NotificationKind> {
        Some(match self {
            Self::NewFindings => store::NotificationKind::NewFindings,
            Self::Deadline => store::NotificationKind::Deadline,
            Self::Broken => store::NotificationKind::BrokenConnection,
            Self::Exemption => store::NotificationKind::ExpiredExemption,
            Self::Digest => store::NotificationKind::Digest,
            Self::Test => return None,
        })
    }

    /// The word for machines.
    pub fn value(self) -> &'static str {
        match self {
            Self::NewFindings => "findings.new",
            Self::Deadline => "contract.deadline",
            Self::Broken => "integration.broken",
            Self::Exemption => "exemption.expired",
            Self::Digest => "digest.weekly",
            Self::Test => "test",
        }
    }
}

/// One thing to tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// What kind of thing.
    pub kind: Kind,
    /// When it was found out.
    pub at: Timestamp,
    /// Name of the organisation.
    pub organisation: String,
    /// One sentence.
    pub title: String,
    /// More sentences, one a line.
    pub lines: Vec<String>,
    /// The page to look at; a whole address.
    pub link: String,
    /// The same as data.
    pub data: Value,
}

impl Notice {
    /// As a letter to somebody who reads it among others.
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
