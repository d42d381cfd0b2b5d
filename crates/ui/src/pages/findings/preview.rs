//! `/i/{id}/findings/preview`: the effect of an action before it is carried out: how many findings,
//! how much money, and which ones are left out and why. The form asks for the values that the
//! action needs, and its button names the effect.

use maud::{Markup, html};
use model::{Day, Sums};

use super::action::FindingAction;
use super::row::{FindingRow, href};
use crate::parts::finding::{amount_a_year, rule_pill, yearly};
use crate::parts::form::{self, Input};
use crate::parts::table::{frame, head};
use crate::parts::text::{self, counted, day, number};
use crate::parts::{Errors, Shell, Subject, Tab, Tone, page};

#[derive(Debug, Clone)]
pub struct ActionPreview {
    pub subject: Subject,
    pub action: FindingAction,
    /// Form fields (name and value) that identify the selected findings; sent along as hidden
    /// fields.
    pub selection: Vec<(String, String)>,
    /// Whether all matching findings are selected, rather than single ones.
    pub all: bool,
    /// Address of the list with its filters, to go back to.
    pub list: String,
    pub effect: ActionEffect,
    /// The first selected findings, as a sample.
    pub sample: Vec<FindingRow>,
    /// Values typed before: field name and value.
    pub typed: Vec<(String, String)>,
    /// Colleagues that can be assigned: e-mail address and name.
    pub members: Vec<(String, String)>,
    /// Whether a mail server is configured; questions need it.
    pub can_mail: bool,
    /// Today (UTC), the earliest possible date of an exemption.
    pub today: Day,
    pub errors: Errors,
}

/// Effect of an action in numbers.
#[derive(Debug, Clone, Default)]
pub struct ActionEffect {
    /// Findings to which the action applies.
    pub findings: i64,
    /// Different people among these findings.
    pub people: i64,
    /// Seats that are given back.
    pub given_back: i64,
    /// Yearly saving from the seats given back.
    pub saved: Sums,
    /// Seats given back without a known price.
    pub saved_without_price: i64,
    /// Seats that have to be bought.
    pub bought: i64,
    /// Yearly cost of the seats to buy.
    pub cost: Sums,
    /// Seats to buy without a known price.
    pub cost_without_price: i64,
    /// Day on which the first seat becomes free.
    pub seat_free_on: Option<Day>,
    /// Day of the first invoice that is lower.
    pub invoice_lower_on: Option<Day>,
    /// Seats for which no contract says when the invoice gets lower.
    pub invoice_unknown: i64,
    /// Findings to which the action can't be applied: id, person concerned, and reason.
    pub left_out: Vec<(String, String, String)>,
    /// Total number of findings left out; `left_out` may list fewer.
    pub left_out_count: i64,
    /// Findings left out that can be accepted against an answer: person concerned, and reason.
    pub against: Vec<(String, String)>,
}

#[must_use]
pub fn page(shell: &Shell, view: &ActionPreview) -> Markup {
    let list = &view.list;
    let effect = &view.effect;
    let title = format!("{}: {}", view.action.label(), what(effect));
    let facts = html! { "Nothing has been done yet. " a href=(Tab::Overview.href(view.subject.id)) { (view.subject.title()) } };
    let body = html! {
        nav.crumbs aria-label="Breadcrumb" { a href=(list) { "Findings" } }
        (page::head(&title, &html! {}, &facts, &html! {}))
        div.main-side {
            div {
                @if effect.findings == 0 && effect.against.is_empty() {
                    section.card { (page::empty("This action doesn't apply to any of them", &html! { p { @if effect.left_out_count > 0 { "Every selected finding was left out; see the reasons below." } @else { "No finding was selected, or the selected ones no longer exist." } } p { a.button href=(list) { "Back to the findings" } } })) }
                } @else {
                    (asking(view))
                    @if effect.findings > 0 { (sample(view)) }
                }
                @if effect.left_out_count > 0 { (left_out(view)) }
            }
            div { (effect_card(shell, view.action, effect)) }
        }
    };
    shell.page(
        &format!("{} · {}", view.action.label(), view.subject.name),
        &body,
    )
}

fn what(effect: &ActionEffect) -> String {
    counted(effect.findings, "finding", "findings")
}

fn effect_card(shell: &Shell, action: FindingAction, effect: &ActionEffect) -> Markup {
    let lead = match action {
        FindingAction::Ask | FindingAction::HandOver => {
            "If every licence that is asked about is given back."
        }
        FindingAction::Accept => "When every change is made.",
        FindingAction::Exempt => "What is put off until the date.",
        FindingAction::Assign | FindingAction::Comment | FindingAction::Reopen => {
            "What the findings are about. This step changes nothing of it."
        }
    };
    let mut lines = vec![
        ("Findings", html! { (number(effect.findings)) }),
        ("People", html! { (number(effect.people)) }),
    ];
    if effect.given_back > 0 || effect.bought == 0 {
        lines.push((
            "Given back",
            html! { (counted(effect.given_back, "seat", "seats")) ": " strong { (yearly(&effect.saved, effect.saved_without_price)) } " a year" },
        ));
    }
    if effect.bought > 0 {
        lines.push((
            "Bought",
            html! { (counted(effect.bought, "seat", "seats")) ": costs " strong { (yearly(&effect.cost, effect.cost_without_price)) } " a year" },
        ));
    }
    lines.push((
        "First seat free",
        html! { @match effect.seat_free_on { Some(on) => (crate::parts::finding::from_day(shell.now, on)), None => (text::unknown()) } },
    ));
    lines.push((
        "Off the invoice",
        html! {
            @match effect.invoice_lower_on { Some(on) => { "from " (day(shell.now, on)) } None => (text::unknown()) }
            @if effect.invoice_unknown > 0 { span.source { "unknown for " (counted(effect.invoice_unknown, "seat", "seats")) ": no contract says" } }
        },
    ));
    page::card("Effect", &html! { (lead) }, &page::definitions(&lines))
}

fn asking(view: &ActionPreview) -> Markup {
    let path = format!("{}/decide", Tab::Findings.href(view.subject.id));
    let typed = |name: &str| {
        let found = view.typed.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value.as_str())
    };
    let errors = &view.errors;
    let fields = match view.action {
        FindingAction::Ask => ask(
            typed("message"),
            typed("days"),
            typed("remind_days"),
            typed("on_silence"),
            errors,
        ),
        FindingAction::HandOver => html! {
            (Input::text("to", "E-mail address of the person to ask", typed("to")).kind("email", "off").render(errors))
            (area("message", "What to write", typed("message"), "Empty: the organisation's own text, which is among the notification settings.", errors))
        },
        FindingAction::Exempt => exempt(
            view.today,
            typed("until"),
            typed("reason"),
            typed("scope"),
            errors,
        ),
        FindingAction::Accept | FindingAction::Reopen => html! {
            (area("note", "Note", typed("note"), "Why; it stands in the history.", errors))
            (against(view))
        },
        FindingAction::Assign => assign(&view.members, typed("to"), errors),
        FindingAction::Comment => area(
            "text",
            "Comment",
            typed("text"),
            "Colleagues read it in the history of each finding.",
            errors,
        ),
    };
    html! {
        section.card.form-card {
            h2 { (view.action.label()) }
            p.card-lead { (view.action.sentence()) }
            @if !view.can_mail && matches!(view.action, FindingAction::Ask | FindingAction::HandOver) {
                (page::notice(Tone::Warn, "No mail server is set up yet", &html! { p { "The questions are kept and go out as soon as there is one. " a href="/settings/notifications" { "Set up mail" } } }))
            }
            form method="post" action=(path) {
                (form::summary(errors))
                @for (name, value) in &view.selection { input type="hidden" name=(name) value=(value); }
                input type="hidden" name="action" value=(view.action.value());
                (fields)
                div.actions {
                    button.primary type="submit" { @if view.effect.findings == 0 { "Accept against these answers" } @else { (view.action.button(view.effect.findings)) } }
                    a.button href=(view.list) { "Cancel" }
                }
            }
        }
    }
}

/// Check box for accepting findings despite a person's answer, with the names and answers. It is
/// separate because such a decision must be made on purpose.
fn against(view: &ActionPreview) -> Markup {
    let effect = &view.effect;
    html! {
        @if !effect.against.is_empty() {
            p { label { input type="checkbox" name="override" value="yes"; " Accept these as well, against what was answered or before there is an answer:" } }
            ul.plain-list {
                @for (called, why) in &effect.against { li { strong { (called) } " " (why) } }
            }
            @if let Some(error) = view.errors.of("override") { p.field-error { (error) } }
        }
    }
}

fn ask(message: &str, days: &str, remind: &str, silence: &str, errors: &Errors) -> Markup {
    let days = if days.is_empty() { "14" } else { days };
    let remind = if remind.is_empty() { "7" } else { remind };
    html! {
        (area("message", "What to write", message, "Empty: the organisation's own text, which is among the notification settings.", errors))
        div.form-row {
            (Input::text("days", "Days until the link expires", days).between(1, 90).render(errors))
            (Input::text("remind_days", "Days until a reminder", remind).between(1, 90).help("Empty: no reminder.").optional().render(errors))
        }
        (form::radios("on_silence", "If there is no answer", if silence.is_empty() { "nothing" } else { silence }, &[
            ("nothing", "Nothing happens", "The finding opens again for a decision."),
            ("accept", "It counts as given up", "The licence goes onto the change list when the link has expired; the e-mail says so."),
        ]))
        br;
    }
}

fn exempt(today: Day, until: &str, reason: &str, scope: &str, errors: &Errors) -> Markup {
    let until = if until.is_empty() {
        today.plus(90).to_string()
    } else {
        until.to_owned()
    };
    html! {
        (Input::text("until", "Until", &until).kind("date", "off").help("On the day after, the rules apply again and you are notified.").render(errors))
        (area("reason", "Reason", reason, "For colleagues who look at it later: “on parental leave until March”.", errors))
        (form::radios("scope", "For what", if scope.is_empty() { "finding" } else { scope }, &[
            ("finding", "This licence only", "Whichever rule finds it. What is found about other licences of the person still comes up."),
            ("user", "Everything this person holds", ""),
        ]))
        br;
    }
}

fn assign(members: &[(String, String)], chosen: &str, errors: &Errors) -> Markup {
    let options: Vec<(&str, &str)> = [("", "Nobody")]
        .into_iter()
        .chain(
            members
                .iter()
                .map(|(email, name)| (email.as_str(), name.as_str())),
        )
        .collect();
    html! {
        (form::select("to", "Colleague", chosen, &options))
        @if let Some(error) = errors.of("to") { p.field-error { (error) } }
    }
}

/// A text field of several lines.
fn area(name: &str, label: &str, value: &str, help: &str, errors: &Errors) -> Markup {
    let error = errors.of(name);
    html! {
        div.field {
            label for=(name) { (label) }
            textarea id=(name) name=(name) rows="3" maxlength="2000" aria-describedby={ (name) "-help" } aria-invalid=[error.map(|_| "true")] { (value) }
            p.help id={ (name) "-help" } { (help) }
            @if let Some(error) = error { p.field-error { (error) } }
        }
    }
}

fn sample(view: &ActionPreview) -> Markup {
    let heads = html! { (head("Person", false)) (head("Finding", false)) (head("What was found", false)) (head("Per year", true)) };
    let shown = i64::try_from(view.sample.len()).unwrap_or(i64::MAX);
    let rows = html! {
        @for row in &view.sample {
            tr {
                th.person scope="row" { a href=(href(&view.subject, &row.id)) { (row.person.as_ref().map_or("The account as a whole", |person| &person.called)) } }
                td { (rule_pill(row.rule)) }
                td.reason { (row.headline) }
                td.num { @match &row.saving { Some(saving) if saving.amount.minor < 0 => (amount_a_year(saving.amount)), Some(saving) => (saving.amount), None => (text::unknown()) } }
            }
        }
    };
    html! {
        section.card {
            h2 { @if shown < view.effect.findings { "The first " (number(shown)) " of them" } @else { "The selected findings" } }
            p.card-lead { "Each opens its evidence." }
            (frame("Selected findings", &heads, &rows))
        }
    }
}

fn left_out(view: &ActionPreview) -> Markup {
    let effect = &view.effect;
    html! {
        section.card {
            h2 { (counted(effect.left_out_count, "finding is", "findings are")) " left out" }
            p.card-lead { "This can't be done to them." }
            ul.plain-list {
                @for (id, called, why) in &effect.left_out { li { a href=(href(&view.subject, id)) { (called) } " " (why) } }
            }
            @let named = i64::try_from(effect.left_out.len()).unwrap_or(i64::MAX);
            @if effect.left_out_count > named { p.muted { "and " (number(effect.left_out_count - named)) " more" } }
        }
    }
}
