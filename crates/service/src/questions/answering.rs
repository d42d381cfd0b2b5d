//! Links to questions, and the consequences of answers.

use std::sync::Arc;

use store::{Answer, NewChange, Question, QuestionId, QuestionState};

use super::cool_down::cool_down_days;
use super::link::{self, Link};
use crate::account_snapshot::AccountSnapshot;
use crate::context::Context;
use crate::decisions;
use crate::error::Error;

/// The question that a link leads to.
#[derive(Debug)]
pub enum LinkTarget {
    /// No question: the link was altered or shortened, or the question is deleted.
    Unknown,
    /// A question that can be answered.
    Open(Question),
    /// A question that has ended; its state contains the reason.
    Over(Question),
}

/// The address of the page where a question is answered.
pub fn address(context: &Context, request: &Question) -> String {
    let link = Link {
        request: request.id.0,
        expires_at: request.expires_at,
    };
    let token = link.seal(|message| context.store.sign(link::PURPOSE, message));
    let mut url = context.public_url.clone();
    let path = format!("{}/answer/{token}", url.path().trim_end_matches('/'));
    url.set_path(&path);
    url.into()
}

/// The question that the token of a link leads to.
#[crate::boxed]
pub async fn link_target(context: &Context, token: &str) -> Result<LinkTarget, Error> {
    let verify =
        |message: &[u8], signature: &[u8]| context.store.verify(link::PURPOSE, message, signature);
    let Some(link) = Link::open(token, verify) else {
        return Ok(LinkTarget::Unknown);
    };
    let Some(request) = context.store.question(QuestionId(link.request)).await? else {
        return Ok(LinkTarget::Unknown);
    };
    let end = link.expires_at.min(request.expires_at);
    let waits = matches!(request.state, QuestionState::Waiting | QuestionState::Sent);
    Ok(if waits && context.clock.now() < end {
        LinkTarget::Open(request)
    } else {
        LinkTarget::Over(request)
    })
}

/// The account of a question.
#[crate::boxed]
pub async fn account(context: &Context, request: &Question) -> Result<Arc<AccountSnapshot>, Error> {
    let integration = context.store.integration(request.integration).await?;
    let integration = integration.ok_or_else(|| Error::not_found("question"))?;
    context.accounts.of(&integration).await
}

/// Whether this address belongs to a user of the account other than the one who is asked.
pub fn is_colleague(account: &AccountSnapshot, request: &Question, email: &str) -> bool {
    let roster = account.roster();
    let rows = u32::try_from(roster.len()).unwrap_or(u32::MAX);
    (0..rows).any(|row| {
        roster.email_of(row).eq_ignore_ascii_case(email) && roster.key_of(row) != request.user_key
    })
}

/// Whether a user with this address already has the licence in question.
pub fn holds_it(account: &AccountSnapshot, request: &Question, email: &str) -> bool {
    let roster = account.roster();
    roster
        .licence_holders(&request.licence.family)
        .into_iter()
        .any(|(row, size)| {
            size == request.licence.size && roster.email_of(row).eq_ignore_ascii_case(email)
        })
}

/// Records an answer and its consequences. A licence that is kept is not asked about until the
/// cool-down is over. Returns `false` if another answer was recorded before, or the question has
/// ended.
#[crate::boxed]
pub async fn record(
    context: &Context,
    account: &AccountSnapshot,
    request: &Question,
    answer: &Answer,
    note: &str,
) -> Result<bool, Error> {
    let change = match answer {
        Answer::Keep => None,
        Answer::GiveUp => removal(account, request),
        // The seat is assigned to another user, so nothing is saved and nothing is promised.
        Answer::HandOver { .. } => removal(account, request).map(|change| NewChange {
            seats: 0,
            saving: None,
            seat_free_on: None,
            invoice_lower_on: None,
            ..change
        }),
    };
    let now = context.clock.now();
    let until = match answer {
        Answer::Keep => Some(now.day().plus(cool_down_days(&context.store).await?)),
        Answer::GiveUp | Answer::HandOver { .. } => None,
    };
    Ok(context
        .store
        .answer_question(request.id, answer, note, change.as_ref(), until, now)
        .await?)
}

/// The change that removes the licence.
fn removal(account: &AccountSnapshot, request: &Question) -> Option<NewChange> {
    let finding = account.finding(&request.finding)?;
    decisions::new_change(account, &finding)
}
