//! Contracts from a CSV file.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use model::words::sentence;
use model::{Application, Permission};
use service::FieldError;
use service::blocking::run_stoppable;
use service::contract_import::{ContractFile, Existing, plan, read_csv};
use service::csv_table::LineError;
use service::file_cells::DateOrder;
use service::parameters::ParameterValue as _;
use ui::pages::contract_import;
use ui::pages::import::ImportError;
use ui::parts::Errors;

use super::licences::choices;
use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::{beside_fields, field_error};
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::response::{html, unprocessable};
use crate::routes::Routes;
use crate::upload::Upload;
use crate::web::integration_status::subject;

pub(crate) fn routes(routes: Routes) -> Routes {
    let decide = Access::Needs(Permission::Decide);
    routes
        .page(Method::GET, "/i/{id}/contracts/import", decide, show_import)
        .page(Method::POST, "/i/{id}/contracts/import", decide, import)
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

/// Reads the file on another thread.
async fn read(
    application: &'static Application,
    bytes: Bytes,
    dates: Option<DateOrder>,
) -> Result<Result<ContractFile, Vec<LineError>>, Failure> {
    let read = move |stop: &_| Ok(read_csv(application, &bytes, dates, stop));
    run_stoppable(read).await
}

/// The order of days in the file that was chosen in the form.
pub(crate) fn dates(upload: &Upload) -> Option<DateOrder> {
    let chosen = upload.fields.text("dates");
    // A value that is not among the choices is none, so that days with slashes are refused.
    chosen.and_then(|word| DateOrder::parse(word).ok())
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
    match upload.rows() {
        Err(missing) => errors = beside_fields(missing),
        Ok((bytes, _)) => match read(from_path.application, bytes, dates(&upload)).await? {
            Err(lines) => wrong = wrongs(lines),
            Ok(file) => match store(&app, &from_path, &page_context, file, &upload).await? {
                Stored::Yes(response) => return Ok(response),
                Stored::Questions(questions) => errors = beside_fields(questions),
                Stored::No(line) => wrong.push(line),
            },
        },
    }
    let view = import_view(&app, &from_path, wrong, pasted, errors).await?;
    Ok(unprocessable(contract_import::page(
        &page_context.shell,
        &view,
    )))
}

/// Whether the contracts of a file were stored.
enum Stored {
    Yes(Response),
    /// Something has to be chosen or confirmed first.
    Questions(Vec<FieldError>),
    /// This line is wrong.
    No(ImportError),
}

async fn store(
    app: &App,
    from_path: &IntegrationFromPath,
    page_context: &PageContext,
    file: ContractFile,
    upload: &Upload,
) -> Result<Stored, Failure> {
    let id = from_path.integration.id;
    let store = &app.context.store;
    let existing = upload.fields.text("existing");
    let existing = existing.and_then(|word| Existing::parse(word).ok());
    let (actor, now) = (page_context.caller.actor(), app.context.clock.now());
    let unconfirmed = upload.fields.text("confirm").is_none().then(|| now.day());
    let stored = store.contracts(id).await?;
    let plan = match plan(file.terms, &stored, existing, unconfirmed) {
        Ok(plan) => plan,
        Err(questions) => return Ok(Stored::Questions(questions)),
    };
    match store.import_contracts(id, &plan.entries, &actor, now).await {
        Ok(_) => {
            let to = format!("/i/{id}/contracts");
            Ok(Stored::Yes(FlashMessage::ContractsImported.redirect_to(to)))
        }
        Err(error) => Ok(Stored::No(by_line(error)?)),
    }
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
