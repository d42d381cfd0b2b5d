//! The audit log.

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use model::{MemberId, Permission};
use store::{AuditEntry, Member};

use crate::access::Access;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::form::PageQuery;
use crate::page_context::PageContext;
use crate::response::html;
use crate::routes::Routes;
use service::parameters;
use ui::pages::audit;

const ENTRIES: u32 = 100;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.page(
        Method::GET,
        "/audit",
        Access::Needs(Permission::ViewAudit),
        show_audit,
    )
}

parameters! {
    /// The place in a list whose newest entries come first.
    struct Before {
        before: Option<i64>,
    }
}

async fn show_audit(
    State(app): State<SharedApp>,
    page_context: PageContext,
    PageQuery(Before { before }): PageQuery<Before>,
) -> Result<Response, Failure> {
    let entries = app.context.store.audit(ENTRIES, before).await?;
    let members = app.context.store.members().await?;
    let deleted = app.context.store.audit_anchor().await?;
    let oldest = deleted.as_ref().map_or(1, |anchor| anchor.entry + 1);
    let next = entries
        .last()
        .filter(|last| last.id > oldest)
        .map(|last| format!("/audit?before={}", last.id));
    let view = audit::AuditPage {
        rows: entries
            .into_iter()
            .map(|entry| row(entry, &members))
            .collect(),
        broken_at: app.context.store.verify_audit().await?,
        deleted: deleted.map(|anchor| (anchor.entry, anchor.at)),
        first: before.map(|_| "/audit".to_owned()),
        next,
    };
    Ok(html(audit::page(&page_context.shell, &view)))
}

fn row(entry: AuditEntry, members: &[Member]) -> audit::AuditRow {
    audit::AuditRow {
        id: entry.id,
        at: entry.at,
        actor: who(&entry.actor, members),
        action: entry.action,
        target: who(&entry.target, members),
        detail: serde_json::from_str(&entry.detail).unwrap_or(serde_json::Value::Null),
        hash: entry.hash,
    }
}

/// An actor or target for people: `member:3` by name.
pub(crate) fn who(text: &str, members: &[Member]) -> String {
    let name = |number: &str| {
        let id = MemberId(number.parse().ok()?);
        let member = members.iter().find(|member| member.id == id)?;
        Some(member.name.clone())
    };
    let words = match text.split_once(':') {
        Some(("member", number)) => name(number),
        Some(("token", number)) => name(number).map(|name| format!("{name}, by API token")),
        _ => match text {
            "cli" => Some("command line".to_owned()),
            "system" => Some("Seatwise".to_owned()),
            _ => None,
        },
    };
    words.unwrap_or_else(|| text.to_owned())
}
