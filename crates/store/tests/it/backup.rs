//! Backups: one state of the database, whatever is written meanwhile; whole or refused; restored into an
//! empty place of either engine, or not at all.

use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use model::ManualClock;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use store::{Actor, Backup, BackupRequest, Error, MasterKey, Store, StoreLocation};

use crate::decided::{ahead, decide_everything};
use crate::history::some_of_everything;
use crate::sealed::{lasting_secrets, passing_secrets, store_secrets};
use crate::support::{Engine, NOW, Setup, connect, hex, on_both_engines, options, users};

fn key() -> MasterKey {
    MasterKey::from_bytes([7; 32])
}

async fn back_up(location: &StoreLocation, file: &Path) -> store::Result<Backup> {
    store::back_up(&BackupRequest {
        location,
        file,
        key: None,
        version: "0.1.0",
        now: NOW,
    })
    .await
}

async fn restore(file: &Path, to: &Engine) -> store::Result<()> {
    store::restore(&Backup::open(file)?, &to.location(), &key(), NOW).await
}

async fn open(engine: &Engine) -> Store {
    let clock = Arc::new(ManualClock::at(NOW));
    Store::open(options(engine.location(), &clock))
        .await
        .unwrap()
}

/// A directory for backups, and the file to write.
fn place() -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("one.backup");
    (directory, file)
}

/// The refusal of a file that cannot be used.
fn refusal(file: &Path) -> String {
    match Backup::open(file).and_then(|mut backup| backup.check()) {
        Err(error @ Error::Backup { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

/// Changes the first line of a backup and makes its hash right again.
fn forge(file: &Path, change: impl FnOnce(&mut Value)) {
    let bytes = std::fs::read(file).unwrap();
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap();
    let mut first: Value = serde_json::from_slice(&bytes[..end]).unwrap();
    change(&mut first);
    let mut new = serde_json::to_vec(&first).unwrap();
    new.extend_from_slice(&bytes[end..bytes.len() - 65]);
    let hash = hex(&Sha256::digest(&new));
    new.extend_from_slice(hash.as_bytes());
    new.push(b'\n');
    std::fs::write(file, new).unwrap();
}

/// The compressed part as text.
fn content(file: &Path) -> String {
    let bytes = std::fs::read(file).unwrap();
    let begin = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let mut text = String::new();
    let body = &bytes[begin..bytes.len() - 65];
    flate2::read::GzDecoder::new(body)
        .read_to_string(&mut text)
        .unwrap();
    text
}

on_both_engines! {
    async fn u04_a_backup_is_restored_into_either_engine(setup) {
        let (_directory, file) = place();
        let (integration, lease) = setup.leased().await;
        setup.apply(&lease, users(&[("u-1", "ann@example.com"), ("u-2", "b\u{1f600}b@example.com")])).await;
        for write in some_of_everything().into_iter().chain(ahead("u-1")) {
            setup.apply(&lease, write).await;
        }
        decide_everything(&setup.store, integration.id, "u-1", "ann@example.com").await;
        let dump = setup.store.dump().await.unwrap();
        let audit = setup.store.audit(999, None).await.unwrap();
        let backup = back_up(&setup.engine.location(), &file).await.unwrap();
        assert_eq!(backup.rows()["users"], 2);
        assert!(!backup.rows().contains_key("sessions"));
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let mut contents = Vec::new();
        for place in Engine::empty_places() {
            restore(&file, &place).await.unwrap();
            let (_directory, again) = self::place();
            back_up(&place.location(), &again).await.unwrap();
            contents.push(content(&again));
            let store = open(&place).await;
            assert!(store.key_fits());
            assert_eq!(store.check().await.unwrap().integrity, None);
            assert_eq!(store.dump().await.unwrap(), dump);
            assert_eq!(store.verify_audit().await.unwrap(), None);
            let mut restored = store.audit(999, None).await.unwrap();
            assert_eq!(restored.remove(0).action, "backup.restore");
            assert_eq!(restored, audit);
            assert_eq!(store.restored().await.unwrap().unwrap().created_at, NOW);
            // Numbers go on, and leases of the past are over.
            assert_eq!(connect(&store, "account-2").await.id.0, integration.id.0 + 1);
            assert!(store.lease(integration.id, "new", 1000).await.unwrap().is_some());
            store.close().await;
        }
        // The same lines from both engines.
        assert!(contents.iter().all(|content| *content == contents[0]));
    }

    async fn u04_secrets_open_after_a_restore_and_none_is_open_in_the_backup(setup) {
        let (_directory, file) = place();
        let id = store_secrets(&setup).await;
        back_up(&setup.engine.location(), &file).await.unwrap();
        let text = content(&file);
        assert!(text.contains("\"account-1\"") && !text.contains("secret-"), "{text}");
        let wanted = lasting_secrets(&setup.store, id).await;
        let other = setup.engine.another();
        restore(&file, &other).await.unwrap();
        let store = open(&other).await;
        assert_eq!(lasting_secrets(&store, id).await, wanted);
        // All messages; the authorisation that was going on has ended.
        assert_eq!(passing_secrets(&store).await.len(), 25);
        store.close().await;
    }

    async fn u01_u16_a_backup_while_others_write_is_one_state(setup) {
        let (directory, _) = place();
        let stop = Arc::new(AtomicBool::new(false));
        let writers: Vec<_> = (0..3).map(|writer| {
            let (store, stop) = (setup.store.clone(), Arc::clone(&stop));
            tokio::spawn(async move {
                let mut written = 0;
                while !stop.load(Ordering::Relaxed) {
                    let target = format!("writer:{writer}");
                    let detail = json!({ "written": written });
                    store.record_audit_entry(&Actor::System, "test.write", &target, &detail, NOW)
                        .await.unwrap();
                    written += 1;
                }
            })
        }).collect();
        let newest = async || {
            let newest = setup.store.audit(1, None).await.unwrap();
            newest.first().map_or(0, |entry| entry.id)
        };
        let mut files = Vec::new();
        for number in 0..4 {
            let before = newest().await;
            testkit::wait::until("something was written", async || {
                (newest().await > before + 5).then_some(())
            }).await;
            let file = directory.path().join(format!("{number}.backup"));
            back_up(&setup.engine.location(), &file).await.unwrap();
            files.push((before, file));
        }
        stop.store(true, Ordering::Relaxed);
        for writer in writers {
            writer.await.unwrap();
        }
        let all = setup.store.audit(u32::MAX, None).await.unwrap();
        for (before, file) in files {
            let place = setup.engine.another();
            restore(&file, &place).await.unwrap();
            let store = open(&place).await;
            assert_eq!(store.verify_audit().await.unwrap(), None);
            let restored = store.audit(u32::MAX, None).await.unwrap();
            let rest = &restored[1..];
            assert!(i64::try_from(rest.len()).unwrap() > before);
            assert_eq!(rest, &all[all.len() - rest.len()..], "it is a beginning of the history");
            store.close().await;
        }
    }

    async fn u02_an_existing_file_is_never_overwritten(setup) {
        let (_directory, file) = place();
        std::fs::write(&file, "mine").unwrap();
        let refused = back_up(&setup.engine.location(), &file).await.unwrap_err();
        assert!(refused.to_string().contains("never overwritten"), "{refused}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
        // The remains of an interrupted one are replaced, even if it is a second name of a good backup.
        std::fs::remove_file(&file).unwrap();
        back_up(&setup.engine.location(), &file).await.unwrap();
        let kept = file.with_file_name("kept");
        std::fs::rename(&file, &kept).unwrap();
        std::fs::hard_link(&kept, file.with_file_name("one.backup.part")).unwrap();
        back_up(&setup.engine.location(), &file).await.unwrap();
        Backup::open(&kept).unwrap().check().unwrap();
        let names = std::fs::read_dir(file.parent().unwrap()).unwrap();
        assert_eq!(names.count(), 2);
    }

    async fn u03_a_wrong_key_is_refused_and_nothing_is_changed(setup) {
        let (_directory, file) = place();
        connect(&setup.store, "account-1").await;
        back_up(&setup.engine.location(), &file).await.unwrap();
        let other = setup.engine.another();
        let wrong = MasterKey::from_bytes([8; 32]);
        let backup = Backup::open(&file).unwrap();
        let refused = store::restore(&backup, &other.location(), &wrong, NOW).await.unwrap_err();
        let said = refused.to_string();
        assert!(said.contains(&key().fingerprint()) && said.contains(&wrong.fingerprint()), "{said}");
        assert!(said.contains("--master-key-file"), "{said}");
        // The place is still empty.
        restore(&file, &other).await.unwrap();
    }

    async fn u04_a_place_with_data_is_refused(setup) {
        let (_directory, file) = place();
        let id = connect(&setup.store, "account-1").await.id;
        back_up(&setup.engine.location(), &file).await.unwrap();
        let dump = setup.store.dump().await.unwrap();
        let served = restore(&file, &setup.engine).await.unwrap_err();
        assert!(matches!(served, Error::InUse { .. } | Error::Conflict { .. }), "{served}");
        let mut setup = setup;
        setup.store.close().await;
        let refused = restore(&file, &setup.engine).await.unwrap_err();
        assert!(matches!(refused, Error::Conflict { .. }), "{refused}");
        assert!(refused.to_string().contains("empty"), "{refused}");
        setup.store = Store::open(setup.options()).await.unwrap();
        assert_eq!(setup.store.dump().await.unwrap(), dump);
        assert!(setup.store.connection(id).await.is_ok());
    }

    async fn u04_an_older_schema_is_backed_up_unchanged_and_migrated_by_the_restore(setup) {
        let mut setup = setup;
        for version in 1..crate::upgrade::NEWEST {
            let (_directory, file) = place();
            crate::upgrade::build(&mut setup, version).await;
            let backup = back_up(&setup.engine.location(), &file).await.unwrap();
            assert_eq!(backup.schema(), version);
            let place = setup.engine.another();
            restore(&file, &place).await.unwrap();
            let store = open(&place).await;
            let restored = store.dump().await.unwrap();
            store.close().await;
            // Making it has not migrated the original.
            let (_directory, again) = self::place();
            assert_eq!(back_up(&setup.engine.location(), &again).await.unwrap().schema(), version);
            setup.store = open(&setup.engine).await;
            assert_eq!(setup.store.dump().await.unwrap(), restored, "version {version}");
        }
    }

    async fn u04_a_newer_version_is_refused_by_its_number(setup) {
        let (_directory, file) = place();
        back_up(&setup.engine.location(), &file).await.unwrap();
        forge(&file, |first| first["version"] = "9.1.0".into());
        Backup::open(&file).unwrap().check().unwrap();
        forge(&file, |first| first["schema"] = 99.into());
        let said = refusal(&file);
        assert!(said.contains("Seatwise 9.1.0") && said.contains("99") && said.contains("newer"), "{said}");
        forge(&file, |first| { first["schema"] = 1.into(); first["backup_format"] = 2.into(); });
        let said = refusal(&file);
        assert!(said.contains("Seatwise 9.1.0") && said.contains("format 2"), "{said}");
        // A line that claims another schema than its rows have.
        forge(&file, |first| first["backup_format"] = 1.into());
        let place = setup.engine.another();
        let refused = restore(&file, &place).await.unwrap_err();
        assert!(matches!(refused, Error::Backup { .. }), "{refused}");
    }
}

#[tokio::test]
async fn u03_every_changed_byte_and_every_cut_is_refused() {
    let setup = Setup::sqlite().await;
    let (_directory, file) = place();
    let id = store_secrets(&setup).await;
    decide_everything(&setup.store, id, "u-1", "ann@example.com").await;
    back_up(&setup.engine.location(), &file).await.unwrap();
    let whole = std::fs::read(&file).unwrap();
    let damaged = file.with_file_name("damaged");
    // A simple generator with a fixed seed, so that a failure repeats.
    let mut state = 0x5ea7_u64;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(state >> 33).unwrap() % below
    };
    for _ in 0..1000 {
        let (at, flip) = (random(whole.len()), 1 << random(8));
        let mut bytes = whole.clone();
        bytes[at] ^= flip;
        std::fs::write(&damaged, bytes).unwrap();
        let said = refusal(&damaged);
        assert!(
            said.contains("damaged") || said.contains("newer"),
            "byte {at}: {said}"
        );
    }
    for length in (0..200)
        .map(|_| random(whole.len()))
        .chain([0, whole.len() - 1])
    {
        std::fs::write(&damaged, &whole[..length]).unwrap();
        assert!(refusal(&damaged).contains("damaged"), "cut at {length}");
    }
    std::fs::write(&damaged, [&whole[..], b"\n"].concat()).unwrap();
    assert!(refusal(&damaged).contains("damaged"));
    // A restore of a damaged file changes nothing.
    let empty = tempfile::tempdir().unwrap();
    let to = Engine::Sqlite(empty);
    assert!(restore(&damaged, &to).await.is_err());
    let Engine::Sqlite(empty) = to else {
        unreachable!()
    };
    assert_eq!(std::fs::read_dir(empty.path()).unwrap().count(), 0);
}

#[test]
fn u03_files_of_other_programs_are_refused() {
    let (_directory, file) = place();
    for foreign in [
        &b"SQLite format 3\0 and so on"[..],
        b"{\"product\":\"another\",\"backup_format\":1,\"version\":\"1\"}\nrest",
        b"{}\n",
        b"-- PostgreSQL database dump\n\nSET statement_timeout = 0;\n",
        &[0; 9000],
    ] {
        std::fs::write(&file, foreign).unwrap();
        assert!(refusal(&file).contains("no backup of Seatwise"));
    }
    let missing = Backup::open(&file.with_file_name("missing")).unwrap_err();
    assert!(matches!(missing, Error::File { .. }));
}

#[tokio::test]
async fn u04_a_stale_log_beside_a_missing_database_is_refused() {
    let setup = Setup::sqlite().await;
    let (_directory, file) = place();
    connect(&setup.store, "account-1").await;
    back_up(&setup.engine.location(), &file).await.unwrap();
    let place = tempfile::tempdir().unwrap();
    for suffix in ["-wal", "-shm", "-journal"] {
        let left = place.path().join(format!("seatwise.db{suffix}"));
        std::fs::write(&left, "left over").unwrap();
        let to = StoreLocation::Sqlite(place.path().to_owned());
        let refused = store::restore(&Backup::open(&file).unwrap(), &to, &key(), NOW)
            .await
            .unwrap_err();
        assert!(refused.to_string().contains(suffix), "{refused}");
        assert!(!place.path().join("seatwise.db").exists());
        std::fs::remove_file(&left).unwrap();
    }
}

#[tokio::test]
async fn the_key_is_part_of_a_backup_only_when_asked_for() {
    let setup = Setup::sqlite().await;
    let (_directory, file) = place();
    assert!(
        back_up(&setup.engine.location(), &file)
            .await
            .unwrap()
            .key()
            .unwrap()
            .is_none()
    );
    let other = file.with_file_name("two.backup");
    let location = setup.engine.location();
    let (right, wrong) = (key(), MasterKey::from_bytes([8; 32]));
    let mut request = BackupRequest {
        key: Some(&wrong),
        location: &location,
        file: &other,
        version: "0.1.0",
        now: NOW,
    };
    let refused = store::back_up(&request).await.unwrap_err();
    assert!(matches!(refused, Error::KeyMissing { .. }), "{refused}");
    assert!(!other.exists());
    request.key = Some(&right);
    let backup = store::back_up(&request).await.unwrap();
    assert_eq!(
        backup.key().unwrap().unwrap().fingerprint(),
        right.fingerprint()
    );
    assert_eq!(backup.key_id(), Some(right.fingerprint().as_str()));
    assert!(!format!("{backup:?}").contains("BwcH"));
}

#[cfg(feature = "crash-points")]
mod dying {
    use super::*;
    use crate::child::Work;

    on_both_engines! {
        async fn u02_a_crash_at_any_point_of_a_backup_leaves_no_half_file(setup) {
            let id = store_secrets(&setup).await;
            decide_everything(&setup.store, id, "u-1", "ann@example.com").await;
            setup.store.close().await;
            let location = setup.engine.location();
            let (_directory, old) = place();
            back_up(&location, &old).await.unwrap();
            let before = std::fs::read(&old).unwrap();
            let file = old.with_file_name("new.backup");
            let work = Work::BackUp(location.clone(), file.clone());
            let points = work.points().await;
            std::fs::remove_file(&file).unwrap();
            for point in &points {
                work.dying_at(point).await;
                // Whole or not there; and the next one works.
                let named = ["backup: linked:1", "backup: named:1"].contains(&point.as_str());
                assert_eq!(file.exists(), named, "{point}");
                if named {
                    Backup::open(&file).unwrap().check().unwrap();
                    std::fs::remove_file(&file).unwrap();
                }
                work.carry_out().await.unwrap();
                Backup::open(&file).unwrap().check().unwrap();
                std::fs::remove_file(&file).unwrap();
                assert_eq!(std::fs::read_dir(old.parent().unwrap()).unwrap().count(), 1);
            }
            assert!(points.len() >= 7, "{points:?}");
            assert!(std::fs::read(&old).unwrap() == before);
        }

        async fn u04_a_crash_at_any_point_of_a_restore_leaves_nothing_or_everything(setup) {
            let id = store_secrets(&setup).await;
            decide_everything(&setup.store, id, "u-1", "ann@example.com").await;
            let dump = setup.store.dump().await.unwrap();
            let (_directory, file) = place();
            back_up(&setup.engine.location(), &file).await.unwrap();
            let points = Work::Restore(file.clone(), setup.engine.another().location()).points().await;
            for point in &points {
                let place = setup.engine.another();
                let work = Work::Restore(file.clone(), place.location());
                work.dying_at(point).await;
                match work.carry_out().await {
                    // It was complete.
                    Ok(()) | Err(Error::Conflict { .. }) => {}
                    Err(other) => panic!("{point}: {other}"),
                }
                let store = open(&place).await;
                assert_eq!(store.dump().await.unwrap(), dump, "{point}");
                assert_eq!(lasting_secrets(&store, id).await.len(), 12);
                store.close().await;
            }
            assert!(points.len() >= 8, "{points:?}");
        }
    }
}
