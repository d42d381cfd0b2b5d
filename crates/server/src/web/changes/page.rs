//! The change list of an account: the accepted changes, their results, and their execution.

use std::collections::{BTreeMap, HashMap};

use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use model::{Permission, Sums};
use serde_json::Value;
use store::{Change, ChangeFilter, ChangeId, ChangeState, Member, QuestionFilter};
use sync::OutcomeKind;

use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::{FormBody, QueryString};
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::response::html;
use crate::response::unprocessable;
use crate::routes::Routes;
use crate::web::integration_status::{count, subject};
use crate::web::ledger::page::name_of;
use crate::web::settings::page::who;
use service::account_snapshot::AccountSnapshot;
use service::change_list;
use service::change_run::{self, Run};
use service::questions::letter;
use ui::pages::changes::{
    self, ChangeJournal, ChangeOutcome, ChangePreview, ChangeRow, ChangeStatus, RunReport,
    RunReportRow,
};
use ui::parts::Errors;
use ui::parts::Tab;

/// The maximum number of changes on the page.
const SHOWN: usize = 500;

pub(crate) fn routes(routes: Routes) -> Routes {
    let view = Access::Needs(Permission::ViewData);
    let decide = Access::Needs(Permission::Decide);
    routes
        .page(Method::GET, "/i/{id}/changes", view, list)
        .page(Method::POST, "/i/{id}/changes/preview", decide, preview)
        .page(Method::POST, "/i/{id}/changes/remove", decide, remove)
        .page(
            Method::POST,
            "/i/{id}/changes/run",
            Access::Needs(Permission::MakeChanges),
            carry_out,
        )
        .page(Method::GET, "/i/{id}/changes/{change}", view, journal)
}

pub(crate) fn change_status(state: ChangeState) -> ChangeStatus {
    match state {
        ChangeState::Listed => ChangeStatus::Listed,
        ChangeState::Exported => ChangeStatus::Exported,
        ChangeState::Running => ChangeStatus::Running,
        ChangeState::Done => ChangeStatus::Done,
        ChangeState::Failed => ChangeStatus::Failed,
        ChangeState::Skipped => ChangeStatus::Skipped,
        ChangeState::Undone => ChangeStatus::Undone,
    }
}

/// The people that decide on changes: members, and employees with the link of a question.
pub(crate) struct Deciders {
    members: Vec<Member>,
    /// Recipients by number of the question.
    question_recipients: HashMap<String, String>,
}

impl Deciders {
    pub(crate) async fn of(app: &App, account: &AccountSnapshot) -> Result<Self, Failure> {
        let id = Some(account.integration.id);
        let requests = app
            .context
            .store
            .questions(id, &QuestionFilter::default())
            .await?;
        let names = requests.into_iter().map(|request| {
            let name = letter::name_of(account, &request.email).unwrap_or(request.email);
            (request.id.to_string(), name)
        });
        Ok(Self {
            members: app.context.store.members().await?,
            question_recipients: names.collect(),
        })
    }

    /// The name of an actor of the audit log.
    fn called(&self, stored: &str) -> String {
        let number = stored.strip_prefix("question:");
        match number.and_then(|number| self.question_recipients.get(number)) {
            Some(name) => format!("{name}, by the link in the e-mail"),
            None => who(stored, &self.members),
        }
    }
}

pub(crate) fn row(account: &AccountSnapshot, change: &Change, deciders: &Deciders) -> ChangeRow {
    let [from, to] = change_list::ends(account.application, change);
    ChangeRow {
        id: change.id.0,
        name: name_of(account, change.user_key.as_deref(), &change.email),
        email: change.email.clone(),
        user_key: change.user_key.clone().unwrap_or_default(),
        from,
        to,
        finding: account
            .finding(&change.finding)
            .map_or_else(String::new, |finding| finding.id),
        state: change_status(change.state),
        saving: change.saving,
        seat_free_on: change.seat_free_on,
        invoice_lower_on: change.invoice_lower_on,
        decided_by: deciders.called(&change.decided_by),
        decided_at: change.decided_at,
        result: change.result.clone(),
    }
}

async fn list(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let wanted = match pairs.text("state") {
        None => None,
        Some(text) => Some(ChangeState::from_value(text).ok_or_else(|| {
            let words: Vec<_> = ChangeState::ALL
                .into_iter()
                .map(ChangeState::value)
                .collect();
            Failure::parameter("state", format!("give one of {}", words.join(", ")))
        })?),
    };
    let id = from_path.integration.id;
    let account = app.context.accounts.of(&from_path.integration).await?;
    let deciders = Deciders::of(&app, &account).await?;
    let all = app
        .context
        .store
        .changes(id, &ChangeFilter::default())
        .await?;
    let waiting = || {
        all.iter()
            .filter(|change| change_status(change.state).waits())
    };
    let mut kinds = BTreeMap::new();
    for change in waiting() {
        let licence = change.licence.to_string();
        kinds
            .entry((licence, change.to.clone()))
            .or_insert_with(|| change_list::choice(account.application, change));
    }
    let kinds = kinds.into_iter().map(|((licence, to), what)| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("plan", &licence).append_pair("to", &to);
        (what, query.finish())
    });
    let mut saving = Sums::default();
    let mut without_price = 0;
    for change in waiting() {
        match change.saving {
            Some(amount) => saving.add(amount),
            None => without_price += change.seats,
        }
    }
    let view = changes::ChangesPage {
        subject: subject(&app, &from_path.integration, Some(&account.snapshot)).await?,
        params: page_context.params(&pairs.0),
        rows: all
            .iter()
            .filter(|change| wanted.is_none_or(|wanted| change.state == wanted))
            .take(SHOWN)
            .map(|change| row(&account, change, &deciders))
            .collect(),
        states: ChangeState::ALL
            .into_iter()
            .map(|state| {
                let many = all.iter().filter(|change| change.state == state).count();
                (change_status(state), count(many))
            })
            .collect(),
        saving,
        without_price,
        kinds: kinds.collect(),
        writable: app.context.store.write_access(id).await?.is_some(),
    };
    Ok(html(changes::page(&page_context.shell, &view)))
}

/// The changes that a form names, and the number of those that the action cannot apply to.
pub(crate) async fn selected(
    app: &App,
    from_path: &IntegrationFromPath,
    form: &FormBody,
    what: &str,
) -> Result<(Vec<Change>, i64), Failure> {
    let all = app
        .context
        .store
        .changes(from_path.integration.id, &ChangeFilter::default())
        .await?;
    let fits = |change: &Change| match what {
        "undo" => change.state == ChangeState::Done,
        _ => change_status(change.state).open(),
    };
    if form.text("all").is_some() {
        return Ok((all.into_iter().filter(fits).collect(), 0));
    }
    let named: Vec<&str> = form.all("change").collect();
    let (mut rows, mut left_out) = (Vec::new(), 0);
    for change in all {
        if named.contains(&change.id.to_string().as_str()) {
            if fits(&change) {
                rows.push(change);
            } else {
                left_out += 1;
            }
        }
    }
    Ok((rows, left_out))
}

/// The actions for selected changes.
const ACTIONS: [&str; 4] = ["dry_run", "execute", "undo", "remove"];

async fn preview(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let what = form.text_or_empty("what");
    if !ACTIONS.contains(&what.as_str()) {
        return Err(Failure::parameter(
            "what",
            format!("give one of {}", ACTIONS.join(", ")),
        ));
    }
    if what != "remove" && !page_context.caller.may(Permission::MakeChanges) {
        return Err(Failure::role(page_context.caller.member.role));
    }
    let (selected, left_out) = selected(&app, &from_path, &form, &what).await?;
    let account = app.context.accounts.of(&from_path.integration).await?;
    let deciders = Deciders::of(&app, &account).await?;
    let why = match what.as_str() {
        "undo" => "Only a change that was made can be undone.",
        _ => "It was made already, or is being made.",
    };
    let nothing = selected.is_empty() && left_out == 0;
    let view = ChangePreview {
        subject: subject(&app, &from_path.integration, Some(&account.snapshot)).await?,
        what,
        rows: selected
            .iter()
            .map(|change| row(&account, change, &deciders))
            .collect(),
        left_out: if nothing {
            Some((
                0,
                "No change was selected: tick some in the list, or all of them.".to_owned(),
            ))
        } else {
            (left_out > 0).then(|| (left_out, why.to_owned()))
        },
        errors: Errors::default(),
    };
    if nothing {
        return Ok(unprocessable(changes::preview(&page_context.shell, &view)));
    }
    Ok(html(changes::preview(&page_context.shell, &view)))
}

fn outcome(kind: OutcomeKind) -> ChangeOutcome {
    match kind {
        OutcomeKind::WouldChange => ChangeOutcome::WouldChange,
        OutcomeKind::Done => ChangeOutcome::Done,
        OutcomeKind::Undone => ChangeOutcome::Undone,
        OutcomeKind::Skipped => ChangeOutcome::Skipped,
        OutcomeKind::Failed => ChangeOutcome::Failed,
        OutcomeKind::NotDue => ChangeOutcome::NotDue,
    }
}

/// Executes the previewed action and shows the result of each change.
async fn carry_out(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let what = form.text_or_empty("what");
    let run = match what.as_str() {
        "dry_run" => Run::Check,
        "execute" => Run::Execute,
        "undo" => Run::Undo,
        _ => {
            return Err(Failure::parameter("what", "give dry_run, execute or undo"));
        }
    };
    let stop_after = form
        .number::<u32>("stop_after")?
        .unwrap_or(change_run::STOP_AFTER);
    if !(1..=100).contains(&stop_after) {
        return Err(Failure::parameter(
            "stop_after",
            "give a number of errors from 1 to 100",
        ));
    }
    let id = from_path.integration.id;
    let (selected, _) = selected(&app, &from_path, &form, &what).await?;
    let ids: Vec<ChangeId> = selected.iter().map(|change| change.id).collect();
    let actor = page_context.caller.actor();
    let report = change_run::run(
        &app.context,
        &from_path.integration,
        &ids,
        run,
        stop_after,
        &actor,
    )
    .await?;
    let Some(report) = report else {
        return Ok(FlashMessage::ChangesRunning.redirect_to(Tab::Changes.href(id)));
    };
    let account = app.context.accounts.of(&from_path.integration).await?;
    let back = what == "undo";
    let rows = report.outcomes.into_iter().map(|outcome_row| {
        let change = selected
            .iter()
            .find(|change| change.id == outcome_row.change);
        RunReportRow {
            name: change.map_or_else(String::new, |change| {
                name_of(&account, change.user_key.as_deref(), &change.email)
            }),
            change: change.map_or_else(String::new, |change| {
                let [from, to] = change_list::ends(account.application, change);
                let (from, to) = if back { (to, from) } else { (from, to) };
                format!("{from} → {to}")
            }),
            outcome: outcome(outcome_row.kind),
            text: outcome_row.text,
        }
    });
    let view = RunReport {
        subject: subject(&app, &from_path.integration, Some(&account.snapshot)).await?,
        rows: rows.collect(),
        what,
        stopped: report.stopped,
    };
    Ok(html(changes::report(&page_context.shell, &view)))
}

async fn remove(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let id = from_path.integration.id;
    let (selected, _) = selected(&app, &from_path, &form, "remove").await?;
    let findings: Vec<String> = selected.into_iter().map(|change| change.finding).collect();
    if !findings.is_empty() {
        app.context
            .store
            .reopen(
                id,
                &findings,
                None,
                &page_context.caller.actor(),
                app.context.clock.now(),
            )
            .await?;
    }
    Ok(FlashMessage::ChangesRemoved.redirect_to(Tab::Changes.href(id)))
}

/// The evidence at the time of the decision, as sentences.
fn evidence(change: &Change) -> Vec<String> {
    let kept: Value = serde_json::from_str(&change.evidence_json).unwrap_or_default();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let items = kept["items"].as_array().into_iter().flatten();
    let mut sentences: Vec<String> = text(&kept["headline"]).into_iter().collect();
    for sentence in items.filter_map(|item| text(&item["text"])) {
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    sentences
}

/// An entry of the history for people. Licences before a change are stored as JSON for programs and
/// are converted to words here.
fn in_words(text: String) -> String {
    let Ok(Value::Object(values)) = serde_json::from_str(&text) else {
        return text;
    };
    let mut words = Vec::new();
    for (name, value) in &values {
        let value = match (name.as_str(), value) {
            ("user_type", Value::Number(number)) if number.as_i64() == Some(1) => {
                "Basic".to_owned()
            }
            ("user_type", Value::Number(number)) if number.as_i64() == Some(2) => {
                "Licensed".to_owned()
            }
            (_, Value::Null) => "none".to_owned(),
            (_, Value::Bool(yes)) => if *yes { "yes" } else { "no" }.to_owned(),
            (_, Value::String(text)) => text.clone(),
            (_, other) => other.to_string(),
        };
        words.push(format!("{}: {value}", name.replace('_', " ")));
    }
    format!("Held before: {}", words.join(", "))
}

async fn journal(
    State(app): State<SharedApp>,
    Path((_, number)): Path<(String, String)>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let none = || Failure::not_found("change");
    let id = ChangeId(number.parse().map_err(|_| none())?);
    let filter = ChangeFilter {
        ids: vec![id],
        ..ChangeFilter::default()
    };
    let found = app
        .context
        .store
        .changes(from_path.integration.id, &filter)
        .await?;
    let change = found.into_iter().next().ok_or_else(none)?;
    let account = app.context.accounts.of(&from_path.integration).await?;
    let deciders = Deciders::of(&app, &account).await?;
    let entries = app
        .context
        .store
        .change_journal(from_path.integration.id, change.id)
        .await?;
    let view = ChangeJournal {
        subject: subject(&app, &from_path.integration, Some(&account.snapshot)).await?,
        row: row(&account, &change, &deciders),
        evidence: evidence(&change),
        entries: entries
            .into_iter()
            .map(|entry| {
                (
                    entry.at,
                    deciders.called(&entry.actor),
                    change_status(entry.state).label().0.to_owned(),
                    in_words(entry.text),
                )
            })
            .collect(),
    };
    Ok(html(changes::journal(&page_context.shell, &view)))
}
