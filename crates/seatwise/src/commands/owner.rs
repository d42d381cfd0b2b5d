//! `owner`: creates the organisation's first owner without a browser.

use std::path::PathBuf;

use clap::Subcommand;
use model::Clock as _;
use service::Pairs;
use service::member_input::{organisation, person};
use service::password::{Passwords, hash_password};
use store::{NewMember, StoreAccess};

use crate::cli::Common;
use crate::config::secret_from;
use crate::exit::Failure;
use crate::output::print;
use crate::system::{SystemClock, SystemRandom};

#[derive(Debug, Subcommand)]
pub(crate) enum Owner {
    /// Create the organisation and its owner, who signs in on the pages. Needs no set-up code.
    #[command(
        after_help = "Example:\n  seatwise owner create --organisation Acme --name \"Ann Owner\" --email ann@example.com --password-file - < password.txt"
    )]
    Create {
        /// Name of the organisation.
        #[arg(long)]
        organisation: String,
        /// Name of the owner.
        #[arg(long)]
        name: String,
        /// E-mail address of the owner.
        #[arg(long)]
        email: String,
        /// File with the password, without white space around it; `-` reads it from standard input. It is not an
        /// argument because other users of the machine can see command lines.
        #[arg(long, value_name = "FILE", env = "SEATWISE_OWNER_PASSWORD_FILE")]
        password_file: PathBuf,
    },
}

pub(crate) async fn run(common: Common, command: Owner) -> Result<(), Failure> {
    let Owner::Create {
        organisation: organisation_name,
        name,
        email,
        password_file,
    } = command;
    let arguments = Pairs(vec![
        ("organisation".to_owned(), organisation_name),
        ("name".to_owned(), name),
        ("email".to_owned(), email),
    ]);
    let (organisation, (name, email)) = arguments
        .read_with(|reader| Some((organisation(reader), person(reader))))
        .map_err(|errors| {
            let lines: Vec<String> = errors
                .into_iter()
                .map(|error| format!("--{}: {}", error.field, error.message))
                .collect();
            Failure::usage(lines.join("\n"))
        })?;
    let password = secret_from(&password_file)?;
    if let Some(objection) = Passwords::objection(&password) {
        return Err(Failure::usage(format!("--password-file: {objection}")));
    }
    // The owner may be created before the server has run.
    let store = common.store(StoreAccess::Change).await?;
    let password_hash = hash_password(&password, &SystemRandom)
        .map_err(|error| Failure::other(error.to_string()))?;
    let owner = NewMember {
        email,
        name,
        password_hash,
    };
    let member = store
        .create_owner(&organisation, owner, SystemClock.now())
        .await?;
    store.close().await;
    print(&format!("{} is the owner of {organisation}", member.email))
}
