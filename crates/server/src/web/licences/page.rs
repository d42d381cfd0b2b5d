//! The licences of an account: by size, bought, held, needed, not needed and unknown; and the holders
//! of one.

use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use insight::findings::{Finding, FindingQuery, LicensedGroup};
use insight::{Query, Roster};
use model::{FieldValue, FindingState, Licence, NeedKind, Permission, Rule};

use crate::access::Access;
use crate::app::Shared;
use crate::chosen::IntegrationFromPath;
use crate::failure::Failure;
use crate::form::QueryString;
use crate::frame::Frame;
use crate::response::html;
use crate::routes::Routes;
use crate::web::finding_view::{base_licences, holders_href, person};
use crate::web::integration_status::{count, reason, subject};
use service::account_snapshot::AccountSnapshot;
use service::blocking::run_blocking;
use ui::pages::{findings, holders, licences};
use ui::parts::{Subject, Tab};

/// Days that a need counts for.
pub(crate) const NEED_DAYS: i32 = 90;
/// Holders of a page.
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
    State(app): State<Shared>,
    chosen: IntegrationFromPath,
    frame: Frame,
) -> Result<Response, Failure> {
    let case = app.context.accounts.of(&chosen.integration).await?;
    let subject = subject(&app, &chosen.integration, Some(&case.snapshot)).await?;
    let why = reason(&app, &subject, "plan_usage").await?;
    run_blocking(move || {
        let view = view(&case, subject, why);
        Ok(html(licences::page(&frame.shell, &view)))
    })
    .await
}

fn view(
    case: &AccountSnapshot,
    subject: Subject,
    bought_note: Option<String>,
) -> licences::LicencesPage {
    let id = subject.id;
    let bases = base_licences(case);
    let mut totals = case.findings.licences();
    totals.sort_by_key(|total| {
        (
            !bases.contains(&total.licence),
            total.licence.family.clone(),
            total.licence.size,
        )
    });
    let open = case
        .findings
        .all(case.roster(), &FindingQuery::everything(case.application));
    let rows = totals
        .into_iter()
        .map(|total| {
            let licence = &total.licence;
            let base = bases.contains(licence);
            let holders = |need: &str| format!("{}/{licence}?need={need}", Tab::Licences.href(id));
            licences::LicenceRow {
                label: licence.label(case.application),
                bought: total.purchased,
                bought_from: bought_from(case, licence),
                holders: total.holders,
                holders_known: total.holders_known,
                needed: total.needed,
                not_needed: not_needed(&open, licence),
                on_hold: crate::web::integrations::overview::held(case, licence),
                unknown: total.unknown,
                holders_href: holders_href(case, licence),
                needed_href: holders("needed"),
                not_needed_href: not_needed_href(case, licence),
                unknown_href: if base {
                    holders("unknown")
                } else {
                    String::new()
                },
                licence: total.licence,
            }
        })
        .collect();
    let unknown = case
        .findings
        .unknowns()
        .into_iter()
        .map(|unknown| licences::UnknownHolders {
            label: unknown.licence.label(case.application),
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
        pools: pools(case, &subject),
        unknown,
        days: i64::from(NEED_DAYS),
        bought_note,
        subject,
    }
}

/// Seats that people hold and don't need. Seats that sharing would free are held by people who need
/// them now and then, so that they are not among these.
fn not_needed(open: &[Finding], licence: &Licence) -> i64 {
    let about = open.iter().filter(|finding| {
        finding.licence == *licence
            && finding.user.is_some()
            && !matches!(finding.rule, Rule::UnderLicensed | Rule::AddonOversized)
    });
    about.map(|finding| finding.seats).sum()
}

/// The findings about a licence that say that it is not needed.
pub(crate) fn not_needed_href(case: &AccountSnapshot, licence: &Licence) -> String {
    let mut path = format!("/i/{}/findings?plan={licence}", case.integration.id);
    for rule in Rule::ALL {
        if !matches!(
            rule,
            Rule::UnderLicensed | Rule::AddonOversized | Rule::AddonPoolable
        ) {
            path.push_str("&rule=");
            path.push_str(rule.value());
        }
    }
    path
}

fn bought_from(case: &AccountSnapshot, licence: &Licence) -> String {
    if case.purchased(licence).is_some() {
        return "from plan usage".to_owned();
    }
    let contracts: Vec<&str> = case
        .contracts
        .iter()
        .filter(|contract| contract.terms.licence == *licence)
        .map(|contract| contract.terms.name.as_str())
        .collect();
    if contracts.is_empty() {
        "neither plan usage nor a contract tells".to_owned()
    } else {
        format!("from {}", contracts.join(", "))
    }
}

/// What the findings about sharing say.
fn pools(case: &AccountSnapshot, subject: &Subject) -> Vec<licences::LicencePool> {
    let mut query = FindingQuery::everything(case.application);
    query.rules = vec![Rule::AddonPoolable];
    query.states = FindingState::ALL.to_vec();
    case.findings
        .all(case.roster(), &query)
        .iter()
        .map(|finding| licences::LicencePool {
            label: finding.licence.label(case.application),
            headline: case.findings.headline(case.roster(), finding),
            href: findings::href(subject, &finding.id),
        })
        .collect()
}

async fn show_holders(
    State(app): State<Shared>,
    chosen: IntegrationFromPath,
    Path((_, key)): Path<(String, String)>,
    frame: Frame,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let case = app.context.accounts.of(&chosen.integration).await?;
    let licence = Licence::from_key(&key);
    let known = chosen.application.licences.iter();
    if !known.clone().any(|family| family.key == licence.family) {
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
    let subject = subject(&app, &chosen.integration, Some(&case.snapshot)).await?;
    let params = frame.params(&pairs.0);
    run_blocking(move || {
        let mut query = Query::everybody(case.application);
        if let Some(department) = &department {
            query = query.with("department", department);
        }
        let rows = people(&case, &licence, &need, &query);
        let next = before.saturating_add(HOLDERS);
        let view = holders::HoldersPage {
            subject,
            params,
            label: licence.label(case.application),
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
                .map(|row| holder(&case, &licence, *row))
                .collect(),
        };
        Ok(html(holders::page(&frame.shell, &view)))
    })
    .await
}

/// The rows of the holders of a licence, by name.
fn people(case: &AccountSnapshot, licence: &Licence, need: &str, query: &Query) -> Vec<u32> {
    let roster = case.roster();
    let base = base_licences(case).contains(licence);
    let group = match need {
        "needed" if base => LicensedGroup::Needed,
        "unknown" if base => LicensedGroup::Unknown,
        _ => LicensedGroup::All,
    };
    let mut rows: Vec<u32> = if base {
        case.findings.people(roster, query, group)
    } else {
        roster
            .licence_holders(&licence.family)
            .into_iter()
            .filter(|(_, size)| *size == licence.size)
            .map(|(row, _)| row)
            .filter(|row| need != "needed" || case.findings.needs_add_on(*row, licence))
            .collect()
    };
    rows.sort_by_key(|row| roster.name_of(*row).to_lowercase());
    rows
}

fn holder(case: &AccountSnapshot, licence: &Licence, row: u32) -> holders::HolderRow {
    let roster: &Roster = case.roster();
    let detail = roster.user(roster.key_of(row), insight::query::DEFAULT_INACTIVE_DAYS);
    let department = detail
        .as_ref()
        .and_then(|detail| detail.user.value("department"));
    holders::HolderRow {
        person: person(case, row),
        department: match department {
            Some(FieldValue::Text(text)) => text.clone(),
            _ => String::new(),
        },
        since: roster.licensed_since(row, licence),
        last_need: last_need(case, licence, row),
    }
}

/// The last day on which a licence was needed by its holder.
fn last_need(case: &AccountSnapshot, licence: &Licence, row: u32) -> Option<model::Day> {
    let counts = |kind: NeedKind| match licence.family.as_str() {
        "webinar" => kind == NeedKind::Webinar,
        "large_meeting" => kind == NeedKind::LargeMeeting,
        _ => true,
    };
    let mut days = case.roster().need_days(row).into_iter();
    days.find(|(_, needs)| needs.iter().any(counts))
        .map(|(day, _)| day)
}
