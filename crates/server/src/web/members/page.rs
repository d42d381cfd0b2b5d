//! The members of Seatwise and their roles. Only owners create owners or change them. Members
//! cannot change their own role or disable themselves, because a mistake would lock them out.

use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use model::{MemberId, Permission, Role};
use store::{Member, NewMember};

use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::FormBody;
use crate::page_context::PageContext;
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

async fn view(app: &App, page_context: &PageContext) -> Result<members::MembersPage, Failure> {
    let rows = app
        .context
        .store
        .members()
        .await?
        .into_iter()
        .map(|member| members::MemberRow {
            you: member.id == page_context.caller.member.id,
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

async fn show(
    State(app): State<SharedApp>,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let view = view(&app, &page_context).await?;
    Ok(html(members::page(&page_context.shell, &view)))
}

async fn add(
    State(app): State<SharedApp>,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let name = form.text_or_empty("name");
    let email = form.text_or_empty("email");
    let role = form.text("role").and_then(Role::from_value);
    let password = form.secret("password");
    let mut errors = Errors::default();
    check_person(&name, &email, &mut errors);
    match role {
        None => errors.add("role", "Choose one of the roles."),
        Some(Role::Owner) if page_context.caller.member.role != Role::Owner => {
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
            .add_member(
                new,
                role,
                &page_context.caller.actor(),
                app.context.clock.now(),
            )
            .await;
        match added {
            Ok(_) => return Ok(FlashMessage::MemberAdded.redirect_to("/members")),
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
        ..view(&app, &page_context).await?
    };
    Ok(unprocessable(members::page(&page_context.shell, &view)))
}

/// The member that an address names, if the caller may change them.
async fn other(app: &App, page_context: &PageContext, number: &str) -> Result<Member, Failure> {
    let none = || Failure::not_found("member");
    let id = MemberId(number.parse().map_err(|_| none())?);
    let member = app.context.store.member(id).await?.ok_or_else(none)?;
    if member.id == page_context.caller.member.id {
        return Err(Failure::conflict(
            "This is your own account: another owner has to change its role or disable it.",
        )
        .action("Back to the members", "/members"));
    }
    if member.role == Role::Owner && page_context.caller.member.role != Role::Owner {
        return Err(Failure::role(page_context.caller.member.role));
    }
    Ok(member)
}

async fn set_role(
    State(app): State<SharedApp>,
    Path(number): Path<String>,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let member = other(&app, &page_context, &number).await?;
    let role = form.text("role").and_then(Role::from_value);
    let role = role.ok_or_else(|| Failure::parameter("role", "is not a role"))?;
    if role == Role::Owner && page_context.caller.member.role != Role::Owner {
        return Err(Failure::role(page_context.caller.member.role));
    }
    app.context
        .store
        .set_member_role(
            member.id,
            role,
            &page_context.caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    Ok(FlashMessage::RoleChanged.redirect_to("/members"))
}

async fn disable(
    State(app): State<SharedApp>,
    Path(number): Path<String>,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let member = other(&app, &page_context, &number).await?;
    app.context
        .store
        .set_member_disabled(
            member.id,
            true,
            &page_context.caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    Ok(FlashMessage::MemberDisabled.redirect_to("/members"))
}

async fn enable(
    State(app): State<SharedApp>,
    Path(number): Path<String>,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let member = other(&app, &page_context, &number).await?;
    app.context
        .store
        .set_member_disabled(
            member.id,
            false,
            &page_context.caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    Ok(FlashMessage::MemberEnabled.redirect_to("/members"))
}

async fn set_password(
    State(app): State<SharedApp>,
    Path(number): Path<String>,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let member = other(&app, &page_context, &number).await?;
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
            &page_context.caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    Ok(FlashMessage::PasswordChanged.redirect_to("/members"))
}
