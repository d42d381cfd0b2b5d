//! Findings and their evidence.

mod add_ons;
mod directory;
mod evidence;
mod laws;
mod money;
mod queries;
mod rules;
mod settings;
mod unread;
mod what_if;

use insight::{DecisionRow, Finding, Findings, Inputs, Roster, RosterBuilder, Settings, find};
use model::{
    Contract, ContractId, ContractTerms, Day, FieldValue, HostedSummary, IntegrationId, Licence,
    ListPrice, Money, SignInMonth, Timestamp, User,
};

use crate::world::{NOW, days_ago, having, text, user};

/// The inputs of findings in addition to a roster, with everything at its default.
#[derive(Debug, Clone, Default)]
pub(crate) struct Given {
    pub(crate) settings: Settings,
    pub(crate) contracts: Vec<Contract>,
    pub(crate) prices: Vec<ListPrice>,
    pub(crate) decisions: Vec<DecisionRow>,
}

impl Given {
    pub(crate) fn inputs(&self) -> Inputs<'_> {
        Inputs {
            settings: &self.settings,
            contracts: &self.contracts,
            prices: &self.prices,
            decisions: &self.decisions,
            today: NOW.day(),
        }
    }

    pub(crate) fn find(&self, roster: &Roster) -> Findings {
        find(roster, &self.inputs())
    }
}

/// Every finding as `rule licence key state`.
pub(crate) fn said(findings: &Findings, roster: &Roster) -> Vec<String> {
    findings
        .iter(roster)
        .map(|finding: Finding| {
            format!(
                "{} {} {} {}",
                finding.rule.value(),
                finding.licence,
                finding.user.map_or("-", |row| roster.key_of(row)),
                finding.state.value()
            )
        })
        .collect()
}

/// The findings of a roster with the default rules.
pub(crate) fn found(roster: &Roster) -> Vec<String> {
    said(&Given::default().find(roster), roster)
}

/// A user with a base licence, whose account is two years old.
pub(crate) fn licensed(key: &str) -> User {
    let email = format!("{key}@x.example");
    User {
        created_at: Some(days_ago(730)),
        ..having(user(key, &email, key), &[("user_type", text("pro"))])
    }
}

/// A user with the free licence.
pub(crate) fn free(key: &str) -> User {
    having(licensed(key), &[("user_type", text("basic"))])
}

/// The same with a webinar add-on of a size.
pub(crate) fn with_webinar(user: User, size: i64) -> User {
    having(
        user,
        &[
            ("webinar", FieldValue::YesNo(true)),
            ("webinar_capacity", FieldValue::Integer(size)),
        ],
    )
}

/// Adds a sign-in of a user so many days ago.
pub(crate) fn signs_in(builder: &mut RosterBuilder, key: &str, days: i32) {
    let at = days_ago(days);
    builder.sign_in_month(&SignInMonth {
        email: format!("{key}@x.example"),
        month: at.day().month_start(),
        days: 0,
        last: at,
    });
}

/// Adds a hosted event of a user.
pub(crate) fn hosts(builder: &mut RosterBuilder, key: &str, event: HostedSummary) {
    builder.hosted(&format!("{key}@x.example"), event);
}

/// A webinar.
pub(crate) fn webinar(days: i32, participants: i32) -> HostedSummary {
    HostedSummary {
        webinar: true,
        participants: Some(participants),
        ..crate::world::meeting(days, 60)
    }
}

pub(crate) fn euros(whole: i64) -> Money {
    Money {
        minor: whole * 100,
        currency: "EUR".parse().expect("a currency"),
    }
}

/// A contract for a year that ends in so many days, with thirty days of notice.
pub(crate) fn contract(licence: &str, days_left: i32, price: i64) -> Contract {
    let ends_on: Day = NOW.day().plus(days_left);
    Contract {
        id: ContractId(1),
        integration: IntegrationId(1),
        terms: ContractTerms {
            name: "ACME-1".to_owned(),
            unit_price: Some(euros(price)),
            ..ContractTerms::new(Licence::from_key(licence), 100, ends_on.plus(-364), ends_on)
        },
        created_at: Timestamp(0),
        updated_at: Timestamp(0),
    }
}
