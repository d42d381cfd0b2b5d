//! From a link to what was asked, and from an answer to what follows from it.

use std::sync::Arc;

use store::{Answer, NewChange, Question, QuestionId, QuestionState};

use super::cool_down_days;
use super::link::{self, Link};
use crate::account_snapshot::AccountSnapshot;
use crate::context::Context;
use crate::decisions;
use crate::error::Error;

/// What a link leads to.
#[derive(Debug)]
pub enum Standing {
    /// Nothing: it was changed, cut off, or what it was about is erased.
    Unknown,
    /// A question that can be answered.
    Open(Question),
    /// A question that is over; its state says how.
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

/// What the token of a link leads to.
pub async fn standing(context: &Context, token: &str) -> Result<Standing, Error> {
    let verify =
        |message: &[u8], signature: &[u8]| context.store.verify(link::PURPOSE, message, signature);
    let Some(link) = Link::open(token, verify) else {
        return Ok(Standing::Unknown);
    };
    let Some(request) = context.store.question(QuestionId(link.request)).await? else {
        return Ok(Standing::Unknown);
    };
    let end = link.expires_at.min(request.expires_at);
    let waits = matches!(request.state, QuestionState::Waiting | QuestionState::Sent);
    Ok(if waits && context.clock.now() < end {
        Standing::Open(request)
    } else {
        Standing::Over(request)
    })
}

/// What a question rests on.
pub async fn case(context: &Context, request: &Question) -> Result<Arc<AccountSnapshot>, Error> {
    let integration = context.store.integration(request.integration).await?;
    let integration = integration.ok_or_else(|| Error::not_found("question"))?;
    context.accounts.of(&integration).await
}

/// Whether somebody with this address has an account beside the one who is asked.
pub fn is_colleague(case: &AccountSnapshot, request: &Question, email: &str) -> bool {
    let roster = case.roster();
    let rows = u32::try_from(roster.len()).unwrap_or(u32::MAX);
    (0..rows).any(|row| {
        roster.email_of(row).eq_ignore_ascii_case(email) && roster.key_of(row) != request.user_key
    })
}

/// Whether somebody with this address holds the licence in question already.
pub fn holds_it(case: &AccountSnapshot, request: &Question, email: &str) -> bool {
    let roster = case.roster();
    roster
        .licence_holders(&request.licence.family)
        .into_iter()
        .any(|(row, size)| {
            size == request.licence.size && roster.email_of(row).eq_ignore_ascii_case(email)
        })
}

/// Records an answer with what follows from it. What is kept is kept until the cool-down is over.
/// `false`: somebody was faster, or it is too late.
pub async fn record(
    context: &Context,
    case: &AccountSnapshot,
    request: &Question,
    answer: &Answer,
    note: &str,
) -> Result<bool, Error> {
    let change = match answer {
        Answer::Keep => None,
        Answer::GiveUp => given_up(case, request),
        // The seat moves: nothing is saved, so nothing is promised.
        Answer::HandOver { .. } => given_up(case, request).map(|change| NewChange {
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

/// The change that takes the licence.
fn given_up(case: &AccountSnapshot, request: &Question) -> Option<NewChange> {
    let finding = case.finding(&request.finding)?;
    decisions::change(case, &finding)
}
