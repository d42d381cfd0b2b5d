//! The message about the last action, shown once on the page that follows. The cookie holds a key
//! from a fixed list and never text, because other software could set the cookie and make a page
//! show any text.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};

use ui::parts::{Flash, Tone};

const COOKIE_NAME: &str = "seatwise_done";

/// A message about the last action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notice {
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

const WORDS: [(Notice, &str, &str); 40] = [
    (
        Notice::Connected,
        "connected",
        "Connected. The first sync has begun; its progress is below.",
    ),
    (
        Notice::Reauthorised,
        "reauthorised",
        "Authorised again. The next sync has begun.",
    ),
    (
        Notice::AlreadyConnected,
        "already-connected",
        "This account was already connected, so its authorisation was replaced.",
    ),
    (
        Notice::SyncRequested,
        "sync-requested",
        "A sync was requested and begins within seconds.",
    ),
    (
        Notice::Paused,
        "paused",
        "Paused. A run that is going on stops at its next step; nothing is lost.",
    ),
    (
        Notice::Resumed,
        "resumed",
        "Resumed. The next sync begins within seconds.",
    ),
    (
        Notice::Checked,
        "checked",
        "Checked again. The tables below show Zoom's current answers.",
    ),
    (Notice::SettingsSaved, "saved", "Saved."),
    (
        Notice::Disconnected,
        "disconnected",
        "Disconnected. Tokens and secrets are deleted; the data were kept.",
    ),
    (
        Notice::Erased,
        "erased",
        "Disconnected. Tokens, secrets and all data of the account are erased.",
    ),
    (Notice::MemberAdded, "member-added", "The member was added."),
    (
        Notice::RoleChanged,
        "role-changed",
        "The role was changed, and the member has to sign in again.",
    ),
    (
        Notice::MemberDisabled,
        "member-disabled",
        "The member can no longer sign in.",
    ),
    (
        Notice::MemberEnabled,
        "member-enabled",
        "The member can sign in again.",
    ),
    (
        Notice::PasswordChanged,
        "password-changed",
        "The password was changed. Every other session has ended.",
    ),
    (
        Notice::TokenRevoked,
        "token-revoked",
        "The token was revoked and works no more.",
    ),
    (
        Notice::AppSaved,
        "app-saved",
        "The OAuth app's credentials were saved.",
    ),
    (Notice::SignedOut, "signed-out", "You are signed out."),
    (
        Notice::ContractAdded,
        "contract-added",
        "The contract was added.",
    ),
    (
        Notice::ContractRemoved,
        "contract-removed",
        "The contract was removed, with its files.",
    ),
    (
        Notice::ContractsImported,
        "contracts-imported",
        "All contracts of the file were added.",
    ),
    (Notice::FileAdded, "file-added", "The file was added."),
    (Notice::FileRemoved, "file-removed", "The file was removed."),
    (
        Notice::PriceRemoved,
        "price-removed",
        "The price was removed from the price book.",
    ),
    (
        Notice::PeopleImported,
        "people-imported",
        "The list was imported and replaces the one before.",
    ),
    (
        Notice::PeopleRemoved,
        "people-removed",
        "The data about employees was removed; leavers are no longer found.",
    ),
    (
        Notice::RequestWithdrawn,
        "request-withdrawn",
        "The question was withdrawn; its link works no more.",
    ),
    (
        Notice::ChangesRemoved,
        "changes-removed",
        "Taken off the list; the findings are open again.",
    ),
    (
        Notice::ChangesRunning,
        "changes-running",
        "The changes are still being made; the list shows the result of each one.",
    ),
    (
        Notice::WriteAccessConnected,
        "write-access",
        "Write access is connected. Nothing was changed yet.",
    ),
    (
        Notice::WriteAccessRemoved,
        "write-access-removed",
        "Write access was removed and its secret deleted.",
    ),
    (
        Notice::Asked,
        "asked",
        "The question was put. It stands in the history of each finding and in the audit log.",
    ),
    (
        Notice::Exempted,
        "exempted",
        "Exempted until the date. It stands in the history of each finding and in the audit log.",
    ),
    (
        Notice::Accepted,
        "accepted",
        "Accepted and put on the change list. It stands in the history of each finding and in the audit log.",
    ),
    (
        Notice::Kept,
        "kept",
        "The licence stays. It stands in the history of each finding and in the audit log.",
    ),
    (
        Notice::Assigned,
        "assigned",
        "Assigned. It stands in the history of each finding and in the audit log.",
    ),
    (
        Notice::Commented,
        "commented",
        "The comment stands in the history of each finding and in the audit log.",
    ),
    (
        Notice::Reopened,
        "reopened",
        "Reopened for a new decision. It stands in the history of each finding and in the audit log.",
    ),
    (
        Notice::NothingSelected,
        "nothing-selected",
        "Nothing was selected: tick some findings, or all that match.",
    ),
    (
        Notice::RulesSaved,
        "rules-saved",
        "The rules were saved and count from now on.",
    ),
];

impl Notice {
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
        let word = headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|header| header.to_str().ok())
            .flat_map(|header| header.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == COOKIE_NAME)?
            .1;
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
