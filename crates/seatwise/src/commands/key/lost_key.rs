//! `key give-up`: makes a new master key where the old one is lost. What was sealed with it is deleted.

use std::path::Path;

use model::Clock as _;
use store::{Actor, MasterKey, SealedSecrets, StoreAccess};

use super::key_file::put_in_place;
use crate::cli::Common;
use crate::config::KEY_VARIABLE;
use crate::exit::Failure;
use crate::output::print;
use crate::system::SystemClock;

pub(super) async fn give_up(common: &Common, confirmed: bool) -> Result<(), Failure> {
    common.require_database()?;
    let (next, file) = (common.next_key_file(), common.key_file());
    let stored = MasterKey::load(&next)?;
    let present = common.known_key()?;
    // The new key of a call that was interrupted. Its database may be finished already.
    let (key, new) = match (present, stored, confirmed) {
        (present, Some(new), _) => (present.unwrap_or_else(|| new.clone()), Some(new)),
        (Some(present), None, false) => (present, None),
        (present, None, _) => {
            // Until it is stored, this key is only one that opens nothing.
            let new = MasterKey::random()?;
            (present.unwrap_or_else(|| new.clone()), Some(new))
        }
    };
    let store = common.open(key, StoreAccess::Alone).await?;
    let finished = match &new {
        Some(new) => store.is_key(new).await?,
        None => false,
    };
    if store.key_fits() && !finished {
        store.close().await;
        return Err(Failure::usage(
            "the master key opens the secrets of this database, so there is nothing to give up",
        )
        .with_remedy("to replace a key that works, use `seatwise key rotate`"));
    }
    if finished {
        store.close().await;
        return in_place(&next, &file);
    }
    let Some(new) = new.filter(|_| confirmed) else {
        let found = store.sealed_secrets().await?;
        store.close().await;
        report(
            "Only the lost key opens these, so they would be given up:",
            &found,
        )?;
        return Err(Failure::usage(
            "nothing was changed. If no copy of the master key exists, run the command again with --yes-the-key-is-lost",
        ));
    };
    if MasterKey::load(&next)?.is_none() {
        new.save(&next)?;
    }
    store::sync_directory_of(&next)?;
    store::crash::point("new key stored for a lost one");
    let found = store
        .give_up_secrets(&new, &Actor::Cli, SystemClock.now())
        .await;
    store.close().await;
    let found = found?;
    store::crash::point("secrets given up");
    report("Given up:", &found)?;
    in_place(&next, &file)
}

/// Gives the new key its name, unless the key comes from the environment.
fn in_place(next: &Path, file: &Path) -> Result<(), Failure> {
    if std::env::var_os(KEY_VARIABLE).is_some() {
        return print(&format!(
            "The new key is in {}: set {KEY_VARIABLE} to its content, then remove that file.",
            next.display()
        ));
    }
    if MasterKey::load(file)?.is_some() {
        let old = put_in_place(next, file)?;
        print(&format!("The wrong key is kept as {}.", old.display()))?;
    } else {
        std::fs::rename(next, file)?;
        store::sync_directory_of(file)?;
    }
    print(&format!(
        "The new key is in {}. Keep a copy of it apart from the backups, and make a new backup: older ones need the old key.",
        file.display()
    ))
}

fn report(heading: &str, found: &SealedSecrets) -> Result<(), Failure> {
    if *found == SealedSecrets::default() {
        return print("No account and no other secret was sealed with the lost key.");
    }
    print(heading)?;
    for (id, name) in &found.integrations {
        print(&format!("  account {id} ({name}): authorise it again"))?;
    }
    for (id, name) in &found.change_access {
        print(&format!(
            "  account {id} ({name}): set up the app for changes again"
        ))?;
    }
    for application in &found.oauth_apps {
        print(&format!(
            "  the OAuth app of {application}: enter it again in the settings"
        ))?;
    }
    for name in &found.channels {
        print(&format!("  the channel {name}: make it again"))?;
    }
    if found.mail_password {
        print("  the password of the mail server: enter it again")?;
    }
    if found.messages > 0 {
        print(&format!(
            "  {} mails and notifications that were not delivered: ask again where an answer is still needed",
            found.messages
        ))?;
    }
    if found.rejected_texts > 0 {
        print(&format!(
            "  the texts of {} records that could not be understood",
            found.rejected_texts
        ))?;
    }
    print("Everything else is kept. Links in questions that were sent before no longer work.")
}
