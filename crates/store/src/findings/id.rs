//! Ids of findings: a rule, a licence and the key of a user.

use std::collections::BTreeMap;

use model::{IntegrationId, Licence, Rule};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::hex::hex;
use crate::{Error, Result, validate};

/// The parts of a finding's id.
pub(crate) struct FindingParts<'a> {
    pub(crate) rule: Rule,
    pub(crate) licence: Licence,
    /// `None` for findings about the whole account.
    pub(crate) user_key: Option<&'a str>,
}

/// Parses the id of a finding: `dormant~licensed~u-1`, or `addon_poolable~webinar_500~`.
pub(crate) fn parse_finding_id(finding: &str) -> Result<FindingParts<'_>> {
    let wrong = || {
        Error::field(
            "finding",
            format!("is `{}`", finding.chars().take(80).collect::<String>()),
            "use the id of a finding, such as dormant~licensed~u-1",
        )
    };
    validate::line("finding", finding, validate::FINDING)?;
    let mut parts = finding.splitn(3, '~');
    let (Some(rule), Some(licence), Some(user)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(wrong());
    };
    let licence = Licence::from_key(licence);
    validate::licence("finding", &licence).map_err(|_| wrong())?;
    Ok(FindingParts {
        rule: Rule::from_value(rule).ok_or_else(wrong)?,
        licence,
        user_key: Some(user).filter(|user| !user.is_empty()),
    })
}

/// The id of a finding for the audit log. The key of an invited user is an e-mail address; it is
/// replaced by a hash because audit entries are never erased.
fn id_for_audit(finding: &str) -> String {
    match parse_finding_id(finding) {
        Ok(FindingParts {
            rule,
            licence,
            user_key: Some(user),
        }) if user.contains('@') => {
            let hash = hex(&Sha256::digest(user));
            format!("{}~{licence}~invited:{}", rule.value(), &hash[..16])
        }
        _ => finding.to_owned(),
    }
}

/// The detail of an audit entry about several findings: their number and the first of them.
pub(crate) fn audit_detail<'a>(
    id: IntegrationId,
    findings: impl ExactSizeIterator<Item = &'a str>,
) -> serde_json::Value {
    const TOLD: usize = 20;
    let count = findings.len();
    let first: Vec<String> = findings.take(TOLD).map(id_for_audit).collect();
    json!({ "integration": id, "count": count, "findings": first })
}

/// The last of several entries for each finding.
pub(crate) fn last_by_finding<'a, T>(
    all: &'a [T],
    finding: impl Fn(&'a T) -> &'a str,
) -> BTreeMap<&'a str, &'a T> {
    all.iter().map(|entry| (finding(entry), entry)).collect()
}
