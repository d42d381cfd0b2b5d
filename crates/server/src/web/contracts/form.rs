//! The form of a contract, and the removal of one.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use model::{
    CONTRACT_FIELDS, ContractId, ContractTerms, Day, Licence, Permission, contract_field_names,
};
use service::contract_rows;
use ui::pages::{contract_form, contracts};
use ui::parts::Errors;

use super::licences::choices;
use super::page::contract_of;
use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::{FormBody, QueryString, beside_fields, field_error};
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::response::{html, unprocessable};
use crate::routes::Routes;
use crate::web::integration_status::{count, subject};

pub(crate) fn routes(routes: Routes) -> Routes {
    let decide = Access::Needs(Permission::Decide);
    let one = "/i/{id}/contracts/{contract}";
    routes
        .page(Method::POST, "/i/{id}/contracts", decide, add)
        .page(Method::GET, "/i/{id}/contracts/new", decide, show_new)
        .page(Method::GET, &format!("{one}/edit"), decide, show_edit)
        .page(Method::POST, &format!("{one}/edit"), decide, edit)
        .page(Method::GET, &format!("{one}/remove"), decide, ask_remove)
        .page(Method::POST, &format!("{one}/remove"), decide, remove)
}

/// The texts of the form; a check box is `yes` or `no`.
fn typed(form: &FormBody) -> BTreeMap<&'static str, String> {
    let form = with_checkboxes(form);
    contract_field_names()
        .into_iter()
        .map(|name| (name, form.text_or_empty(name)))
        .collect()
}

/// The texts of terms.
fn texts(terms: &ContractTerms) -> BTreeMap<&'static str, String> {
    CONTRACT_FIELDS
        .iter()
        .map(|field| (field.name, field.text(terms)))
        .collect()
}

fn with_checkboxes(form: &FormBody) -> FormBody {
    let boxes = CONTRACT_FIELDS.iter().filter(|field| field.is_yes_no());
    form.with_checkboxes(&boxes.map(|field| field.name).collect::<Vec<_>>())
}

/// Contract terms of the form, or all its validation errors.
fn read(from_path: &IntegrationFromPath, form: &FormBody) -> Result<ContractTerms, Errors> {
    with_checkboxes(form)
        .read_with(|reader| contract_rows::terms(reader, from_path.application))
        .map_err(beside_fields)
}

async fn form(
    app: &App,
    from_path: &IntegrationFromPath,
    contract: Option<ContractId>,
    typed: BTreeMap<&'static str, String>,
    errors: Errors,
) -> Result<contract_form::ContractFormPage, Failure> {
    let snapshot = app.context.rosters.at_hand(&from_path.integration).await;
    let members = app.context.store.members().await?;
    Ok(contract_form::ContractFormPage {
        subject: subject(app, &from_path.integration, snapshot.as_deref()).await?,
        contract,
        licences: choices(
            from_path.application,
            typed.get("licence").map_or("", String::as_str),
        ),
        typed,
        owners: members
            .into_iter()
            .filter(|member| !member.disabled)
            .map(|member| member.email)
            .take(200)
            .collect(),
        doubtful: false,
        errors,
    })
}

async fn show_new(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let usual = ContractTerms::new(Licence::base(""), 0, Day(0), Day(0));
    let mut typed = texts(&usual);
    for field in CONTRACT_FIELDS.iter().filter(|field| field.is_required()) {
        typed.remove(field.name);
    }
    typed.insert(
        "licence",
        pairs.text("licence").unwrap_or_default().to_owned(),
    );
    let view = form(&app, &from_path, None, typed, Errors::default()).await?;
    Ok(html(contract_form::page(&page_context.shell, &view)))
}

async fn add(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    submitted: FormBody,
) -> Result<Response, Failure> {
    save(&app, &from_path, &page_context, None, &submitted).await
}

/// Stores a new contract, or new terms of one. The form is shown again when something is wrong.
async fn save(
    app: &App,
    from_path: &IntegrationFromPath,
    page_context: &PageContext,
    contract: Option<ContractId>,
    submitted: &FormBody,
) -> Result<Response, Failure> {
    let (store, id) = (&app.context.store, from_path.integration.id);
    let (actor, now) = (page_context.caller.actor(), app.context.clock.now());
    let confirmed = submitted.text("confirm").is_some();
    let mut doubtful = confirmed;
    let errors = match read(from_path, submitted) {
        Err(errors) => errors,
        Ok(terms) if !confirmed && !contract_rows::doubts(&terms, now.day()).is_empty() => {
            doubtful = true;
            beside_fields(contract_rows::doubts(&terms, now.day()))
        }
        Ok(terms) => {
            let saved = match contract {
                None => {
                    let added = store.add_contract(id, &terms, &actor, now).await;
                    added.map(|contract| (FlashMessage::ContractAdded, contract))
                }
                Some(contract) => {
                    match store
                        .update_contract(id, contract, &terms, &actor, now)
                        .await
                    {
                        Ok(false) => return Err(Failure::not_found("contract")),
                        changed => changed.map(|_| (FlashMessage::SettingsSaved, contract)),
                    }
                }
            };
            match saved {
                Ok((message, contract)) => {
                    return Ok(message.redirect_to(contracts::href(id, contract)));
                }
                Err(error) => Errors(vec![field_error(error)?]),
            }
        }
    };
    let view = contract_form::ContractFormPage {
        doubtful,
        ..form(app, from_path, contract, typed(submitted), errors).await?
    };
    Ok(unprocessable(contract_form::page(
        &page_context.shell,
        &view,
    )))
}

async fn show_edit(
    State(app): State<SharedApp>,
    Path((_, number)): Path<(String, String)>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let contract = contract_of(&app, &from_path, &number).await?;
    let typed = texts(&contract.terms);
    let view = form(
        &app,
        &from_path,
        Some(contract.id),
        typed,
        Errors::default(),
    )
    .await?;
    Ok(html(contract_form::page(&page_context.shell, &view)))
}

async fn edit(
    State(app): State<SharedApp>,
    Path((_, number)): Path<(String, String)>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    submitted: FormBody,
) -> Result<Response, Failure> {
    let contract = contract_of(&app, &from_path, &number).await?;
    save(
        &app,
        &from_path,
        &page_context,
        Some(contract.id),
        &submitted,
    )
    .await
}

async fn ask_remove(
    State(app): State<SharedApp>,
    Path((_, number)): Path<(String, String)>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let contract = contract_of(&app, &from_path, &number).await?;
    let snapshot = app.context.rosters.at_hand(&from_path.integration).await;
    let files = app
        .context
        .store
        .attachments(from_path.integration.id, contract.id)
        .await?;
    let view = contract_form::ContractRemoval {
        subject: subject(&app, &from_path.integration, snapshot.as_deref()).await?,
        contract: contract.id,
        licence: contract.terms.licence.label(from_path.application),
        terms: contract.terms,
        files: count(files.len()),
    };
    Ok(html(contract_form::removal(&page_context.shell, &view)))
}

async fn remove(
    State(app): State<SharedApp>,
    Path((_, number)): Path<(String, String)>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let contract = contract_of(&app, &from_path, &number).await?;
    let id = from_path.integration.id;
    app.context
        .store
        .remove_contract(
            id,
            contract.id,
            &page_context.caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    Ok(FlashMessage::ContractRemoved.redirect_to(format!("/i/{id}/contracts")))
}
