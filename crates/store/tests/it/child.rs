//! Work of a process that is aborted at a crash point: a test starts itself as a child.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use model::ManualClock;
use serde_json::{Value, json};
use store::{
    Actor, Backup, BackupRequest, MasterKey, Store, StoreAccess, StoreLocation, StoreOptions,
};

use crate::support::{NOW, options};

/// Variable with the work of the child.
const WORK: &str = "SEATWISE_TEST_CHILD_WORK";

/// The task of a child, and its place.
#[derive(Debug, Clone)]
pub(crate) enum Work {
    Open(StoreLocation),
    BackUp(StoreLocation, PathBuf),
    Restore(PathBuf, StoreLocation),
    /// From the key of all tests to the one of these bytes.
    Rotate(StoreLocation, u8),
}

/// A store with both keys of an interrupted rotation.
pub(crate) fn both_keys(location: StoreLocation, next: u8) -> StoreOptions {
    let usual = options(location, &Arc::new(ManualClock::at(NOW)));
    StoreOptions {
        key: usual.key.with_other(&MasterKey::from_bytes([next; 32])),
        access: StoreAccess::Alone,
        ..usual
    }
}

impl Work {
    fn to_text(&self) -> String {
        let place = |location: &StoreLocation| match location {
            StoreLocation::Postgres(url) => url.clone(),
            StoreLocation::Sqlite(directory) => directory.to_str().unwrap().to_owned(),
            StoreLocation::SqliteMemory => unreachable!("children need a place"),
        };
        let work = match self {
            Self::Open(at) => json!(["open", place(at)]),
            Self::BackUp(at, file) => json!(["backup", place(at), file]),
            Self::Restore(file, at) => json!(["restore", place(at), file]),
            Self::Rotate(at, next) => json!(["rotate", place(at), next]),
        };
        work.to_string()
    }

    fn from_text(text: &str) -> Self {
        let work: Value = serde_json::from_str(text).unwrap();
        let place = work[1].as_str().unwrap();
        let at = if place.starts_with("postgres:") {
            StoreLocation::Postgres(place.to_owned())
        } else {
            StoreLocation::Sqlite(place.into())
        };
        let file = || PathBuf::from(work[2].as_str().unwrap());
        match work[0].as_str().unwrap() {
            "open" => Self::Open(at),
            "backup" => Self::BackUp(at, file()),
            "restore" => Self::Restore(file(), at),
            _ => Self::Rotate(at, u8::try_from(work[2].as_u64().unwrap()).unwrap()),
        }
    }

    pub(crate) async fn carry_out(&self) -> store::Result<()> {
        match self {
            Self::Open(at) => {
                let options = options(at.clone(), &Arc::new(ManualClock::at(NOW)));
                Store::open(options).await?.close().await;
            }
            Self::BackUp(location, file) => {
                store::back_up(&BackupRequest {
                    location,
                    file,
                    key: None,
                    version: "0.1.0",
                    now: NOW,
                })
                .await?;
            }
            Self::Restore(file, location) => {
                let key = MasterKey::from_bytes([7; 32]);
                store::restore(&Backup::open(file)?, location, &key, NOW).await?;
            }
            Self::Rotate(at, next) => {
                let store = Store::open(both_keys(at.clone(), *next)).await?;
                let next = MasterKey::from_bytes([*next; 32]);
                let rotated = store.rotate_key(&next, &Actor::Cli, NOW).await;
                store.close().await;
                rotated?;
            }
        }
        Ok(())
    }

    /// The points to die at: of every name that this work passes the first call, one in the middle, and the
    /// last. The work is done by this.
    pub(crate) async fn points(&self) -> Vec<String> {
        let (done, said) = self.in_a_child("list".to_owned()).await;
        assert!(done, "{said}");
        let mut calls: BTreeMap<&str, usize> = BTreeMap::new();
        for line in said.lines() {
            let point = line
                .split_once("crash point ")
                .and_then(|(_, rest)| rest.split_once(": "));
            if let Some((_, name)) = point {
                *calls.entry(name).or_default() += 1;
            }
        }
        let points = calls.into_iter().flat_map(|(name, calls)| {
            let calls = BTreeSet::from([1, calls.div_ceil(2), calls]);
            calls.into_iter().map(move |call| format!("{name}:{call}"))
        });
        points.collect()
    }

    /// Does it in a child that is aborted at the given point.
    pub(crate) async fn dying_at(&self, point: &str) {
        let (done, said) = self.in_a_child(point.to_owned()).await;
        assert!(!done && said.contains("crash point"), "{point}: {said}");
    }

    /// Whether a child reached the end, and its standard error.
    async fn in_a_child(&self, crash_at: String) -> (bool, String) {
        let work = self.to_text();
        let child = tokio::task::spawn_blocking(move || {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "child::child", "--test-threads=1", "--nocapture"])
                .env(WORK, work)
                .env("SEATWISE_CRASH_AT", crash_at)
                .output()
                .unwrap()
        });
        let answer = child.await.unwrap();
        let said = String::from_utf8_lossy(&answer.stderr).into_owned();
        (answer.status.success(), said)
    }
}

/// Does nothing unless another test started this process as a child.
#[tokio::test]
async fn child() {
    if let Ok(text) = std::env::var(WORK) {
        Work::from_text(&text).carry_out().await.unwrap();
    }
}
