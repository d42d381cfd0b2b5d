//! The licences of an account: by size, with the numbers bought, held, needed, not needed and
//! unknown; and the holders of one.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use insight::findings::{Finding, FindingQuery, LicensedGroup};
use insight::{Query, Roster};
use model::{FieldValue, FindingState, Licence, NeedKind, Permission, Rule};

use crate::access::Access;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::form::QueryString;
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::response::html;
use crate::routes::Routes;
use crate::web::finding_view::{ALL_BASES, base_licences, holders_href, person};
use crate::web::integration_status::{count, reason, subject};
use crate::web::licences::links::{NEED_DAYS, not_needed_href, on_hold};
use service::account_snapshot::AccountSnapshot;
use service::blocking::run_blocking;
use ui::pages::{findings, holders, licences};
use ui::parts::{Subject, Tab};

const HOLDERS: usize = 100;

pub(crate) fn routes(routes: Routes) -> Routes {
    let view = Access::Needs(Permission::ViewData);
    routes
        .page(Method::GET, "/i/{id}/licences", view, show)
        .page(
            Method::GET,
            "/i/{id}/licences/{licence}",
            view,
            show_holders,
        )
}

async fn show(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let account = app.context.accounts.of(&from_path.integration).await?;
    let subject = subject(&app, &from_path.integration, Some(&account.snapshot)).await?;
    let why = reason(&app, &subject, "plan_usage").await?;
    run_blocking(move || {
        let view = view(&account, subject, why);
        Ok(html(licences::page(&page_context.shell, &view)))
    })
    .await
}

fn view(
    account: &AccountSnapshot,
    subject: Subject,
    bought_note: Option<String>,
) -> licences::LicencesPage {
    let id = subject.id;
    let bases = base_licences(account);
    let families = account.application.licences;
    let mut totals = account.findings.licences();
    // In the application's order: the plain licence, those of suites, add-ons.
    totals.sort_by_key(|total| {
        (
            families
                .iter()
                .position(|family| family.key == total.licence.family),
            total.licence.size,
        )
    });
    let open = account.findings.all(
        account.roster(),
        &FindingQuery::everything(account.application),
    );
    let rows = totals
        .into_iter()
        .map(|total| {
            let licence = &total.licence;
            let base = bases.contains(licence);
            let holders = |need: &str| format!("{}/{licence}?need={need}", Tab::Licences.href(id));
            licences::LicenceRow {
                label: licence.label(account.application),
                bought: total.purchased,
                bought_from: bought_from(account, licence),
                holders: total.holders,
                holders_known: total.holders_known,
                needed: total.needed,
                not_needed: not_needed(&open, licence),
                on_hold: on_hold(account, std::slice::from_ref(licence)),
                unknown: total.unknown,
                holders_href: holders_href(account, licence),
                needed_href: holders("needed"),
                not_needed_href: not_needed_href(account, std::slice::from_ref(licence)),
                unknown_href: if base {
                    holders("unknown")
                } else {
                    String::new()
                },
                licence: total.licence,
            }
        })
        .collect();
    let unknown = account
        .findings
        .unknowns()
        .into_iter()
        .map(|unknown| licences::UnknownHolders {
            label: unknown.licence.label(account.application),
            people: unknown.people,
            why: unknown.why,
            href: if bases.contains(&unknown.licence) {
                format!(
                    "{}/{}?need=unknown",
                    Tab::Licences.href(id),
                    unknown.licence
                )
            } else {
                String::new()
            },
        })
        .collect();
    licences::LicencesPage {
        rows,
        pools: pools(account, &subject),
        unknown,
        days: i64::from(NEED_DAYS),
        bought_note,
        subject,
    }
}

/// Seats that are held but not needed. Seats that sharing would free are not included, because
/// their holders need them now and then.
fn not_needed(open: &[Finding], licence: &Licence) -> i64 {
    let about = open.iter().filter(|finding| {
        finding.licence == *licence && finding.user.is_some() && finding.rule.is_unneeded()
    });
    about.map(|finding| finding.seats).sum()
}

fn bought_from(account: &AccountSnapshot, licence: &Licence) -> String {
    if account.purchased(licence).is_some() {
        return "from plan usage".to_owned();
    }
    let contracts: Vec<&str> = account
        .contracts
        .iter()
        .filter(|contract| contract.terms.licence == *licence)
        .map(|contract| contract.terms.name.as_str())
        .collect();
    if contracts.is_empty() {
        "neither plan usage nor a contract states it".to_owned()
    } else {
        format!("from {}", contracts.join(", "))
    }
}

/// The texts of the findings about sharing.
fn pools(account: &AccountSnapshot, subject: &Subject) -> Vec<licences::LicencePool> {
    let mut query = FindingQuery::everything(account.application);
    query.rules = vec![Rule::AddonPoolable];
    query.states = FindingState::ALL.to_vec();
    account
        .findings
        .all(account.roster(), &query)
        .iter()
        .map(|finding| licences::LicencePool {
            label: finding.licence.label(account.application),
            headline: account.findings.headline(account.roster(), finding),
            href: findings::href(subject, &finding.id),
        })
        .collect()
}

async fn show_holders(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Path((_, key)): Path<(String, String)>,
    page_context: PageContext,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let account = app.context.accounts.of(&from_path.integration).await?;
    let licence = Licence::from_key(&key);
    let known = from_path.application.licences.iter();
    let known: BTreeSet<&str> = known.map(|family| family.key).chain([ALL_BASES]).collect();
    if !known.contains(licence.family.as_str()) {
        return Err(Failure::not_found("licence"));
    }
    let need = pairs.text("need").unwrap_or_default().to_owned();
    if !["", "needed", "unknown"].contains(&need.as_str()) {
        return Err(Failure::parameter(
            "need",
            format!("`{need}` is not one of needed, unknown"),
        ));
    }
    let before = pairs.number::<usize>("from")?.unwrap_or(0);
    let department = pairs.text("department").map(str::to_owned);
    let subject = subject(&app, &from_path.integration, Some(&account.snapshot)).await?;
    let params = page_context.params(&pairs.0);
    run_blocking(move || {
        let mut query = Query::everybody(account.application);
        if let Some(department) = &department {
            query = query.with("department", department);
        }
        let rows = people(&account, &licence, &need, &query);
        let next = before.saturating_add(HOLDERS);
        let view = holders::HoldersPage {
            subject,
            params,
            label: if licence.family == ALL_BASES {
                "Base licences of all kinds".to_owned()
            } else {
                licence.label(account.application)
            },
            need,
            department,
            total: count(rows.len()),
            before: count(before.min(rows.len())),
            next: (next < rows.len()).then(|| next.to_string()),
            days: i64::from(NEED_DAYS),
            rows: rows
                .iter()
                .skip(before)
                .take(HOLDERS)
                .map(|row| holder(&account, &licence, *row))
                .collect(),
        };
        Ok(html(holders::page(&page_context.shell, &view)))
    })
    .await
}

/// The holders of a licence as rows, by name.
fn people(account: &AccountSnapshot, licence: &Licence, need: &str, query: &Query) -> Vec<u32> {
    let roster = account.roster();
    let all = licence.family == ALL_BASES;
    let base = all || base_licences(account).contains(licence);
    let group = match need {
        "needed" if base => LicensedGroup::Needed,
        "unknown" if base => LicensedGroup::Unknown,
        _ => LicensedGroup::All,
    };
    let mut rows: Vec<u32> = if base {
        let holders: BTreeSet<u32> = roster
            .licence_holders(&licence.family)
            .into_iter()
            .map(|(row, _)| row)
            .collect();
        let mut people = account.findings.people(roster, query, group);
        people.retain(|row| all || holders.contains(row));
        people
    } else {
        roster
            .licence_holders(&licence.family)
            .into_iter()
            .filter(|(_, size)| *size == licence.size)
            .map(|(row, _)| row)
            .filter(|row| need != "needed" || account.findings.needs_add_on(*row, licence))
            .collect()
    };
    rows.sort_by_key(|row| roster.name_of(*row).to_lowercase());
    rows
}

fn holder(account: &AccountSnapshot, licence: &Licence, row: u32) -> holders::HolderRow {
    let roster: &Roster = account.roster();
    let detail = roster.user(roster.key_of(row), insight::query::DEFAULT_INACTIVE_DAYS);
    let department = detail
        .as_ref()
        .and_then(|detail| detail.user.value("department"));
    holders::HolderRow {
        person: person(account, row),
        department: match department {
            Some(FieldValue::Text(text)) => text.clone(),
            _ => String::new(),
        },
        since: roster.licensed_since(row, licence),
        last_need: last_need(account, licence, row),
    }
}

/// The last day on which the holder needed the licence.
fn last_need(account: &AccountSnapshot, licence: &Licence, row: u32) -> Option<model::Day> {
    let counts = |kind: NeedKind| match licence.family.as_str() {
        "webinar" => kind == NeedKind::Webinar,
        "large_meeting" => kind == NeedKind::LargeMeeting,
        _ => true,
    };
    let mut days = account.roster().need_days(row).into_iter();
    days.find(|(_, needs)| needs.iter().any(counts))
        .map(|(day, _)| day)
}
