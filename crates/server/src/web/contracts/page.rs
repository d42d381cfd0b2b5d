//! Contracts of an account: the list, one contract with its files, the form, the import.

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, Method};
use axum::response::{IntoResponse, Response};
use insight::renewal;
use model::{Application, Contract, ContractId, ContractTerms, Holder, Licence, Permission};

use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::download::attachment;
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::{FormBody, QueryString};
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::response::html;
use crate::response::unprocessable;
use crate::routes::Routes;
use crate::upload::Upload;
use crate::web::finding_view::base_licences;
use crate::web::integration_status::{count, subject};
use model::words::sentence;
use service::Pairs;
use service::account_snapshot::AccountSnapshot;
use service::contract_rows;
use service::csv_table::LineError;
use ui::pages::contract_form::ContractFields;
use ui::pages::import::ImportError;
use ui::pages::{contract, contract_form, contract_import, contracts};
use ui::parts::Errors;

/// The highest number that the calculation of additional seats accepts.
const MOST_SEATS: i64 = 1_000_000;

pub(crate) fn routes(routes: Routes) -> Routes {
    let view = Access::Needs(Permission::ViewData);
    let decide = Access::Needs(Permission::Decide);
    let one = "/i/{id}/contracts/{contract}";
    routes
        .page(Method::GET, "/i/{id}/contracts", view, list)
        .page(Method::POST, "/i/{id}/contracts", decide, add)
        .page(Method::GET, "/i/{id}/contracts/new", decide, show_new)
        .page(Method::GET, "/i/{id}/contracts/import", decide, show_import)
        .page(Method::POST, "/i/{id}/contracts/import", decide, import)
        .page(Method::GET, one, view, show)
        .page(Method::GET, &format!("{one}/edit"), decide, show_edit)
        .page(Method::POST, &format!("{one}/edit"), decide, edit)
        .page(Method::GET, &format!("{one}/remove"), decide, ask_remove)
        .page(Method::POST, &format!("{one}/remove"), decide, remove)
        .page(Method::POST, &format!("{one}/attachments"), decide, attach)
        .page(
            Method::GET,
            &format!("{one}/attachments/{{attachment}}"),
            view,
            download,
        )
        .page(
            Method::POST,
            &format!("{one}/attachments/{{attachment}}/remove"),
            decide,
            detach,
        )
}

/// All licences that an application sells, base licences first: key and name.
pub(crate) fn sold(application: &Application) -> Vec<(Licence, String)> {
    application
        .licences
        .iter()
        .flat_map(|family| match family.holder {
            Holder::Base { .. } => vec![Licence::base(family.key)],
            Holder::AddOn { sizes, .. } => sizes
                .iter()
                .map(|size| Licence::sized(family.key, *size))
                .collect(),
        })
        .map(|licence| {
            let label = licence.label(application);
            (licence, label)
        })
        .collect()
}

/// The same as options of a form; a licence that is no longer sold is included if it is selected.
pub(crate) fn choices(application: &Application, from_path: &str) -> Vec<(String, String)> {
    let mut choices: Vec<(String, String)> = sold(application)
        .into_iter()
        .map(|(licence, label)| (licence.to_string(), label))
        .collect();
    if !from_path.is_empty() && !choices.iter().any(|(key, _)| key == from_path) {
        let label = Licence::from_key(from_path).label(application);
        choices.push((from_path.to_owned(), label));
    }
    choices
}

/// Converts a store error about a field to an error of the form field; other errors stay failures.
pub(crate) fn field_error(error: store::Error) -> Result<(String, String), Failure> {
    match error {
        store::Error::Field {
            field,
            wrong,
            right,
        } => {
            // `contracts[2].quantity` is the field `quantity` of a form.
            let name = field.rsplit('.').next().unwrap_or(&field).to_owned();
            Ok((name, sentence(&format!("{wrong}: {right}"))))
        }
        other => Err(other.into()),
    }
}

/// The invalid lines of a file as the page shows them.
pub(crate) fn wrongs(errors: Vec<LineError>) -> Vec<ImportError> {
    errors
        .into_iter()
        .map(|error| ImportError {
            line: error.line,
            field: error.field,
            text: sentence(&error.message),
        })
        .collect()
}

/// The contract that an address names.
pub(crate) async fn contract_of(
    app: &App,
    from_path: &IntegrationFromPath,
    text: &str,
) -> Result<Contract, Failure> {
    let none = || Failure::not_found("contract");
    let id = ContractId(text.parse().map_err(|_| none())?);
    let found = app
        .context
        .store
        .contract(from_path.integration.id, id)
        .await?;
    found
        .filter(|contract| contract.id.to_string() == text)
        .ok_or_else(none)
}

async fn list(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let account = app.context.accounts.of(&from_path.integration).await?;
    let subject = subject(&app, &from_path.integration, Some(&account.snapshot)).await?;
    let mut rows = Vec::new();
    for contract in &account.contracts {
        let files = app
            .context
            .store
            .attachments(from_path.integration.id, contract.id)
            .await?;
        let dates = renewal::dates(contract, account.today);
        rows.push(contracts::ContractRow {
            contract: contract.clone(),
            licence: contract.terms.licence.label(from_path.application),
            notice_by: dates.notice_by,
            ends_on: dates.ends_on,
            attachments: count(files.len()),
        });
    }
    rows.sort_by_key(|row| (row.ends_on < account.today, row.notice_by, row.contract.id));
    let view = contracts::ContractsPage {
        subject,
        rows,
        bought: bought(&account),
    };
    Ok(html(contracts::page(&page_context.shell, &view)))
}

/// The seats bought by contracts and by the application's own count, for every known licence.
fn bought(account: &AccountSnapshot) -> Vec<contracts::BoughtSeats> {
    let running = |contract: &&Contract| {
        let dates = renewal::dates(contract, account.today);
        dates.starts_on <= account.today && !dates.ended
    };
    let licensed = account.findings.licences();
    let bases = base_licences(account);
    let mut licences: Vec<Licence> = sold(account.application)
        .into_iter()
        .map(|(licence, _)| licence)
        .collect();
    let others = account
        .contracts
        .iter()
        .map(|contract| &contract.terms.licence);
    for licence in others.chain(licensed.iter().map(|row| &row.licence)) {
        if !licences.contains(licence) {
            licences.push(licence.clone());
        }
    }
    licences
        .into_iter()
        .filter_map(|licence| {
            let seats: i64 = account
                .contracts
                .iter()
                .filter(|contract| contract.terms.licence == licence)
                .filter(running)
                .map(|contract| contract.terms.quantity)
                .sum();
            let plan = account.purchased(&licence);
            let holders = licensed
                .iter()
                .find(|row| row.licence == licence)
                .map(|row| row.holders);
            let reported = plan.map(|row| row.assigned);
            let assigned = if bases.contains(&licence) {
                holders.or(reported)
            } else {
                reported.or(holders)
            };
            let counted = plan.map(|row| row.bought);
            (seats > 0 || counted.is_some_and(|n| n > 0) || assigned.is_some_and(|n| n > 0)).then(
                || contracts::BoughtSeats {
                    label: licence.label(account.application),
                    licence,
                    contracts: seats,
                    counted,
                    assigned,
                },
            )
        })
        .collect()
}

async fn show(
    State(app): State<SharedApp>,
    Path((_, number)): Path<(String, String)>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let contract = contract_of(&app, &from_path, &number).await?;
    let view = view(&app, &from_path, contract, &pairs, Errors::default()).await?;
    Ok(html(contract::page(&page_context.shell, &view)))
}

async fn view(
    app: &App,
    from_path: &IntegrationFromPath,
    found: Contract,
    pairs: &Pairs,
    mut errors: Errors,
) -> Result<contract::ContractPage, Failure> {
    let snapshot = app.context.rosters.at_hand(&from_path.integration).await;
    let today = app.context.clock.now().day();
    let seats = match pairs.number::<i64>("add") {
        Ok(seats) => seats.unwrap_or(10),
        Err(_) => 0,
    };
    if !(1..=MOST_SEATS).contains(&seats) {
        errors.add("add", "Give a number of seats from 1 to 1,000,000.");
    }
    let from = if let Ok(from) = pairs.day("from") {
        from.unwrap_or(today)
    } else {
        errors.add("from", "Give a day such as 2026-12-01.");
        today
    };
    let seats = seats.clamp(1, MOST_SEATS);
    let dates = renewal::dates::of_terms(&found.terms, from);
    let first = from.max(dates.starts_on);
    let files = app
        .context
        .store
        .attachments(from_path.integration.id, found.id)
        .await?;
    let running = renewal::dates(&found, today);
    Ok(contract::ContractPage {
        subject: subject(app, &from_path.integration, snapshot.as_deref()).await?,
        licence: found.terms.licence.label(from_path.application),
        notice_by: running.notice_by,
        ends_on: running.ends_on,
        files: files
            .into_iter()
            .map(|file| contract::ContractFile {
                id: file.id,
                name: file.name,
                bytes: file.size,
                at: file.at,
            })
            .collect(),
        added: contract::AddedSeats {
            seats,
            from: first,
            cost: renewal::prorate(&found.terms, seats, from),
            days: i64::from(dates.ends_on.since(first) + 1).max(0),
            of_days: i64::from(dates.term_days),
        },
        contract: found,
        errors,
    })
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
fn terms(from_path: &IntegrationFromPath, typed: &ContractFields) -> Result<ContractTerms, Errors> {
    let word = |on: bool| if on { "yes" } else { "no" }.to_owned();
    let get = |name: &str| {
        let text = match name {
            "name" => typed.name.clone(),
            "licence" => typed.licence.clone(),
            "quantity" => typed.quantity.clone(),
            "minimum" => typed.minimum.clone(),
            "unit_price" => typed.unit_price.clone(),
            "currency" => typed.currency.clone(),
            "billing_cycle" => typed.billing_cycle.clone(),
            "starts_on" => typed.starts_on.clone(),
            "ends_on" => typed.ends_on.clone(),
            "notice_days" => typed.notice_days.clone(),
            // A checkbox that is not ticked is missing from the form: that means no.
            "auto_renews" => word(typed.auto_renews),
            "reducible_each_cycle" => word(typed.reducible_each_cycle),
            "owner" => typed.owner.clone(),
            "notes" => typed.notes.clone(),
            _ => return None,
        };
        Some(text)
    };
    contract_rows::terms(from_path.application, get).map_err(|wrong| {
        Errors(
            wrong
                .into_iter()
                .map(|(field, text)| (field, sentence(&text)))
                .collect(),
        )
    })
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
    let errors = match terms(&from_path, &typed) {
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
    let errors = match terms(&from_path, &typed) {
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

async fn import_view(
    app: &App,
    from_path: &IntegrationFromPath,
    wrongs: Vec<ImportError>,
    pasted: &str,
    errors: Errors,
) -> Result<contract_import::ContractImportPage, Failure> {
    let snapshot = app.context.rosters.at_hand(&from_path.integration).await;
    Ok(contract_import::ContractImportPage {
        subject: subject(app, &from_path.integration, snapshot.as_deref()).await?,
        licences: choices(from_path.application, ""),
        pasted: pasted.to_owned(),
        wrongs,
        errors,
    })
}

async fn show_import(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let view = import_view(&app, &from_path, Vec::new(), "", Errors::default()).await?;
    Ok(html(contract_import::page(&page_context.shell, &view)))
}

async fn import(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    upload: Upload,
) -> Result<Response, Failure> {
    let pasted = upload.fields.get("text").unwrap_or_default();
    let mut errors = Errors::default();
    let mut wrong = Vec::new();
    match upload.content() {
        None => errors.add("file", "Choose a CSV file, or paste its rows below."),
        Some((bytes, _)) => match contract_rows::read_csv(from_path.application, &bytes) {
            Err(lines) => wrong = wrongs(lines),
            Ok(terms) => {
                let id = from_path.integration.id;
                let actor = page_context.caller.actor();
                let added = app
                    .context
                    .store
                    .add_contracts(id, &terms, &actor, app.context.clock.now())
                    .await;
                match added {
                    Ok(_) => {
                        return Ok(FlashMessage::ContractsImported
                            .redirect_to(format!("/i/{id}/contracts")));
                    }
                    Err(error) => wrong.push(by_line(error)?),
                }
            }
        },
    }
    let view = import_view(&app, &from_path, wrong, pasted, errors).await?;
    Ok(unprocessable(contract_import::page(
        &page_context.shell,
        &view,
    )))
}

/// Converts a store error about an entry of a list to the line of the imported file.
pub(crate) fn by_line(error: store::Error) -> Result<ImportError, Failure> {
    let entry = match &error {
        store::Error::Field { field, .. } => field
            .split_once('[')
            .and_then(|(_, rest)| rest.split_once(']'))
            .and_then(|(number, _)| number.parse::<u64>().ok()),
        _ => None,
    };
    let (field, text) = field_error(error)?;
    // The header is the first line, and entries are counted from 0.
    let line = entry.map_or(1, |entry| entry + 2);
    Ok(ImportError { line, field, text })
}

async fn attach(
    State(app): State<SharedApp>,
    Path((_, number)): Path<(String, String)>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    upload: Upload,
) -> Result<Response, Failure> {
    let contract = contract_of(&app, &from_path, &number).await?;
    let id = from_path.integration.id;
    let here = contracts::href(id, contract.id);
    let mut errors = Errors::default();
    match &upload.file {
        None => errors.add("file", "Choose a file."),
        Some(file) => {
            let media_type = harmless(&file.media_type);
            let stored = app
                .context
                .store
                .attach(
                    id,
                    contract.id,
                    &file.name,
                    media_type,
                    &file.bytes,
                    &page_context.caller.actor(),
                    app.context.clock.now(),
                )
                .await;
            match stored {
                Ok(_) => return Ok(FlashMessage::FileAdded.redirect_to(format!("{here}#files"))),
                Err(error) => {
                    let (_, text) = field_error(error)?;
                    errors.add("file", text);
                }
            }
        }
    }
    let view = view(&app, &from_path, contract, &Pairs::default(), errors).await?;
    Ok(unprocessable(contract::page(&page_context.shell, &view)))
}

/// The media type of a file, when it is known and can't be interpreted as a page or a script.
fn harmless(given: &str) -> &'static str {
    const KNOWN: [&str; 10] = [
        "application/pdf",
        "text/plain",
        "text/csv",
        "image/png",
        "image/jpeg",
        "application/zip",
        "application/msword",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.ms-excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ];
    KNOWN
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(given.trim()))
        .unwrap_or("application/octet-stream")
}

async fn download(
    State(app): State<SharedApp>,
    Path((_, contract, number)): Path<(String, String, String)>,
    from_path: IntegrationFromPath,
) -> Result<Response, Failure> {
    let contract = contract_of(&app, &from_path, &contract).await?;
    let none = || Failure::not_found("file");
    let number: i64 = number.parse().map_err(|_| none())?;
    let (file, bytes) = app
        .context
        .store
        .attachment(from_path.integration.id, contract.id, number)
        .await?
        .ok_or_else(none)?;
    // Always saved and never shown in the browser, because the content of the file must not run.
    Ok((
        [
            (
                CONTENT_TYPE,
                HeaderValue::from_static(harmless(&file.media_type)),
            ),
            (CONTENT_DISPOSITION, attachment(&file.name)),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ],
        bytes,
    )
        .into_response())
}

async fn detach(
    State(app): State<SharedApp>,
    Path((_, contract, number)): Path<(String, String, String)>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let contract = contract_of(&app, &from_path, &contract).await?;
    let none = || Failure::not_found("file");
    let number: i64 = number.parse().map_err(|_| none())?;
    let id = from_path.integration.id;
    let gone = app
        .context
        .store
        .remove_attachment(
            id,
            contract.id,
            number,
            &page_context.caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    if !gone {
        return Err(none());
    }
    let here = contracts::href(id, contract.id);
    Ok(FlashMessage::FileRemoved.redirect_to(format!("{here}#files")))
}
