//! `/questions`: questions to people about their licences, with the answers. Filters: `state`,
//! `integration`. Posts to `/questions/{question}/withdraw`.

use maud::{Markup, html};
use model::{IntegrationId, Permission, Timestamp};

use crate::parts::params::segment;
use crate::parts::table::{frame, head};
use crate::parts::text::{ago, counted, moment, none, until};
use crate::parts::{Params, Shell, Tone, page};

#[derive(Debug, Clone)]
pub struct QuestionsPage {
    pub params: Params,
    /// Questions that match the filter, newest first.
    pub rows: Vec<QuestionRow>,
    /// Number of questions in each state.
    pub states: Vec<(QuestionStatus, i64)>,
    /// Whether more questions match than are shown.
    pub more: bool,
}

/// State of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuestionStatus {
    Waiting,
    Asked,
    Reminded,
    Keep,
    GiveUp,
    HandOver,
    Silent,
    Closed,
}

impl QuestionStatus {
    /// All states, in the order in which a question passes through them.
    pub const ALL: [Self; 8] = [
        Self::Waiting,
        Self::Asked,
        Self::Reminded,
        Self::GiveUp,
        Self::Keep,
        Self::HandOver,
        Self::Silent,
        Self::Closed,
    ];

    /// Value in the query of the address.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Asked => "asked",
            Self::Reminded => "reminded",
            Self::Keep => "keep",
            Self::GiveUp => "give_up",
            Self::HandOver => "hand_over",
            Self::Silent => "silent",
            Self::Closed => "closed",
        }
    }

    /// Label on the page, and its colour.
    #[must_use]
    pub fn label(self) -> (&'static str, Tone) {
        match self {
            Self::Waiting => ("to be sent", Tone::Quiet),
            Self::Asked => ("asked", Tone::Info),
            Self::Reminded => ("reminded", Tone::Warn),
            Self::Keep => ("keeps it", Tone::Quiet),
            Self::GiveUp => ("gives it up", Tone::Good),
            Self::HandOver => ("handed over", Tone::Info),
            Self::Silent => ("no answer", Tone::Warn),
            Self::Closed => ("closed", Tone::Quiet),
        }
    }

    /// Whether an answer is still possible.
    #[must_use]
    pub fn open(self) -> bool {
        matches!(self, Self::Waiting | Self::Asked | Self::Reminded)
    }
}

#[derive(Debug, Clone)]
pub struct QuestionRow {
    pub id: i64,
    pub integration: IntegrationId,
    pub account: String,
    /// Name of the person asked, or the address when no name is known.
    pub name: String,
    /// E-mail address to which the question is sent.
    pub email: String,
    /// Key of the person in the integration, for the link; `None` when the person is gone.
    pub user_key: Option<String>,
    pub licence: String,
    /// Id of the finding behind the question.
    pub finding: String,
    pub state: QuestionStatus,
    pub created_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    /// When the link stops working.
    pub expires_at: Timestamp,
    /// Consequence of no answer, and its date, in a sentence.
    pub on_silence: String,
    pub answered_at: Option<Timestamp>,
    /// E-mail address of the colleague to get the licence; empty for other answers.
    pub handed_to: String,
    /// Note written by the person asked.
    pub note: String,
}

#[must_use]
pub fn page(shell: &Shell, view: &QuestionsPage) -> Markup {
    let open: i64 = view
        .states
        .iter()
        .filter(|(state, _)| state.open())
        .map(|(_, n)| n)
        .sum();
    let all: i64 = view.states.iter().map(|(_, n)| n).sum();
    let body = html! {
        (page::plain_head("Questions", "People who were asked whether they still need a licence, and what they answered.", &html! {}))
        @if all == 0 {
            section.card { (page::empty("No questions yet", &html! {
                p { "Open the findings of an account, select people and choose “Ask first”: each gets a link by e-mail and answers with one click, without signing in." }
                p { a.button href="/findings" { "Open the findings" } }
            })) }
        } @else {
            (page::lead(&html! {
                @if open == 0 { "Every question was answered or is closed" }
                @else { (counted(open, "question waits", "questions wait")) " for an answer" }
            }, &html! {}))
            (filter(view, all))
            @if view.rows.is_empty() { section.card { (page::empty("No questions match", &html! { p { a.button href="/questions" { "Show all" } } })) } }
            @else { (table(shell, view)) }
            @if view.more { p.page-note { "The newest " (crate::parts::text::number(i64::try_from(view.rows.len()).unwrap_or(i64::MAX))) " are shown; choose a state to see others." } }
        }
    };
    shell.page("Questions", &body)
}

fn filter(view: &QuestionsPage, all: i64) -> Markup {
    let chosen = view.params.get("state");
    html! {
        nav.segments aria-label="By answer" {
            a href=(view.params.drop("state").href()) aria-current=[chosen.is_none().then_some("true")] { "All " span.muted { (all) } }
            @for (state, count) in &view.states {
                @if *count > 0 || chosen == Some(state.value()) {
                    a href=(view.params.set("state", state.value()).href()) aria-current=[(chosen == Some(state.value())).then_some("true")] { (state.label().0) " " span.muted { (count) } }
                }
            }
        }
    }
}

fn table(shell: &Shell, view: &QuestionsPage) -> Markup {
    let decide = shell.may(Permission::Decide);
    let heads = html! {
        (head("Person", false)) (head("Licence", false)) (head("State", false)) (head("Sent", false))
        (head("Answer", false)) (head("Next step", false)) @if decide { (head("Withdraw", false)) }
    };
    let rows = html! {
        @for row in &view.rows {
            @let (word, tone) = row.state.label();
            tr data-row {
                th.person scope="row" {
                    @match &row.user_key {
                        Some(key) => a href={ "/i/" (row.integration) "/users/" (segment(key)) } title=(row.name) { (row.name) },
                        None => span title=(row.name) { (row.name) },
                    }
                    span.muted title=(row.email) { (row.email) }
                }
                td { a href={ "/i/" (row.integration) "/findings/" (segment(&row.finding)) } { (row.licence) } span.sub { (row.account) } }
                td { (page::pill(tone, word)) }
                td { @match row.sent_at { Some(at) => (ago(shell.now, at)), None => span.none { "not yet" } } }
                td.reason { @match row.answered_at { Some(at) => { (moment(shell.now, at)) @if !row.handed_to.is_empty() { span.sub { "to " (row.handed_to) ", who gets it at the application" } } @if !row.note.is_empty() { span.sub { "“" (row.note) "”" } } }, None => (none()) } }
                td.reason { @if row.state.open() { (row.on_silence) span.sub { "The link works until " (until_text(shell, row.expires_at)) "." } } @else { (none()) } }
                @if decide {
                    td { @if row.state.open() { form method="post" action={ "/questions/" (row.id) "/withdraw" } { button.small type="submit" { "Withdraw" span.hidden { " the question to " (row.name) } } } } }
                }
            }
        }
    };
    frame("Questions", &heads, &rows)
}

fn until_text(shell: &Shell, at: Timestamp) -> Markup {
    if at.since(shell.now) > 86_400_000 {
        moment(shell.now, at)
    } else {
        until(shell.now, at)
    }
}
