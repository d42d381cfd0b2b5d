//! The change list of an account: the accepted changes and their results.

use std::collections::{BTreeMap, HashMap};

use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use connector::Connector;
use model::{Permission, Sums};
use serde_json::Value;
use service::account_snapshot::AccountSnapshot;
use service::change_list;
use service::parameters;
use service::questions::letter;
use store::{Change, ChangeFilter, ChangeId, ChangeState, Member, QuestionFilter};
use ui::pages::changes::{self, ChangeJournal, ChangeRow, ChangeStatus};

use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::form::{PageQuery, QueryString};
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::response::html;
use crate::routes::Routes;
use crate::web::connect::application::connector_of;
use crate::web::integration_status::{count, subject};
use crate::web::ledger::name_of;
use crate::web::settings::audit::who;

pub(crate) fn routes(routes: Routes) -> Routes {
    let view = Access::Needs(Permission::ViewData);
    routes
        .page(Method::GET, "/i/{id}/changes", view, list)
        .page(Method::GET, "/i/{id}/changes/{change}", view, journal)
}

/// The maximum number of changes on the page.
const SHOWN: usize = 500;

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

parameters! {
    /// The filter of the list.
    struct StateQuery {
        state: Option<ChangeState>,
    }
}

async fn list(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    PageQuery(StateQuery { state: wanted }): PageQuery<StateQuery>,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let id = from_path.integration.id;
    let connector = connector_of(&app, from_path.application.key)?;
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
        bulk_import: connector.bulk_file().is_some(),
        writable: app.context.store.write_access(id).await?.is_some(),
    };
    Ok(html(changes::page(&page_context.shell, &view)))
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
fn in_words(connector: &dyn Connector, text: String) -> String {
    let Ok(Value::Object(values)) = serde_json::from_str(&text) else {
        return text;
    };
    let mut words = Vec::new();
    for (name, value) in &values {
        let value = match (connector.holding_label(name, &value.to_string()), value) {
            (Some(label), _) => label.to_owned(),
            (None, Value::Null) => "none".to_owned(),
            (None, Value::Bool(yes)) => if *yes { "yes" } else { "no" }.to_owned(),
            (None, Value::String(text)) => text.clone(),
            (None, other) => other.to_string(),
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
    let connector = connector_of(&app, from_path.application.key)?;
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
                    in_words(connector, entry.text),
                )
            })
            .collect(),
    };
    Ok(html(changes::journal(&page_context.shell, &view)))
}
