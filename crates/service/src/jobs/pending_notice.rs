//! A notice before it is put into the outbox.

use model::IntegrationId;
use serde_json::json;

use super::audience::Audience;
use crate::context::Context;
use crate::notify::{Notice, NoticeKind};

/// A notice whose channels are not chosen yet.
pub(super) struct PendingNotice {
    /// Identifies the notice. It is the same whenever the notice is computed again, so that it is
    /// sent once.
    pub(super) key: String,
    /// The integration concerned, if it is a single one.
    pub(super) integration: Option<IntegrationId>,
    pub(super) notice: Notice,
    /// Saving in a year, for channels that want notices of large amounts only.
    pub(super) saving: Option<model::Sums>,
}

/// The absolute address of a page.
pub(super) fn page(context: &Context, path: &str) -> String {
    let base = context.public_url.as_str().trim_end_matches('/');
    format!("{base}{path}")
}

/// A notice without lines and data, which the caller adds.
pub(super) fn notice(
    context: &Context,
    audience: &Audience,
    kind: NoticeKind,
    title: String,
    path: &str,
) -> Notice {
    Notice {
        kind,
        at: context.clock.now(),
        organisation: audience.organisation.clone(),
        title,
        lines: Vec::new(),
        link: page(context, path),
        data: json!({}),
    }
}
