//! Members: who signs in to Seatwise and as what. Only owners make owners or change them, and nobody
//! changes their own role or keeps themselves out.

use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use model::{MemberId, Permission, Role};
use store::{Member, NewMember};

use crate::access::Access;
use crate::app::{App, Shared};
use crate::failure::Failure;
use crate::flash::Done;
use crate::form::FormBody;
use crate::frame::Frame;
use crate::response::html;
use crate::response::unprocessable;
use crate::routes::Routes;
use crate::web::sign_in::page::check_person;
use service::password::Passwords;
use ui::pages::members;
use ui::parts::Errors;

pub(crate) fn routes(routes: Routes) -> Routes {
    let manage = Access::Needs(Permission::ManageMembers);
    routes
        .page(Method::GET, "/members", manage, show)
        .page(Method::POST, "/members", manage, add)
        .page(Method::POST, "/members/{id}/role", manage, set_role)
        .page(Method::POST, "/members/{id}/disable", manage, disable)
        .page(Method::POST, "/members/{id}/enable", manage, enable)
        .page(Method::POST, "/members/{id}/password", manage, set_password)
}

async fn view(app: &App, frame: &Frame) -> Result<members::MembersPage, Failure> {
    let rows = app
        .context
        .store
        .members()
        .await?
        .into_iter()
        .map(|member| members::MemberRow {
            you: member.id == frame.caller.member.id,
            id: member.id,
            name: member.name,
            email: member.email,
            role: member.role,
            disabled: member.disabled,
            created_at: member.created_at,
            last_sign_in: member.last_sign_in,
        });
    Ok(members::MembersPage {
        rows: rows.collect(),
        name: String::new(),
        email: String::new(),
        role: Role::Viewer,
        errors: Errors::default(),
    })
}

async fn show(State(app): State<Shared>, frame: Frame) -> Result<Response, Failure> {
    let view = view(&app, &frame).await?;
    Ok(html(members::page(&frame.shell, &view)))
}

async fn add(State(app): State<Shared>, frame: Frame, form: FormBody) -> Result<Response, Failure> {
    let name = form.text_or_empty("name");
    let email = form.text_or_empty("email");
    let role = form.text("role").and_then(Role::from_value);
    let password = form.secret("password");
    let mut errors = Errors::default();
    check_person(&name, &email, &mut errors);
    match role {
        None => errors.add("role", "Choose one of the roles."),
        Some(Role::Owner) if frame.caller.member.role != Role::Owner => {
            errors.add("role", "Only an owner can add an owner.");
        }
        Some(_) => {}
    }
    if let Some(objection) = Passwords::objection(&password) {
        errors.add("password", objection);
    }
    if errors.is_empty()
        && let Some(role) = role
    {
        let new = NewMember {
            name: name.clone(),
            email: email.clone(),
            password_hash: app.passwords.hash(password).await?,
        };
        let added = app
            .context
            .store
            .add_member(new, role, &frame.caller.actor(), app.context.clock.now())
            .await;
        match added {
            Ok(_) => return Ok(Done::MemberAdded.redirect_to("/members")),
            Err(store::Error::Conflict { .. }) => {
                errors.add("email", "There is a member with this address already.");
            }
            Err(error) => return Err(error.into()),
        }
    }
    let view = members::MembersPage {
        name,
        email,
        role: role.unwrap_or(Role::Viewer),
        errors,
        ..view(&app, &frame).await?
    };
    Ok(unprocessable(members::page(&frame.shell, &view)))
}

/// The member whom an address names, when the caller may change them.
async fn other(app: &App, frame: &Frame, number: &str) -> Result<Member, Failure> {
    let none = || Failure::not_found("member");
    let id = MemberId(number.parse().map_err(|_| none())?);
    let member = app.context.store.member(id).await?.ok_or_else(none)?;
    if member.id == frame.caller.member.id {
        return Err(Failure::conflict(
            "This is your own account: somebody else has to change its role or keep it out.",
        )
        .action("Back to the members", "/members"));
    }
    if member.role == Role::Owner && frame.caller.member.role != Role::Owner {
        return Err(Failure::role(frame.caller.member.role));
    }
    Ok(member)
}

async fn set_role(
    State(app): State<Shared>,
    Path(number): Path<String>,
    frame: Frame,
    form: FormBody,
) -> Result<Response, Failure> {
    let member = other(&app, &frame, &number).await?;
    let role = form.text("role").and_then(Role::from_value);
    let role = role.ok_or_else(|| Failure::parameter("role", "is not a role"))?;
    if role == Role::Owner && frame.caller.member.role != Role::Owner {
        return Err(Failure::role(frame.caller.member.role));
    }
    app.context
        .store
        .set_member_role(
            member.id,
            role,
            &frame.caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    Ok(Done::RoleChanged.redirect_to("/members"))
}

async fn disable(
    State(app): State<Shared>,
    Path(number): Path<String>,
    frame: Frame,
) -> Result<Response, Failure> {
    let member = other(&app, &frame, &number).await?;
    app.context
        .store
        .set_member_disabled(
            member.id,
            true,
            &frame.caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    Ok(Done::MemberDisabled.redirect_to("/members"))
}

async fn enable(
    State(app): State<Shared>,
    Path(number): Path<String>,
    frame: Frame,
) -> Result<Response, Failure> {
    let member = other(&app, &frame, &number).await?;
    app.context
        .store
        .set_member_disabled(
            member.id,
            false,
            &frame.caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    Ok(Done::MemberEnabled.redirect_to("/members"))
}

async fn set_password(
    State(app): State<Shared>,
    Path(number): Path<String>,
    frame: Frame,
    form: FormBody,
) -> Result<Response, Failure> {
    let member = other(&app, &frame, &number).await?;
    let password = form.secret("password");
    if let Some(objection) = Passwords::objection(&password) {
        return Err(
            Failure::parameter("password", objection).action("Back to the members", "/members")
        );
    }
    let hash = app.passwords.hash(password).await?;
    app.context
        .store
        .set_password(
            member.id,
            &hash,
            &frame.caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    Ok(Done::PasswordChanged.redirect_to("/members"))
}
