//! U09: an upgrade waits for others for a bounded time.

use std::time::Duration;

use crate::connect::{TransactionLimits, open_postgres};
use crate::db::args;
use crate::migrate::{NEWEST, apply_range, begin_counting, migrate, version};

#[tokio::test]
async fn u09_a_locked_table_is_waited_for_a_bounded_time_and_nothing_is_half_done() {
    let Some(database) = testkit::postgres::database() else {
        return;
    };
    let limits = TransactionLimits {
        lock: 200,
        ..TransactionLimits::USUAL
    };
    let db = open_postgres(&database.url, Duration::ZERO, limits)
        .await
        .unwrap();
    begin_counting(&db).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    let old = i64::from(NEWEST) - 1;
    apply_range(&mut tx, 0, old).await.unwrap();
    tx.commit().await.unwrap();
    // Somebody reads a table that the next migration changes, as a session of psql does.
    let mut holder = db.snapshot().await.unwrap();
    holder
        .all("SELECT contract_id FROM contracts", args![])
        .await
        .unwrap();
    let refused = migrate(&db).await.unwrap_err();
    assert!(
        refused.to_string().contains("stop all other processes"),
        "{refused}"
    );
    assert_eq!(version(&db).await.unwrap(), old);
    holder.commit().await.unwrap();
    // A transaction that writes is waited for as well.
    let writer = db.begin().await.unwrap();
    let refused = migrate(&db).await.unwrap_err();
    assert!(
        refused.to_string().contains("Nothing was changed"),
        "{refused}"
    );
    writer.commit().await.unwrap();
    migrate(&db).await.unwrap();
    assert_eq!(version(&db).await.unwrap(), i64::from(NEWEST));
    db.close().await;
}
