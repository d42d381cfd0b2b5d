//! The list of users: active, inactive and pending are separate listings. Only when all three are
//! known to their ends, and agree with the totals that Zoom told, may somebody be called gone; and
//! then only after Zoom confirmed it for that user, or a second complete listing did.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};

use model::Timestamp;
use store::{ListedUser, SyncWrite};
use zoom::UserStatus;

use super::pager::{Pager, Turn};
use super::{declared, quarantine};
use crate::run::{Run, Stop};
use crate::zoom::ZOOM;
use crate::zoom::application::stream::USERS;
use crate::zoom::map;
use crate::zoom::problem::Problem;

/// The largest page that Zoom's schema allows, and the one that its guide does.
const PAGE_SIZES: [u32; 2] = [2000, 300];
/// How many absent users are looked up one by one; the rest waits for a second listing.
const CONFIRMED_ONE_BY_ONE: usize = 50;
/// Settings of everybody are read at once when that takes no longer than this.
const EVERYBODY_SECONDS: f64 = 120.0;

/// Hash of a user's key, for telling who was listed without holding a million keys.
pub(crate) fn key_hash(key: &str) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(key)
}

/// One status, listed to its end.
struct Listing {
    keys: HashSet<u64>,
    /// It holds another number of users than Zoom told.
    short: Option<String>,
    /// Some of its records could not be understood.
    unreadable: Option<String>,
}

pub(crate) async fn read(run: &Run<'_>) -> Result<(), Stop> {
    run.update(USERS, |state| state.expected = None);
    let (active, inactive, pending) = tokio::try_join!(
        list(run, UserStatus::Active),
        list(run, UserStatus::Inactive),
        list(run, UserStatus::Pending),
    )?;
    let listings = [active, inactive, pending];
    let told = |doubt: &str| {
        format!("{doubt}. What was listed is stored; nobody is taken for gone on this list.")
    };
    if let Some(doubt) = listings.iter().find_map(|listing| listing.short.as_deref()) {
        return Err(Stop::Problem(Problem::failed(told(doubt))));
    }
    if let Some(doubt) = listings
        .iter()
        .find_map(|listing| listing.unreadable.as_deref())
    {
        // Everybody else is known as well as ever.
        tracing::warn!(integration = %run.integration.id, %doubt, "nobody is taken for gone");
        run.update(USERS, |state| state.reason = Some(told(doubt)));
        return Ok(());
    }
    confirm_absent(run, &listings).await
}

async fn list(run: &Run<'_>, status: UserStatus) -> Result<Listing, Stop> {
    let stream = declared(USERS);
    let size_key = "page_size".to_owned();
    let known: Option<u32> = run
        .store
        .checkpoint(run.integration.id, USERS, &size_key)
        .await?
        .and_then(|text| text.parse().ok());
    let mut size = known.unwrap_or(PAGE_SIZES[0]);
    let mut pager = Pager::default();
    let mut keys = HashSet::new();
    let mut told: Option<u64> = None;
    let mut unreadable = 0;
    let mut everybody = false;
    loop {
        let answer = run
            .ask(stream, run.client.users(status, size, pager.token()))
            .await?;
        if let Err(zoom::Error::Invalid { .. }) = &answer
            && pager.token().is_none()
            && size != PAGE_SIZES[1]
        {
            size = PAGE_SIZES[1];
            let smaller = SyncWrite::Checkpoint {
                stream: USERS,
                key: size_key.clone(),
                value: Some(size.to_string()),
            };
            run.apply(USERS, 0, vec![smaller]).await?;
            continue;
        }
        let page = match pager.turn(stream, answer)? {
            Turn::Page(page) => page,
            Turn::Restart => {
                keys.clear();
                unreadable = 0;
                continue;
            }
        };
        if let Some(total) = page.total {
            if told.is_none() {
                expect(run, total);
                everybody = reads_everybody(run, total);
            }
            told = Some(total);
        }
        unreadable += page.rejected.len();
        let mut rows = Vec::with_capacity(page.items.len());
        let mut fingerprint = 0_u64;
        for item in &page.items {
            let Some(mapped) = map::user(item, status, run.began) else {
                unreadable += 1;
                continue;
            };
            let hash = key_hash(&mapped.user.key);
            fingerprint = fingerprint.rotate_left(5) ^ hash;
            // Pages may overlap when the list moves under us: the first sight of a user counts.
            if keys.insert(hash) {
                rows.push(listed(mapped, run.began, everybody));
            }
        }
        let count = rows.len();
        let mut writes = vec![SyncWrite::Application(&ZOOM)];
        writes.extend(quarantine(USERS, page.rejected));
        writes.push(SyncWrite::Users(rows));
        run.apply(USERS, count, writes).await?;
        let fingerprint = (!page.items.is_empty()).then_some(fingerprint);
        if !pager.advance(page.next, fingerprint)? {
            break;
        }
    }
    let found = keys.len() as u64;
    let word = status.as_str();
    let short = told
        .filter(|told| *told != found + unreadable as u64)
        .map(|told| format!("Zoom told of {told} {word} users but listed {found}"));
    let unreadable = (unreadable > 0)
        .then(|| format!("{unreadable} records of {word} users could not be understood"));
    Ok(Listing {
        keys,
        short,
        unreadable,
    })
}

fn expect(run: &Run<'_>, total: u64) {
    let total = i64::try_from(total).unwrap_or(i64::MAX);
    run.update(USERS, |state| {
        state.expected = Some(state.expected.unwrap_or(0) + total);
    });
}

/// Whether the settings of unlicensed users are read along with the others, because all together
/// take less than two minutes at the permitted rate.
fn reads_everybody(run: &Run<'_>, total: u64) -> bool {
    let rate = run.medium_per_second();
    #[expect(
        clippy::cast_precision_loss,
        reason = "a count of users is far below 2^52"
    )]
    let seconds = total as f64 / rate.max(0.001);
    seconds <= EVERYBODY_SECONDS
}

/// When a user's settings are to be read: at once for those who hold a licence, after them for
/// everybody in a small account, and spread over the following day in a large one.
fn listed(mapped: map::MappedUser, now: Timestamp, everybody: bool) -> ListedUser {
    let due = match mapped.settings {
        map::SettingsNeed::None => None,
        map::SettingsNeed::Licensed => Some(now),
        map::SettingsNeed::Unlicensed if everybody => Some(now.plus_ms(1)),
        map::SettingsNeed::Unlicensed => {
            let spread = i64::try_from(key_hash(&mapped.user.key) % 86_400_000).unwrap_or(0);
            Some(now.plus_ms(spread))
        }
    };
    ListedUser {
        user: mapped.user,
        details_key: mapped.details_key,
        details_due: due,
    }
}

/// Looks after those who are stored but were not listed.
async fn confirm_absent(run: &Run<'_>, listings: &[Listing]) -> Result<(), Stop> {
    let stream = declared(USERS);
    let generation = run.lease.run;
    let mut after: Option<String> = None;
    let mut looked_up = 0;
    loop {
        let stored = run
            .store
            .user_keys(run.integration.id, after.as_deref(), 5_000)
            .await?;
        let Some((last, _)) = stored.last() else {
            return Ok(());
        };
        after = Some(last.clone());
        let mut removed = Vec::new();
        let mut missing = Vec::new();
        for (key, missing_since) in stored {
            let hash = key_hash(&key);
            if listings.iter().any(|listing| listing.keys.contains(&hash)) {
                continue;
            }
            if missing_since.is_some_and(|since| since != generation) {
                removed.push(key);
            } else if looked_up < CONFIRMED_ONE_BY_ONE {
                looked_up += 1;
                match run.ask(stream, run.client.user(&key)).await? {
                    Err(zoom::Error::NotFound { .. }) => removed.push(key),
                    // Still there: the list moved under us. The next one will show where.
                    Ok(_) => {}
                    Err(_) => missing.push(key),
                }
            } else {
                missing.push(key);
            }
        }
        let at = run.began;
        let mut writes = Vec::new();
        if !removed.is_empty() {
            writes.push(SyncWrite::UsersRemoved { keys: removed, at });
        }
        if !missing.is_empty() {
            writes.push(SyncWrite::UsersMissing {
                keys: missing,
                generation,
            });
        }
        if !writes.is_empty() {
            run.apply(USERS, 0, writes).await?;
        }
    }
}
