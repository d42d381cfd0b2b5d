//! The members of Seatwise and their roles. Only owners create owners or change them. Members
//! cannot change their own role or disable themselves, because a mistake would lock them out.

use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use model::{MemberId, Permission, Role};
use secrecy::SecretString;
use store::{Member, NewMember};

use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::{Form, FormBody, beside_fields};
use crate::page_context::PageContext;
use crate::response::html;
use crate::response::unprocessable;
use crate::routes::Routes;
use service::member_input::{new_password, person};
use service::parameters;
use service::parameters::{FromParameter, Reader};
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

/// A member to add.
struct AddMember {
    name: String,
    email: String,
    role: Role,
    password: SecretString,
}

impl AddMember {
    /// Reads the form; `by` is the role of the member who adds the other.
    fn read(reader: &mut Reader<'_>, by: Role) -> Option<Self> {
        let (name, email) = person(reader);
        let role = reader.text("role").and_then(Role::from_value);
        match role {
            None => reader.error("role", "Choose one of the roles."),
            Some(Role::Owner) if by != Role::Owner => {
                reader.error("role", "Only an owner can add an owner.");
            }
            Some(_) => {}
        }
        let password = new_password(reader);
        Some(Self {
            name,
            email,
            role: role?,
            password,
        })
    }
}

async fn add(
    State(app): State<SharedApp>,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let by = page_context.caller.member.role;
    let errors = match form.read_with(|reader| AddMember::read(reader, by)) {
        Err(errors) => beside_fields(errors),
        Ok(new) => {
            let member = NewMember {
                name: new.name,
                email: new.email,
                password_hash: app.passwords.hash(new.password).await?,
            };
            let (actor, now) = (page_context.caller.actor(), app.context.clock.now());
            let store = &app.context.store;
            match store.add_member(member, new.role, &actor, now).await {
                Ok(_) => return Ok(FlashMessage::MemberAdded.redirect_to("/members")),
                Err(store::Error::Conflict { .. }) => {
                    let taken = "There is a member with this address already.";
                    Errors(vec![("email".to_owned(), taken.to_owned())])
                }
                Err(error) => return Err(error.into()),
            }
        }
    };
    let role = form.text("role").and_then(Role::from_value);
    let view = members::MembersPage {
        name: form.text_or_empty("name"),
        email: form.text_or_empty("email"),
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

parameters! {
    /// The role that a member is to have.
    struct RoleForm {
        role: ChosenRole,
    }
}

struct ChosenRole(Role);

impl FromParameter for ChosenRole {
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>> {
        let role = values.first().and_then(|word| Role::from_value(word));
        role.map(Self)
            .ok_or_else(|| vec!["is not a role".to_owned()])
    }
}

async fn set_role(
    State(app): State<SharedApp>,
    Path(number): Path<String>,
    page_context: PageContext,
    form: Form<RoleForm>,
) -> Result<Response, Failure> {
    let member = other(&app, &page_context, &number).await?;
    let role = form.read?.role.0;
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
    set_disabled(&app, &number, &page_context, true).await?;
    Ok(FlashMessage::MemberDisabled.redirect_to("/members"))
}

async fn enable(
    State(app): State<SharedApp>,
    Path(number): Path<String>,
    page_context: PageContext,
) -> Result<Response, Failure> {
    set_disabled(&app, &number, &page_context, false).await?;
    Ok(FlashMessage::MemberEnabled.redirect_to("/members"))
}

async fn set_disabled(
    app: &App,
    number: &str,
    page_context: &PageContext,
    disabled: bool,
) -> Result<(), Failure> {
    let member = other(app, page_context, number).await?;
    let (actor, now) = (page_context.caller.actor(), app.context.clock.now());
    app.context
        .store
        .set_member_disabled(member.id, disabled, &actor, now)
        .await?;
    Ok(())
}

async fn set_password(
    State(app): State<SharedApp>,
    Path(number): Path<String>,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let member = other(&app, &page_context, &number).await?;
    let password = form
        .read_with(|reader| Some(new_password(reader)))
        .map_err(|errors| Failure::parameters(errors).action("Back to the members", "/members"))?;
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
