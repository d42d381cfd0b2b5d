//! The employees of an account: the imported list, or the list that a directory pushes.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use insight::Roster;
use model::{Day, Permission, Rule};
use store::{Directory, PeopleImport};

use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::beside_fields;
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::response::html;
use crate::response::unprocessable;
use crate::routes::Routes;
use crate::scim;
use crate::upload::Upload;
use crate::web::contracts::import::{by_line, dates, wrongs};
use crate::web::integration_status::{count, subject};
use service::account_snapshot::AccountSnapshot;
use service::blocking::run_stoppable;
use service::csv_table::LineError;
use service::file_cells::DateOrder;
use service::people_rows::{self, PeopleFile};
use ui::pages::import::ImportError;
use ui::pages::people;
use ui::parts::Errors;

pub(crate) fn routes(routes: Routes) -> Routes {
    let decide = Access::Needs(Permission::Decide);
    routes
        .page(
            Method::GET,
            "/i/{id}/people",
            Access::Needs(Permission::ViewData),
            show,
        )
        .page(Method::POST, "/i/{id}/people", decide, import)
        .page(Method::POST, "/i/{id}/people/remove", decide, remove)
}

async fn view(
    app: &App,
    from_path: &IntegrationFromPath,
    pasted: &str,
    wrongs: Vec<ImportError>,
    errors: Errors,
) -> Result<people::PeoplePage, Failure> {
    let account = app.context.accounts.of(&from_path.integration).await?;
    let id = from_path.integration.id;
    let employees = if let Some(import) = app.context.store.imported_people(id).await? {
        Some(people::Employees::List(list(&account, &import)))
    } else {
        let directory = app.context.store.directory(id).await?;
        directory.map(|pushed| people::Employees::Directory(directory_of(&account, &pushed)))
    };
    Ok(people::PeoplePage {
        subject: subject(app, &from_path.integration, Some(&account.snapshot)).await?,
        employees,
        scim: scim::base(app, id),
        pasted: pasted.to_owned(),
        wrongs,
        errors,
    })
}

fn list(account: &AccountSnapshot, import: &PeopleImport) -> people::EmployeeList {
    let left = |day: Option<Day>| day.is_some_and(|day| day < account.today);
    let gone = import.people.iter().filter(|person| left(person.left_on));
    people::EmployeeList {
        read_at: import.read_at,
        source: import.source.clone(),
        people: count(import.people.len()),
        left: count(gone.count()),
        // Only users on the list that have not left.
        matched: Some(users(account, |roster, row| roster.left(row).is_none())),
        leavers: Some(leavers(account)),
    }
}

fn directory_of(account: &AccountSnapshot, directory: &Directory) -> people::EmployeeDirectory {
    people::EmployeeDirectory {
        changed_at: directory.changed_at,
        active: directory.active,
        deactivated: directory.deactivated,
        removed: directory.removed,
        absent: users(account, Roster::absent),
        leavers: leavers(account),
    }
}

/// The number of users for which this is true.
fn users(account: &AccountSnapshot, holds: impl Fn(&Roster, u32) -> bool) -> i64 {
    let roster = account.roster();
    let rows = 0..u32::try_from(roster.len()).unwrap_or(u32::MAX);
    count(rows.filter(|row| holds(roster, *row)).count())
}

fn leavers(account: &AccountSnapshot) -> i64 {
    let findings = account.findings.iter(account.roster());
    count(
        findings
            .filter(|finding| finding.rule == Rule::Leaver)
            .count(),
    )
}

async fn show(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let view = view(&app, &from_path, "", Vec::new(), Errors::default()).await?;
    Ok(html(people::page(&page_context.shell, &view)))
}

/// Reads the file on another thread.
async fn read(
    bytes: Bytes,
    dates: Option<DateOrder>,
) -> Result<Result<PeopleFile, Vec<LineError>>, Failure> {
    run_stoppable(move |stop| Ok(people_rows::read_csv(&bytes, dates, stop))).await
}

async fn import(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    upload: Upload,
) -> Result<Response, Failure> {
    let id = from_path.integration.id;
    people_rows::refuse_over_directory(&app.context, id).await?;
    let mut errors = Errors::default();
    let mut wrong = Vec::new();
    match upload.rows() {
        Err(missing) => errors = beside_fields(missing),
        Ok((bytes, source)) => match read(bytes, dates(&upload)).await? {
            Err(lines) => wrong = wrongs(lines),
            Ok(PeopleFile { people: list, .. }) => {
                let account = app.context.accounts.of(&from_path.integration).await?;
                let (list, doubt) = people_rows::compared(list, account).await?;
                if let Some(doubt) = doubt.filter(|_| upload.fields.text("confirm").is_none()) {
                    let text = "Nothing was imported yet. Check that the list has everybody, then give it again and tick the confirmation.";
                    errors.add("confirm", format!("{doubt}. {text}"));
                    let pasted = upload.fields.get("text").unwrap_or_default();
                    let view = view(&app, &from_path, pasted, wrong, errors).await?;
                    return Ok(unprocessable(people::page(&page_context.shell, &view)));
                }
                let actor = page_context.caller.actor();
                let source: String = source.chars().take(120).collect();
                let stored = app
                    .context
                    .store
                    .import_people(id, &list, &source, &actor, app.context.clock.now())
                    .await;
                match stored {
                    Ok(()) => {
                        return Ok(
                            FlashMessage::PeopleImported.redirect_to(format!("/i/{id}/people"))
                        );
                    }
                    Err(error) => wrong.push(by_line(error)?),
                }
            }
        },
    }
    let pasted = upload.fields.get("text").unwrap_or_default();
    let view = view(&app, &from_path, pasted, wrong, errors).await?;
    Ok(unprocessable(people::page(&page_context.shell, &view)))
}

async fn remove(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let id = from_path.integration.id;
    app.context
        .store
        .remove_people(id, &page_context.caller.actor(), app.context.clock.now())
        .await?;
    Ok(FlashMessage::PeopleRemoved.redirect_to(format!("/i/{id}/people")))
}
