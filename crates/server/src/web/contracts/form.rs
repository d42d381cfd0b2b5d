//! The form of a contract, and the removal of one.

use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use model::{ContractId, ContractTerms, Permission};
use service::contract_rows;
use ui::pages::contract_form::ContractFields;
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

fn typed(form: &FormBody) -> ContractFields {
    let text = |name: &str| form.text_or_empty(name);
    ContractFields {
        name: text("name"),
        licence: text("licence"),
        quantity: text("quantity"),
        minimum: text("minimum"),
        unit_price: text("unit_price"),
        currency: text("currency"),
        billing_cycle: text("billing_cycle"),
        starts_on: text("starts_on"),
        ends_on: text("ends_on"),
        notice_days: text("notice_days"),
        auto_renews: form.text("auto_renews").is_some(),
        reducible_each_cycle: form.text("reducible_each_cycle").is_some(),
        owner: text("owner"),
        notes: text("notes"),
    }
}

/// Contract terms of the form, or all its validation errors.
fn read(from_path: &IntegrationFromPath, form: &FormBody) -> Result<ContractTerms, Errors> {
    form.with_checkboxes(&["auto_renews", "reducible_each_cycle"])
        .read_with(|reader| contract_rows::terms(reader, from_path.application))
        .map_err(beside_fields)
}

async fn form(
    app: &App,
    from_path: &IntegrationFromPath,
    contract: Option<ContractId>,
    typed: ContractFields,
    errors: Errors,
) -> Result<contract_form::ContractFormPage, Failure> {
    let snapshot = app.context.rosters.at_hand(&from_path.integration).await;
    let members = app.context.store.members().await?;
    Ok(contract_form::ContractFormPage {
        subject: subject(app, &from_path.integration, snapshot.as_deref()).await?,
        contract,
        licences: choices(from_path.application, &typed.licence),
        typed,
        owners: members
            .into_iter()
            .filter(|member| !member.disabled)
            .map(|member| member.email)
            .take(200)
            .collect(),
        errors,
    })
}

async fn show_new(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let typed = ContractFields {
        licence: pairs.text("licence").unwrap_or_default().to_owned(),
        minimum: "0".to_owned(),
        billing_cycle: "yearly".to_owned(),
        notice_days: "30".to_owned(),
        auto_renews: true,
        ..ContractFields::default()
    };
    let view = form(&app, &from_path, None, typed, Errors::default()).await?;
    Ok(html(contract_form::page(&page_context.shell, &view)))
}

async fn add(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    submitted: FormBody,
) -> Result<Response, Failure> {
    let typed = typed(&submitted);
    let errors = match read(&from_path, &submitted) {
        Ok(terms) => {
            let actor = page_context.caller.actor();
            let added = app
                .context
                .store
                .add_contract(
                    from_path.integration.id,
                    &terms,
                    &actor,
                    app.context.clock.now(),
                )
                .await;
            match added {
                Ok(id) => {
                    let path = contracts::href(from_path.integration.id, id);
                    return Ok(FlashMessage::ContractAdded.redirect_to(path));
                }
                Err(error) => Errors(vec![field_error(error)?]),
            }
        }
        Err(errors) => errors,
    };
    let view = form(&app, &from_path, None, typed, errors).await?;
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
    let typed = ContractFields::from(&contract.terms);
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
    let typed = typed(&submitted);
    let id = from_path.integration.id;
    let errors = match read(&from_path, &submitted) {
        Ok(terms) => {
            let actor = page_context.caller.actor();
            let saved = app
                .context
                .store
                .update_contract(id, contract.id, &terms, &actor, app.context.clock.now())
                .await;
            match saved {
                Ok(true) => {
                    return Ok(
                        FlashMessage::SettingsSaved.redirect_to(contracts::href(id, contract.id))
                    );
                }
                Ok(false) => return Err(Failure::not_found("contract")),
                Err(error) => Errors(vec![field_error(error)?]),
            }
        }
        Err(errors) => errors,
    };
    let view = form(&app, &from_path, Some(contract.id), typed, errors).await?;
    Ok(unprocessable(contract_form::page(
        &page_context.shell,
        &view,
    )))
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
