//! The change of a licence that follows from a finding.

use insight::findings::Finding;
use model::{Holder, RuleEffect};
use store::NewChange;

use crate::account_snapshot::AccountSnapshot;

/// A change of a licence, with keys of the licences before and after it.
pub struct LicenceChange {
    pub from: String,
    pub to: String,
}

/// The change that a finding suggests; `None` if the finding is not about a single user.
pub fn licence_change(account: &AccountSnapshot, finding: &Finding) -> Option<LicenceChange> {
    finding.user?;
    let free = account.application.free.value.to_owned();
    let current = finding.licence.to_string();
    if finding.rule.costs() {
        return Some(LicenceChange {
            from: free,
            to: current,
        });
    }
    let family = account
        .application
        .licences
        .iter()
        .find(|family| family.key == finding.licence.family)?;
    let to = match family.holder {
        Holder::Base { .. } => free,
        Holder::AddOn { .. } if finding.rule.effect() == RuleEffect::SmallerSize => account
            .findings
            .smaller(account.roster(), finding)?
            .to_string(),
        Holder::AddOn { .. } => "none".to_owned(),
    };
    Some(LicenceChange { from: current, to })
}

/// The entry of the change list for an accepted finding, with the current evidence.
pub fn new_change(account: &AccountSnapshot, finding: &Finding) -> Option<NewChange> {
    let change = licence_change(account, finding)?;
    let row = finding.user?;
    let user = account
        .roster()
        .user(account.roster().key_of(row), 30)?
        .user;
    let evidence = account.findings.evidence(account.roster(), finding);
    let saving = finding.saving.as_ref();
    Some(NewChange {
        finding: finding.id.clone(),
        external_id: user.external_id.map(str::to_owned),
        email: user.email.to_owned(),
        from: change.from,
        to: change.to,
        seats: finding.seats,
        evidence_json: serde_json::to_string(&evidence).unwrap_or_default(),
        saving: saving.map(|saving| saving.amount),
        seat_free_on: saving.map(|saving| saving.seat_free_on),
        invoice_lower_on: saving.and_then(|saving| saving.invoice_lower_on),
    })
}
