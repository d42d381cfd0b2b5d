//! What the last action came to, shown once on the page that follows it. The cookie holds a word
//! of a fixed list, never text, so nobody can make a page say something else.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};

use ui::parts::{Flash, Tone};

const COOKIE_NAME: &str = "seatwise_done";

/// What an action came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Done {
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

const WORDS: [(Done, &str, &str); 40] = [
    (
        Done::Connected,
        "connected",
        "Connected. The first sync has begun; its progress is below.",
    ),
    (
        Done::Reauthorised,
        "reauthorised",
        "Authorised again. The next sync has begun.",
    ),
    (
        Done::AlreadyConnected,
        "already-connected",
        "This account was already connected, so its authorisation was replaced.",
    ),
    (
        Done::SyncRequested,
        "sync-requested",
        "A sync was requested and begins within seconds.",
    ),
    (
        Done::Paused,
        "paused",
        "Paused. A run that is going on stops at its next step; nothing is lost.",
    ),
    (
        Done::Resumed,
        "resumed",
        "Resumed. The next sync begins within seconds.",
    ),
    (
        Done::Checked,
        "checked",
        "Checked again. The tables below show what Zoom answered just now.",
    ),
    (Done::SettingsSaved, "saved", "Saved."),
    (
        Done::Disconnected,
        "disconnected",
        "Disconnected. Tokens and secrets are deleted; the data were kept.",
    ),
    (
        Done::Erased,
        "erased",
        "Disconnected. Tokens, secrets and all data of the account are erased.",
    ),
    (Done::MemberAdded, "member-added", "The member was added."),
    (
        Done::RoleChanged,
        "role-changed",
        "The role was changed, and the member has to sign in again.",
    ),
    (
        Done::MemberDisabled,
        "member-disabled",
        "The member can no longer sign in.",
    ),
    (
        Done::MemberEnabled,
        "member-enabled",
        "The member can sign in again.",
    ),
    (
        Done::PasswordChanged,
        "password-changed",
        "The password was changed. Every other session has ended.",
    ),
    (
        Done::TokenRevoked,
        "token-revoked",
        "The token was revoked and works no more.",
    ),
    (
        Done::AppSaved,
        "app-saved",
        "The OAuth app's credentials were saved.",
    ),
    (Done::SignedOut, "signed-out", "You are signed out."),
    (
        Done::ContractAdded,
        "contract-added",
        "The contract was added.",
    ),
    (
        Done::ContractRemoved,
        "contract-removed",
        "The contract was removed, with its files.",
    ),
    (
        Done::ContractsImported,
        "contracts-imported",
        "All contracts of the file were added.",
    ),
    (Done::FileAdded, "file-added", "The file was added."),
    (Done::FileRemoved, "file-removed", "The file was removed."),
    (
        Done::PriceRemoved,
        "price-removed",
        "The price was removed from the price book.",
    ),
    (
        Done::PeopleImported,
        "people-imported",
        "The list was imported and replaces the one before.",
    ),
    (
        Done::PeopleRemoved,
        "people-removed",
        "What was known of employees was removed; leavers are no longer found.",
    ),
    (
        Done::RequestWithdrawn,
        "request-withdrawn",
        "The question was withdrawn; its link works no more.",
    ),
    (
        Done::ChangesRemoved,
        "changes-removed",
        "Taken off the list; the findings are open again.",
    ),
    (
        Done::ChangesRunning,
        "changes-running",
        "It takes a while and goes on; the list shows what becomes of each change.",
    ),
    (
        Done::WriteAccessConnected,
        "write-access",
        "Write access is connected. Nothing was changed yet.",
    ),
    (
        Done::WriteAccessRemoved,
        "write-access-removed",
        "Write access was removed and its secret deleted.",
    ),
    (
        Done::Asked,
        "asked",
        "The question was put. It stands in the history of each finding and in the audit log.",
    ),
    (
        Done::Exempted,
        "exempted",
        "Exempted until the date. It stands in the history of each finding and in the audit log.",
    ),
    (
        Done::Accepted,
        "accepted",
        "Accepted and put on the change list. It stands in the history of each finding and in the audit log.",
    ),
    (
        Done::Kept,
        "kept",
        "The licence stays. It stands in the history of each finding and in the audit log.",
    ),
    (
        Done::Assigned,
        "assigned",
        "Assigned. It stands in the history of each finding and in the audit log.",
    ),
    (
        Done::Commented,
        "commented",
        "The comment stands in the history of each finding and in the audit log.",
    ),
    (
        Done::Reopened,
        "reopened",
        "Reopened for a new decision. It stands in the history of each finding and in the audit log.",
    ),
    (
        Done::NothingSelected,
        "nothing-selected",
        "Nothing was selected: tick some findings, or all that match.",
    ),
    (
        Done::RulesSaved,
        "rules-saved",
        "The rules were saved and count from now on.",
    ),
];

impl Done {
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

    /// Leads to the page that shows it.
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

    /// What the request brings along, if anything.
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

    /// As pages show it.
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

/// Makes the browser forget what was shown.
pub(crate) fn forget(response: &mut Response) {
    if let Ok(cookie) = HeaderValue::from_str(&format!(
        "{COOKIE_NAME}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"
    )) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}
