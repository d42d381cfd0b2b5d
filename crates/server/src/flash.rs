//! The message about the last action, shown once on the page that follows. The cookie holds a key
//! from a fixed list and never text, because other software could set the cookie and make a page
//! show any text.

use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};

use ui::parts::{Flash, Tone};

use crate::cookies;

const COOKIE_NAME: &str = "seatwise_done";

/// A message about the last action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FlashMessage {
    Connected,
    Reauthorised,
    AlreadyConnected,
    SyncRequested,
    Paused,
    Resumed,
    Checked,
    SettingsSaved,
    Disconnected,
    Erased,
    MemberAdded,
    RoleChanged,
    MemberDisabled,
    MemberEnabled,
    PasswordChanged,
    TokenRevoked,
    AppSaved,
    SignedOut,
    Asked,
    Exempted,
    Accepted,
    Kept,
    Assigned,
    Commented,
    Reopened,
    NothingSelected,
    RulesSaved,
    ContractAdded,
    ContractRemoved,
    ContractsImported,
    FileAdded,
    FileRemoved,
    PriceRemoved,
    PeopleImported,
    PeopleRemoved,
    RequestWithdrawn,
    ChangesRemoved,
    WriteAccessConnected,
    ChangesRunning,
    WriteAccessRemoved,
}

const WORDS: [(FlashMessage, &str, &str); 40] = [
    (
        FlashMessage::Connected,
        "connected",
        "Connected. The first sync has begun; its progress is below.",
    ),
    (
        FlashMessage::Reauthorised,
        "reauthorised",
        "Authorised again. The next sync has begun.",
    ),
    (
        FlashMessage::AlreadyConnected,
        "already-connected",
        "This account was already connected, so its authorisation was replaced.",
    ),
    (
        FlashMessage::SyncRequested,
        "sync-requested",
        "A sync was requested and begins within seconds.",
    ),
    (
        FlashMessage::Paused,
        "paused",
        "Paused. A run that is going on stops at its next step; nothing is lost.",
    ),
    (
        FlashMessage::Resumed,
        "resumed",
        "Resumed. The next sync begins within seconds.",
    ),
    (
        FlashMessage::Checked,
        "checked",
        "Checked again. The tables below show the application's current answers.",
    ),
    (FlashMessage::SettingsSaved, "saved", "Saved."),
    (
        FlashMessage::Disconnected,
        "disconnected",
        "Disconnected. Tokens and secrets are deleted; the data were kept.",
    ),
    (
        FlashMessage::Erased,
        "erased",
        "Disconnected. Tokens, secrets and all data of the account are erased.",
    ),
    (
        FlashMessage::MemberAdded,
        "member-added",
        "The member was added.",
    ),
    (
        FlashMessage::RoleChanged,
        "role-changed",
        "The role was changed, and the member has to sign in again.",
    ),
    (
        FlashMessage::MemberDisabled,
        "member-disabled",
        "The member can no longer sign in.",
    ),
    (
        FlashMessage::MemberEnabled,
        "member-enabled",
        "The member can sign in again.",
    ),
    (
        FlashMessage::PasswordChanged,
        "password-changed",
        "The password was changed. Every other session has ended.",
    ),
    (
        FlashMessage::TokenRevoked,
        "token-revoked",
        "The token was revoked and works no more.",
    ),
    (
        FlashMessage::AppSaved,
        "app-saved",
        "The OAuth app's credentials were saved.",
    ),
    (FlashMessage::SignedOut, "signed-out", "You are signed out."),
    (
        FlashMessage::ContractAdded,
        "contract-added",
        "The contract was added.",
    ),
    (
        FlashMessage::ContractRemoved,
        "contract-removed",
        "The contract was removed, with its files.",
    ),
    (
        FlashMessage::ContractsImported,
        "contracts-imported",
        "All contracts of the file were added.",
    ),
    (FlashMessage::FileAdded, "file-added", "The file was added."),
    (
        FlashMessage::FileRemoved,
        "file-removed",
        "The file was removed.",
    ),
    (
        FlashMessage::PriceRemoved,
        "price-removed",
        "The price was removed from the price book.",
    ),
    (
        FlashMessage::PeopleImported,
        "people-imported",
        "The list was imported and replaces the one before.",
    ),
    (
        FlashMessage::PeopleRemoved,
        "people-removed",
        "The data about employees was removed; leavers are no longer found.",
    ),
    (
        FlashMessage::RequestWithdrawn,
        "request-withdrawn",
        "The question was withdrawn; its link works no more.",
    ),
    (
        FlashMessage::ChangesRemoved,
        "changes-removed",
        "Taken off the list; the findings are open again.",
    ),
    (
        FlashMessage::ChangesRunning,
        "changes-running",
        "The changes are still being made; the list shows the result of each one.",
    ),
    (
        FlashMessage::WriteAccessConnected,
        "write-access",
        "Write access is connected. Nothing was changed yet.",
    ),
    (
        FlashMessage::WriteAccessRemoved,
        "write-access-removed",
        "Write access was removed and its secret deleted.",
    ),
    (
        FlashMessage::Asked,
        "asked",
        "The question was put. It stands in the history of each finding and in the audit log.",
    ),
    (
        FlashMessage::Exempted,
        "exempted",
        "Exempted until the date. It stands in the history of each finding and in the audit log.",
    ),
    (
        FlashMessage::Accepted,
        "accepted",
        "Accepted and put on the change list. It stands in the history of each finding and in the audit log.",
    ),
    (
        FlashMessage::Kept,
        "kept",
        "The licence stays. It stands in the history of each finding and in the audit log.",
    ),
    (
        FlashMessage::Assigned,
        "assigned",
        "Assigned. It stands in the history of each finding and in the audit log.",
    ),
    (
        FlashMessage::Commented,
        "commented",
        "The comment stands in the history of each finding and in the audit log.",
    ),
    (
        FlashMessage::Reopened,
        "reopened",
        "Reopened for a new decision. It stands in the history of each finding and in the audit log.",
    ),
    (
        FlashMessage::NothingSelected,
        "nothing-selected",
        "Nothing was selected: tick some findings, or all that match.",
    ),
    (
        FlashMessage::RulesSaved,
        "rules-saved",
        "The rules were saved and count from now on.",
    ),
];

impl FlashMessage {
    fn text(self) -> &'static str {
        WORDS
            .iter()
            .find(|(done, ..)| *done == self)
            .map_or("Done.", |(_, _, text)| text)
    }

    fn word(self) -> &'static str {
        WORDS
            .iter()
            .find(|(done, ..)| *done == self)
            .map_or("", |(_, word, _)| word)
    }

    /// A redirect to the page that shows the message.
    pub(crate) fn redirect_to(self, path: impl AsRef<str>) -> Response {
        let mut response = Redirect::to(path.as_ref()).into_response();
        let cookie = format!(
            "{COOKIE_NAME}={}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax",
            self.word()
        );
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        response
    }

    /// The message of the request's cookie, if any.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let word = cookies::value(headers, COOKIE_NAME)?;
        WORDS
            .iter()
            .find(|(_, known, _)| *known == word)
            .map(|(done, ..)| *done)
    }

    /// The message in the form that pages show.
    pub(crate) fn flash(self) -> Flash {
        Flash {
            tone: if self == Self::NothingSelected {
                Tone::Warn
            } else {
                Tone::Good
            },
            text: self.text().to_owned(),
        }
    }
}

/// Removes the cookie, because the message was shown.
pub(crate) fn forget(response: &mut Response) {
    if let Ok(cookie) = HeaderValue::from_str(&format!(
        "{COOKIE_NAME}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"
    )) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}
