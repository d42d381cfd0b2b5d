//! The question as a letter, from the organisation's template.

use insight::findings::{EvidenceKind, Finding};
use maud::html;
use model::Timestamp;
use store::{OnSilence, Question, QuestionTemplate};

use super::due::ends_at;
use crate::account_snapshot::AccountSnapshot;
use crate::mail::template::{self, Piece};
use crate::mail::{Letter, html as paper, one_line};

/// The most facts of the evidence in a letter. The page behind the link shows the same ones.
const FACTS: usize = 4;

/// The data of a letter.
#[derive(Debug)]
pub struct QuestionLetter<'a> {
    pub request: &'a Question,
    pub account: &'a AccountSnapshot,
    pub finding: &'a Finding,
    pub organisation: &'a str,
    pub template: Option<&'a QuestionTemplate>,
    /// Address of the page where the question is answered.
    pub link: &'a str,
    /// Whether this is the reminder.
    pub reminder: bool,
}

/// The reasons for a question: the headline of the evidence and its first facts.
pub fn reasons(account: &AccountSnapshot, finding: &Finding) -> Vec<String> {
    let evidence = account.findings.evidence(account.roster(), finding);
    let facts = evidence
        .items
        .into_iter()
        .filter(|item| item.kind == EvidenceKind::Fact)
        .map(|item| item.text)
        .filter(|text| *text != evidence.headline)
        .take(FACTS);
    std::iter::once(evidence.headline.clone())
        .chain(facts)
        .collect()
}

/// The consequence of a missing answer, as a sentence.
pub fn silence(request: &Question) -> String {
    let day = ends_at(request).day().long();
    match request.on_silence {
        OnSilence::Nothing => format!("If we hear nothing by {day}, nothing changes."),
        OnSilence::Accept => format!(
            "If we hear nothing by {day}, we take it that you don't need it, and it will be given to \
             somebody else."
        ),
    }
}

/// Name of the user with this e-mail address, if the account has one.
pub fn name_of(account: &AccountSnapshot, email: &str) -> Option<String> {
    let roster = account.roster();
    let rows = u32::try_from(roster.len()).unwrap_or(u32::MAX);
    let row = (0..rows).find(|row| roster.email_of(*row).eq_ignore_ascii_case(email))?;
    Some(roster.name_of(row).to_owned()).filter(|name| !name.trim().is_empty())
}

impl QuestionLetter<'_> {
    /// Name of the holder of the licence.
    pub fn holder(&self) -> String {
        let roster = self.account.roster();
        let row = roster.row_of(&self.request.user_key);
        let name = row.map(|row| roster.name_of(row).trim().to_owned());
        name.filter(|name| !name.is_empty())
            .unwrap_or_else(|| self.request.email.clone())
    }

    /// Whether another person is asked instead of the holder.
    fn is_delegated(&self) -> bool {
        let roster = self.account.roster();
        roster.row_of(&self.request.user_key).is_none_or(|row| {
            !roster
                .email_of(row)
                .eq_ignore_ascii_case(&self.request.email)
        })
    }

    fn value(&self, name: &str) -> Option<String> {
        let account = self.account;
        Some(match name {
            "person" => one_line(&if self.is_delegated() {
                name_of(account, &self.request.email).unwrap_or_else(|| self.request.email.clone())
            } else {
                self.holder()
            }),
            "holder" => one_line(&self.holder()),
            "licence" => self.request.licence.label(account.application),
            "application" => account.application.name.to_owned(),
            "organisation" => one_line(self.organisation),
            "reason" => reasons(account, self.finding).join("\n"),
            "deadline" => self.request.expires_at.day().long(),
            "silence" => silence(self.request),
            "link" => self.link.to_owned(),
            _ => return None,
        })
    }

    pub fn letter(&self) -> Letter {
        let value = |name: &str| self.value(name);
        let subject = self
            .template
            .map_or(template::SUBJECT, |own| own.subject.as_str());
        let mut subject = one_line(&template::plain(&template::fill(subject, value)));
        if self.reminder {
            subject = one_line(&format!("Reminder: {subject}"));
        }
        let body = self.body();
        let mut pieces = template::fill(&body, value);
        if self.reminder {
            let asked = self
                .request
                .sent_at
                .unwrap_or(self.request.created_at)
                .day()
                .long();
            pieces.insert(
                0,
                Piece::Text(format!(
                    "We asked you this on {asked} and have no answer yet.\n\n"
                )),
            );
        }
        let foot = format!(
            "The link is for you alone. Opening it changes nothing; only your answer does. It works \
             until {}.",
            self.request.expires_at.day().long()
        );
        let text = format!("{}\n\n-- \n{foot}\n", template::plain(&pieces).trim_end());
        let body = html! { (paper::pieces(&pieces, "Answer")) };
        Letter {
            to: self.request.email.clone(),
            to_name: self.value("person").unwrap_or_default(),
            html: paper::document(&subject, &body, &foot),
            subject,
            text,
        }
    }

    /// The template of the body: the message of this question, else the organisation's template,
    /// else the default. It always contains the consequence of a missing answer if that is consent.
    fn body(&self) -> String {
        let mut body = self.message_or_template();
        if self.request.on_silence == OnSilence::Accept && !template::has(&body, "silence") {
            body.push_str("\n\n{silence}");
        }
        body
    }

    fn message_or_template(&self) -> String {
        let written = self.request.message.trim();
        if !written.is_empty() {
            let mut body = written.to_owned();
            if !template::has_link(&body) {
                body.push_str("\n\n{link}");
            }
            return body;
        }
        if self.is_delegated() {
            return template::DELEGATED_BODY.to_owned();
        }
        self.template
            .map_or(template::BODY, |own| own.body.as_str())
            .to_owned()
    }
}

/// The time that is left to answer, as text.
pub fn time_left(request: &Question, now: Timestamp) -> String {
    let days = request.expires_at.day().since(now.day());
    match days {
        ..=0 => "today".to_owned(),
        1 => "until tomorrow".to_owned(),
        _ => format!("until {}", request.expires_at.day().long()),
    }
}
