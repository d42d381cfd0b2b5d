//! `key`: replaces the master key.

mod key_file;
mod lost_key;

use clap::Subcommand;
use model::Clock as _;
use store::{Actor, KeyRotation, MasterKey, StoreAccess};

use self::key_file::put_in_place;
use crate::cli::Common;
use crate::config::{KEY_VARIABLE, WRONG_KEY_REMEDY};
use crate::exit::Failure;
use crate::output::print;
use crate::system::SystemClock;

#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Seal all secrets with a new master key, while no server runs.
    #[command(
        after_help = "The new key takes the place of the old one, which is kept beside it for older backups. A rotation that was\n\
                            interrupted goes on when the command is run again; a server that is started in between uses both keys.\n\n\
                            Example:\n  seatwise key rotate --data /var/lib/seatwise"
    )]
    Rotate,
    /// Give up what was sealed with a master key that is lost for good, and make a new one.
    #[command(
        after_help = "Without --yes-the-key-is-lost it only says what will be given up. Everything that is not sealed is kept: users,\n\
                            history, findings, decisions, contracts, members. Each account has to be authorised again afterwards.\n\n\
                            Example:\n  seatwise key give-up --data /var/lib/seatwise\n  seatwise key give-up --data /var/lib/seatwise --yes-the-key-is-lost"
    )]
    GiveUp {
        /// Confirms that no copy of the key exists. What it sealed is deleted.
        #[arg(long)]
        yes_the_key_is_lost: bool,
    },
}

pub(crate) async fn run(common: Common, command: Key) -> Result<(), Failure> {
    match command {
        Key::Rotate => rotate(&common).await,
        Key::GiveUp {
            yes_the_key_is_lost,
        } => lost_key::give_up(&common, yes_the_key_is_lost).await,
    }
}

async fn rotate(common: &Common) -> Result<(), Failure> {
    let store = common.existing_store(StoreAccess::Alone).await?;
    if !store.key_fits() {
        store.close().await;
        return Err(Failure::store(
            "the master key is not the one that sealed the secrets of this database",
        )
        .with_remedy(WRONG_KEY_REMEDY));
    }
    // The new key is stored before anything is sealed with it, and is found there again after a crash.
    let next = common.next_key_file();
    let new = match MasterKey::load(&next)? {
        Some(key) => key,
        None => MasterKey::create(&next)?,
    };
    store::sync_directory_of(&next)?;
    store::crash::point("new key stored");
    let rotated = store.rotate_key(&new, &Actor::Cli, SystemClock.now()).await;
    store.close().await;
    let rotated = rotated?;
    store::crash::point("all secrets sealed again");
    report(&rotated)?;
    if std::env::var_os(KEY_VARIABLE).is_some() {
        print(&format!(
            "The new key is in {}: set {KEY_VARIABLE} to its content, then remove that file.",
            next.display()
        ))?;
    } else {
        let file = common.key_file();
        let old = put_in_place(&next, &file)?;
        print(&format!(
            "The new key is in {}. The old one is kept as {}, because backups from before need it: remove it when \
             they are gone.",
            file.display(),
            old.display()
        ))?;
    }
    print(
        "Keep a copy of the new key apart from the backups. Links in questions that were sent before no longer work: \
         ask again where an answer is still needed.",
    )
}

fn report(rotated: &KeyRotation) -> Result<(), Failure> {
    print(&format!(
        "Sealed {} secrets with a new master key.",
        rotated.resealed
    ))?;
    if rotated.unreadable.is_empty() {
        return Ok(());
    }
    print(&format!(
        "{} secrets could not be opened with the old key and are left as they are: {}",
        rotated.unreadable.len(),
        rotated.unreadable.join(", ")
    ))
}
