//! Who works here: the imported list of employees of an account, or what a directory pushes.

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use insight::Roster;
use model::{Day, Permission, Rule};
use store::{Directory, PeopleImport};

use crate::access::Access;
use crate::app::{App, Shared};
use crate::chosen::IntegrationFromPath;
use crate::failure::Failure;
use crate::flash::Done;
use crate::frame::Frame;
use crate::response::html;
use crate::response::unprocessable;
use crate::routes::Routes;
use crate::scim;
use crate::upload::Upload;
use crate::web::contracts::page::{by_line, wrongs};
use crate::web::integration_status::{count, subject};
use service::account_snapshot::AccountSnapshot;
use service::people_rows::{self, WouldLeave};
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
    chosen: &IntegrationFromPath,
    pasted: &str,
    wrongs: Vec<ImportError>,
    errors: Errors,
) -> Result<people::PeoplePage, Failure> {
    let case = app.context.accounts.of(&chosen.integration).await?;
    let id = chosen.integration.id;
    let employees = if let Some(import) = app.context.store.imported_people(id).await? {
        Some(people::Employees::List(list(&case, &import)))
    } else {
        let directory = app.context.store.directory(id).await?;
        directory.map(|pushed| people::Employees::Directory(directory_of(&case, &pushed)))
    };
    Ok(people::PeoplePage {
        subject: subject(app, &chosen.integration, Some(&case.snapshot)).await?,
        employees,
        scim: scim::base(app, id),
        pasted: pasted.to_owned(),
        wrongs,
        errors,
    })
}

fn list(case: &AccountSnapshot, import: &PeopleImport) -> people::EmployeeList {
    let left = |day: Option<Day>| day.is_some_and(|day| day < case.today);
    let gone = import.people.iter().filter(|person| left(person.left_on));
    people::EmployeeList {
        read_at: import.read_at,
        source: import.source.clone(),
        people: count(import.people.len()),
        left: count(gone.count()),
        // Nobody is known to have left who is on the list and still here.
        matched: Some(users(case, |roster, row| roster.left(row).is_none())),
        leavers: Some(leavers(case)),
    }
}

fn directory_of(case: &AccountSnapshot, directory: &Directory) -> people::EmployeeDirectory {
    people::EmployeeDirectory {
        changed_at: directory.changed_at,
        active: directory.active,
        deactivated: directory.deactivated,
        removed: directory.removed,
        absent: users(case, Roster::absent),
        leavers: leavers(case),
    }
}

/// How many users of the account this holds of.
fn users(case: &AccountSnapshot, holds: impl Fn(&Roster, u32) -> bool) -> i64 {
    let roster = case.roster();
    let rows = 0..u32::try_from(roster.len()).unwrap_or(u32::MAX);
    count(rows.filter(|row| holds(roster, *row)).count())
}

fn leavers(case: &AccountSnapshot) -> i64 {
    let findings = case.findings.iter(case.roster());
    count(
        findings
            .filter(|finding| finding.rule == Rule::Leaver)
            .count(),
    )
}

async fn show(
    State(app): State<Shared>,
    chosen: IntegrationFromPath,
    frame: Frame,
) -> Result<Response, Failure> {
    let view = view(&app, &chosen, "", Vec::new(), Errors::default()).await?;
    Ok(html(people::page(&frame.shell, &view)))
}

async fn import(
    State(app): State<Shared>,
    chosen: IntegrationFromPath,
    frame: Frame,
    upload: Upload,
) -> Result<Response, Failure> {
    let id = chosen.integration.id;
    people_rows::refuse_over_directory(&app.context, id).await?;
    let mut errors = Errors::default();
    let mut wrong = Vec::new();
    match upload.content() {
        None => errors.add("file", "Choose a CSV file, or paste its rows below."),
        Some((bytes, source)) => match people_rows::read_csv(&bytes) {
            Err(lines) => wrong = wrongs(lines),
            Ok(list) => {
                let case = app.context.accounts.of(&chosen.integration).await?;
                let would = WouldLeave::of(&list, case.roster(), case.application, case.today);
                let doubt = would.doubt();
                if let Some(doubt) = doubt.filter(|_| upload.fields.text("confirm").is_none()) {
                    let text = "Nothing was imported yet. Check that the list has everybody, then give it again and tick the confirmation.";
                    errors.add("confirm", format!("{doubt}. {text}"));
                    let pasted = upload.fields.get("text").unwrap_or_default();
                    let view = view(&app, &chosen, pasted, wrong, errors).await?;
                    return Ok(unprocessable(people::page(&frame.shell, &view)));
                }
                let actor = frame.caller.actor();
                let source: String = source.chars().take(120).collect();
                let stored = app
                    .context
                    .store
                    .import_people(id, &list, &source, &actor, app.context.clock.now())
                    .await;
                match stored {
                    Ok(()) => {
                        return Ok(Done::PeopleImported.redirect_to(format!("/i/{id}/people")));
                    }
                    Err(error) => wrong.push(by_line(error)?),
                }
            }
        },
    }
    let pasted = upload.fields.get("text").unwrap_or_default();
    let view = view(&app, &chosen, pasted, wrong, errors).await?;
    Ok(unprocessable(people::page(&frame.shell, &view)))
}

async fn remove(
    State(app): State<Shared>,
    chosen: IntegrationFromPath,
    frame: Frame,
) -> Result<Response, Failure> {
    let id = chosen.integration.id;
    app.context
        .store
        .remove_people(id, &frame.caller.actor(), app.context.clock.now())
        .await?;
    Ok(Done::PeopleRemoved.redirect_to(format!("/i/{id}/people")))
}
