//! The exports of users, findings and costs: every cell has the type of its column. A cell of another
//! type would be lost in Parquet without an error.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::{BillingCycle, Clock, ContractTerms, Licence, Money};
use service::export::{Cell, Column, ColumnKind};
use service::user_rows::UserTable;
use service::{AccountSnapshot, finding_rows, focus_export};
use store::Actor;
use testkit::database::Kind;
use testkit::install::Install;

fn kind_of(cell: &Cell<'_>) -> Option<ColumnKind> {
    Some(match cell {
        Cell::Empty => return None,
        Cell::Text(_) => ColumnKind::Text,
        Cell::Integer(_) => ColumnKind::Integer,
        Cell::Number(_) => ColumnKind::Number,
        Cell::Amount(_) | Cell::Formula(..) => ColumnKind::Amount,
        Cell::YesNo(_) => ColumnKind::YesNo,
        Cell::Day(_) => ColumnKind::Day,
        Cell::Moment(_) => ColumnKind::Moment,
    })
}

/// Checks all rows and returns the names of the columns that were never filled.
fn never_filled(columns: &[Column], rows: &[Vec<Cell<'_>>]) -> BTreeSet<String> {
    assert!(!rows.is_empty(), "there are no rows to check");
    let mut empty: BTreeSet<String> = columns.iter().map(|c| c.name.to_string()).collect();
    for row in rows {
        assert_eq!(row.len(), columns.len());
        for (column, cell) in columns.iter().zip(row) {
            if let Some(kind) = kind_of(cell) {
                assert_eq!(kind, column.kind, "{}: {cell:?}", column.name);
                empty.remove(&*column.name);
            }
        }
    }
    empty
}

async fn account() -> (Install, AccountSnapshot) {
    let (install, id) = Install::connected(Kind::Sqlite, 300).await;
    install.sync(id).await;
    let (now, today) = (install.clock_now(), install.clock_day());
    let terms = ContractTerms {
        name: "Zoë & Co".to_owned(),
        unit_price: Some(Money::parse("120.50", "EUR".parse().unwrap()).unwrap()),
        billing_cycle: BillingCycle::Monthly,
        ..ContractTerms::new(
            Licence::base("licensed"),
            10,
            today.plus(-200),
            today.plus(164),
        )
    };
    install
        .store
        .add_contract(id, &terms, &Actor::Cli, now)
        .await
        .unwrap();
    let clock = Arc::clone(&install.clock) as Arc<dyn Clock>;
    let account = service::account_snapshot(&install.store, install.engine.connectors(), id, clock)
        .await
        .unwrap();
    (install, account)
}

#[tokio::test]
async fn cells_have_the_types_of_their_columns() {
    let (_install, account) = account().await;
    let roster = account.roster();

    let rows = u32::try_from(roster.len()).unwrap();
    let table = UserTable::new(account.application);
    let users: Vec<_> = (0..rows)
        .map(|row| table.cells(&roster.user(roster.key_of(row), 30).unwrap().user))
        .collect();
    let empty = never_filled(&table.columns(), &users);
    for name in ["id", "email", "display_name", "user_status", "state"] {
        assert!(!empty.contains(name), "{name} was never filled");
    }

    let found: Vec<_> = account.findings.iter(roster).collect();
    let findings: Vec<_> = found
        .iter()
        .map(|finding| finding_rows::cells(&account, finding))
        .collect();
    let empty = never_filled(&finding_rows::columns(), &findings);
    for name in [
        "id",
        "rule",
        "since",
        "seats",
        "saving_per_year",
        "seat_free_on",
        "state",
    ] {
        assert!(!empty.contains(name), "{name} was never filled");
    }

    let (from, to) = (account.today.plus(-90), account.today);
    let costs = focus_export::rows(&account, from, to);
    let empty = never_filled(&focus_export::columns(), &costs);
    // FOCUS requires the column but no value for a charge that corrects no other.
    let expected = BTreeSet::from(["ChargeClass".to_owned()]);
    assert_eq!(empty, expected);
}
