//! `/i/{id}/users`: all users, with filters. The filter is the query of the address: one parameter
//! per facet (repeated for "or"), `q`, `inactive_days`, `sort` (`-` in front for descending order),
//! `limit`, `cursor`.

use maud::{Markup, html};
use model::{ActivityState, Field, FieldKind, FieldValue, HostedWindow};

use crate::parts::facet::{self, Facet};
use crate::parts::form::search;
use crate::parts::params::segment;
use crate::parts::table::{Sort, frame, head, sort_head};
use crate::parts::text::{self, amount, counted, number, seen};
use crate::parts::{Params, Seen, Shell, Subject, Tab, Tone, page};

#[derive(Debug, Clone)]
pub struct UsersPage {
    pub subject: Subject,
    pub params: Params,
    /// Number of users that match.
    pub matching: i64,
    /// Facets of the filter column.
    pub facets: Vec<Facet>,
    /// Users of the current page.
    pub rows: Vec<UserRow>,
    /// Threshold for inactivity used on this page, in days.
    pub inactive_days: i32,
    /// The organisation's threshold for inactivity, in days.
    pub usual_days: i32,
    pub sort: Sort,
    /// Number of users on the pages before this one.
    pub before: i64,
    /// Cursor of the next page; `None` on the last one.
    pub next_cursor: Option<String>,
    /// Errors in the query, such as an unknown sort key, one sentence each.
    pub problems: Vec<String>,
}

/// A user with the activity figures.
#[derive(Debug, Clone)]
pub struct UserRow {
    /// Stable key of the user within the integration.
    pub key: String,
    /// Display name; may be empty.
    pub name: String,
    /// E-mail address; may be empty.
    pub email: String,
    /// Metadata, in the order of the application's fields; `None` where unknown.
    pub fields: Vec<Option<FieldValue>>,
    /// Names of the user's groups.
    pub groups: Vec<String>,
    pub last_sign_in: Seen,
    /// Start of the last meeting or webinar hosted.
    pub last_hosted: Seen,
    /// Sums over the events that the user hosted, in the order of [`HostedWindow::ALL`]; `None` where
    /// unknown.
    pub hosted: [Option<i64>; HostedWindow::ALL.len()],
    /// Activity compared with the threshold.
    pub state: ActivityState,
    /// Whether the latest complete listing no longer contained the user.
    pub removed: bool,
}

impl UserRow {
    /// Display name: the name, else the address, else the key.
    #[must_use]
    pub fn called(&self) -> &str {
        [&self.name, &self.email]
            .into_iter()
            .find(|text| !text.is_empty())
            .unwrap_or(&self.key)
    }

    /// A sum over the events that the user hosted; `None` where unknown.
    #[must_use]
    pub fn hosted(&self, window: HostedWindow) -> Option<i64> {
        self.hosted[window as usize]
    }
}

/// Activity state as a coloured label.
#[must_use]
pub fn state_pill(state: ActivityState) -> Markup {
    let tone = match state {
        ActivityState::Active => Tone::Good,
        ActivityState::Inactive => Tone::Warn,
        ActivityState::Never => Tone::Bad,
        ActivityState::Unknown => Tone::Quiet,
    };
    page::pill(tone, state.label())
}

const FORM: &str = "filter";
/// Tooltip for an unknown last sign-in.
const NO_SIGN_IN: &str = "None within the known sign-in history.";
/// Tooltip for an unknown last meeting.
const NO_HOSTED: &str = "None within the known meeting history.";
/// Tooltip for an unknown activity state.
const NO_STATE: &str = "The known history does not reach back far enough.";
/// Number of metadata columns that are shown before the activity columns.
const LEADING: usize = 3;

#[must_use]
pub fn page(shell: &Shell, view: &UsersPage) -> Markup {
    let subject = &view.subject;
    let csv = view
        .params
        .drop("limit")
        .at(format!("{}.csv", Tab::Users.href(subject.id)))
        .href();
    let actions = html! { div.actions { a.button href=(csv) download { "Export CSV" } } };
    let body = html! {
        (subject.head(shell, Tab::Users))
        @for problem in &view.problems { (page::notice(Tone::Warn, problem, &html! { p { "That part of the address was ignored; the rest applies." } })) }
        div.with-facets {
            (facet::column(FORM, &view.facets))
            div.listing {
                (toolbar(view, &actions))
                div #results aria-live="polite" { (results(shell, view)) }
            }
        }
    };
    shell.page(&format!("Users · {}", subject.name), &body)
}

fn toolbar(view: &UsersPage, actions: &Markup) -> Markup {
    let path = Tab::Users.href(view.subject.id);
    html! {
        form.toolbar id=(FORM) method="get" action=(path) role="search" aria-label="Filter users" data-filter="results facets" {
            (search("q", "Search name or e-mail", view.params.get("q").unwrap_or_default()))
            label.inline for="inactive_days" {
                "Inactive after"
                input type="number" id="inactive_days" name="inactive_days" min="1" max="365" value=(view.inactive_days);
                "days"
            }
            @for keep in ["sort", "limit"] {
                @if let Some(value) = view.params.get(keep) { input type="hidden" name=(keep) value=(value); }
            }
            noscript { button type="submit" { "Apply" } }
            (actions)
        }
    }
}

fn results(shell: &Shell, view: &UsersPage) -> Markup {
    let path = Tab::Users.href(view.subject.id);
    html! {
        div.result-head {
            h2 {
                @match view.subject.users {
                    Some(all) if all != view.matching => { (number(view.matching)) " of " (counted(all, "user", "users")) }
                    _ => (counted(view.matching, "user", "users")),
                }
            }
            (facet::chips(&view.params, &view.facets, &typed(view), &path))
        }
        @if view.rows.is_empty() { section.card { (nothing(view, &path)) } }
        @else {
            (table(shell, view))
            @let shown = i64::try_from(view.rows.len()).unwrap_or(i64::MAX);
            @let first = (view.before > 0).then(|| view.params.drop("cursor").href());
            @let next = view.next_cursor.as_ref().map(|cursor| view.params.after(cursor).href());
            (page::pagination(&html! { (number(view.before + 1)) "–" (number(view.before + shown)) " of " (number(view.matching)) }, first.as_deref(), next.as_deref()))
        }
    }
}

/// Filters that were typed rather than selected, as name and label.
fn typed(view: &UsersPage) -> Vec<(&'static str, String)> {
    let of = |name| view.params.get(name).filter(|value| !value.is_empty());
    let mut typed = Vec::new();
    if let Some(text) = of("q") {
        typed.push(("q", format!("Search: {text}")));
    }
    if of("inactive_days").is_some() && view.inactive_days != view.usual_days {
        let days = i64::from(view.inactive_days);
        let words = format!("Inactive after {}", counted(days, "day", "days"));
        typed.push(("inactive_days", words));
    }
    typed
}

fn nothing(view: &UsersPage, path: &str) -> Markup {
    if view.subject.users.is_none_or(|users| users == 0) {
        return page::empty(
            "No users are known yet",
            &html! { p { "The first sync lists them first; they appear here as they arrive." } p { a href=(Tab::Integration.href(view.subject.id)) { "See the progress" } } },
        );
    }
    page::empty(
        "No users match these filters",
        &html! { p { "Remove a filter, or start over." } p { a.button href=(path) { "Clear all" } } },
    )
}

fn table(shell: &Shell, view: &UsersPage) -> Markup {
    let (params, sort) = (&view.params, &view.sort);
    let all = view.subject.application.fields;
    let fields: Vec<&Field> = all.iter().filter(|field| field.in_table).collect();
    // The table is wider than most windows, so the columns that identify a person come first, then
    // the activity.
    let (leading, others) = fields.split_at(fields.len().min(LEADING));
    let field_head = |field: &Field| {
        sort_head(
            params,
            sort,
            field.key,
            field.label,
            matches!(field.kind, FieldKind::Integer),
        )
    };
    let heads = html! {
        (sort_head(params, sort, "name", "Person", false))
        (head("State", false))
        @for field in leading { (field_head(field)) }
        (sort_head(params, sort, "last_sign_in", "Last sign-in", true))
        (sort_head(params, sort, "last_hosted", "Last hosted", true))
        @for window in HostedWindow::ALL { (sort_head(params, sort, window.value(), window.label(), true)) }
        @for field in others { (field_head(field)) }
        (head("Groups", false))
    };
    let values = |row: &UserRow| {
        let values = all.iter().zip(row.fields.clone());
        let values = values.filter(|(field, _)| field.in_table);
        values.collect::<Vec<(&Field, Option<FieldValue>)>>()
    };
    let rows = html! {
        @for row in &view.rows {
            @let cells = values(row);
            @let href = format!("{}/{}", Tab::Users.href(view.subject.id), segment(&row.key));
            tr data-row {
                th.person scope="row" {
                    a href=(href) title=(row.called()) { (row.called()) }
                    @if row.called() != row.email {
                        span.muted title=(row.email) { @if row.email.is_empty() { "no e-mail address" } @else { (row.email) } }
                    }
                }
                td title=[(row.state == ActivityState::Unknown).then_some(NO_STATE)] { (state_pill(row.state)) @if row.removed { (page::pill(Tone::Quiet, "removed")) } }
                @for (field, value) in cells.iter().take(LEADING) { (field_cell(view, field, value.as_ref())) }
                td.num title=[(row.last_sign_in == Seen::Unknown).then_some(NO_SIGN_IN)] { (seen(shell.now, row.last_sign_in)) }
                td.num title=[(row.last_hosted == Seen::Unknown).then_some(NO_HOSTED)] { (seen(shell.now, row.last_hosted)) }
                @for (window, value) in HostedWindow::ALL.into_iter().zip(row.hosted) {
                    td.num title=[value.is_none().then(|| format!("The known history does not reach back {} days without a gap.", window.days()))] { @match value { Some(n) if n > 0 => a href={ (href) "#hosted" } { (number(n)) }, other => (amount(other)) } }
                }
                @for (field, value) in cells.iter().skip(LEADING) { (field_cell(view, field, value.as_ref())) }
                td { @if row.groups.is_empty() { (text::none()) } @else { @let names = row.groups.join(", "); span.cut.wide title=(names) { (names) } } }
            }
        }
    };
    frame("Users", &heads, &rows)
}

fn field_cell(view: &UsersPage, field: &Field, value: Option<&FieldValue>) -> Markup {
    let whole = match value {
        Some(value) => {
            matches!(field.kind, FieldKind::Text).then(|| text::value_text(field, value))
        }
        None => Some(match view.subject.application.stream(field.stream) {
            Some(stream) => format!("Not reported, or “{}” has not been read yet.", stream.label),
            None => "Not read yet.".to_owned(),
        }),
    };
    html! {
        td.num[matches!(field.kind, FieldKind::Integer)].cut-cell[matches!(field.kind, FieldKind::Text)] title=[whole] { (text::value(field, value)) }
    }
}
