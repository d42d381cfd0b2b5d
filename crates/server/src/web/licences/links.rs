//! Addresses and counts of findings about one licence, used by the overview and the page of licences.

use insight::findings::FindingQuery;
use model::{FindingState, Licence, Rule, RuleEffect};
use service::account_snapshot::AccountSnapshot;
use ui::pages::overview::decisions::Figure;

/// A licence counts as needed when there was a need within this many days.
pub(crate) const NEED_DAYS: i32 = 90;

/// The address of the findings that a licence is not needed.
pub(crate) fn not_needed_href(account: &AccountSnapshot, licences: &[Licence]) -> String {
    let plans: Vec<String> = licences
        .iter()
        .map(|licence| format!("plan={licence}"))
        .collect();
    let mut path = format!("/i/{}/findings?{}", account.integration.id, plans.join("&"));
    for rule in Rule::ALL {
        if rule.effect() == RuleEffect::FreeSeat {
            path.push_str("&rule=");
            path.push_str(rule.value());
        }
    }
    path
}

/// The number of findings about licences that are on hold, with the address of their list.
pub(crate) fn on_hold(account: &AccountSnapshot, licences: &[Licence]) -> Figure {
    let mut query = FindingQuery::everything(account.application);
    query.states = vec![FindingState::OnHold];
    let findings = account.findings.all(account.roster(), &query);
    let about = findings.iter().filter(|finding| {
        licences.contains(&finding.licence) && finding.user.is_some() && finding.rule.is_unneeded()
    });
    Figure {
        value: i64::try_from(about.count()).unwrap_or(i64::MAX),
        href: format!("{}&state=on_hold", not_needed_href(account, licences)),
    }
}
