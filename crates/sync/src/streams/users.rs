//! The list of users, in one or more listings. A user counts as gone only when all listings were read to
//! their ends and agree with the totals that the application reported, and then only after the
//! application confirmed it for that user, or a second complete listing did.

use std::collections::HashSet;

use connector::{DetailsNeed, Error, ErrorKind, ListedUser, PageRequest, Records};
use futures_util::future::try_join_all;
use model::Timestamp;
use store::SyncWrite;

use super::hash::{fingerprint, hash};
use super::pager::{Pager, Turn};
use super::records::quarantine;
use crate::run::{Run, Stop};

/// Name of the checkpoint that contains the accepted page size.
const PAGE_SIZE: &str = "page_size";
/// How many absent users are looked up one by one; the others wait for a second listing.
const CONFIRMED_ONE_BY_ONE: usize = 50;
/// Details of all users are read at once when that takes no longer than this, in seconds.
const ALL_DETAILS_SECONDS: f64 = 120.0;
/// Keys of stored users per look at the database.
const BATCH: u32 = 5_000;

/// One listing of the list of users.
#[derive(Clone, Copy)]
struct Listing {
    stream: &'static str,
    part: usize,
    name: &'static str,
    page_sizes: &'static [u32],
}

/// One listing, read to its end.
struct Listed {
    keys: HashSet<u64>,
    /// Its number of users differs from the total that the application reported.
    short: Option<String>,
    /// Some of its records could not be understood.
    unreadable: Option<String>,
}

pub(super) async fn read(
    run: &Run<'_>,
    stream: &'static str,
    names: &'static [&'static str],
    page_sizes: &'static [u32],
) -> Result<(), Stop> {
    run.update(stream, |state| state.expected = None);
    let lists = names.iter().enumerate().map(|(part, &name)| {
        let listing = Listing {
            stream,
            part,
            name,
            page_sizes,
        };
        list(run, listing)
    });
    let lists = try_join_all(lists).await?;
    let reason_text = |doubt: &str| {
        format!("{doubt}. What was listed is stored; nobody is taken for gone on this list.")
    };
    if let Some(doubt) = lists.iter().find_map(|listed| listed.short.as_deref()) {
        return Err(Stop::Problem(Error::failed(reason_text(doubt))));
    }
    if let Some(doubt) = lists.iter().find_map(|listed| listed.unreadable.as_deref()) {
        // All other users are known as well as before.
        tracing::warn!(integration = %run.integration.id, %doubt, "no user is taken for gone");
        run.update(stream, |state| state.reason = Some(reason_text(doubt)));
        return Ok(());
    }
    confirm_absent(run, stream, &lists).await
}

async fn list(run: &Run<'_>, listing: Listing) -> Result<Listed, Stop> {
    let Listing { stream, name, .. } = listing;
    let mut size = page_size(run, listing).await?;
    let mut pager = Pager::default();
    let mut keys = HashSet::new();
    let mut reported_total: Option<u64> = None;
    let mut unreadable = 0;
    let mut all_details = false;
    loop {
        let request = PageRequest {
            stream,
            part: listing.part,
            window: None,
            page_size: size,
            cursor: pager.cursor(),
            began: run.began,
        };
        let answer = run.page(&request).await?;
        let refused = matches!(&answer, Err(error) if error.kind == ErrorKind::Invalid);
        if refused
            && pager.cursor().is_none()
            && let Some(smaller) = next_smaller(listing.page_sizes, size)
        {
            size = Some(smaller);
            let checkpoint = SyncWrite::Checkpoint {
                stream,
                key: PAGE_SIZE.to_owned(),
                value: Some(smaller.to_string()),
            };
            run.apply(stream, 0, vec![checkpoint]).await?;
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
            if reported_total.is_none() {
                expect(run, stream, total);
                all_details = reads_all_details(run, total);
            }
            reported_total = Some(total);
        }
        unreadable += page.unreadable();
        let fingerprint = fingerprint(&page.records);
        let Records::Users(users) = page.records else {
            break;
        };
        let mut writes = vec![SyncWrite::Application(run.connector.application())];
        writes.extend(quarantine(stream, page.rejected));
        // Pages may overlap when users come and go meanwhile: the first record of a user counts.
        let rows: Vec<_> = users
            .into_iter()
            .filter(|listed| keys.insert(hash(&listed.user.key)))
            .map(|listed| to_store(listed, run.began, all_details))
            .collect();
        let count = rows.len();
        writes.push(SyncWrite::Users(rows));
        run.apply(stream, count, writes).await?;
        if !pager.advance(run.application_name(), page.next, fingerprint)? {
            break;
        }
    }
    let listed = keys.len() as u64;
    let application = run.application_name();
    let short = reported_total
        .filter(|total| *total != listed + unreadable as u64)
        .map(|total| format!("{application} reported {total} {name} users but listed {listed}"));
    let unreadable = (unreadable > 0)
        .then(|| format!("{unreadable} records of {name} users could not be understood"));
    Ok(Listed {
        keys,
        short,
        unreadable,
    })
}

/// The page size that was accepted before, or else the largest one.
async fn page_size(run: &Run<'_>, listing: Listing) -> Result<Option<u32>, Stop> {
    let known = run
        .store
        .checkpoint(run.integration.id, listing.stream, PAGE_SIZE)
        .await?
        .and_then(|text| text.parse().ok());
    Ok(known.or_else(|| listing.page_sizes.first().copied()))
}

fn next_smaller(sizes: &[u32], size: Option<u32>) -> Option<u32> {
    sizes
        .iter()
        .copied()
        .find(|next| size.is_none_or(|size| *next < size))
}

fn expect(run: &Run<'_>, stream: &'static str, total: u64) {
    let total = i64::try_from(total).unwrap_or(i64::MAX);
    run.update(stream, |state| {
        state.expected = Some(state.expected.unwrap_or(0) + total);
    });
}

/// Whether the details of unlicensed users are read along with the others, because all together take
/// less than two minutes at the permitted rate.
fn reads_all_details(run: &Run<'_>, total: u64) -> bool {
    let rate = run.session.details_per_second();
    #[expect(
        clippy::cast_precision_loss,
        reason = "a count of users is far below 2^52"
    )]
    let seconds = total as f64 / rate.max(0.001);
    seconds <= ALL_DETAILS_SECONDS
}

/// A listed user, with when the details are to be read: at once for holders of a licence, after them for
/// all others in a small account, and spread over the following day in a large one.
fn to_store(listed: ListedUser, now: Timestamp, all_details: bool) -> store::ListedUser {
    let due = match listed.details {
        DetailsNeed::Never => None,
        DetailsNeed::Soon => Some(now),
        DetailsNeed::Later if all_details => Some(now.plus_ms(1)),
        DetailsNeed::Later => {
            let spread = i64::try_from(hash(&listed.user.key) % 86_400_000).unwrap_or(0);
            Some(now.plus_ms(spread))
        }
    };
    store::ListedUser {
        user: listed.user,
        details_key: listed.details_key,
        details_due: due,
    }
}

/// Looks for users that are stored but were not listed.
async fn confirm_absent(run: &Run<'_>, stream: &'static str, lists: &[Listed]) -> Result<(), Stop> {
    let generation = run.lease.run;
    let mut after: Option<String> = None;
    let mut looked_up = 0;
    loop {
        let stored = run
            .store
            .user_keys(run.integration.id, after.as_deref(), BATCH)
            .await?;
        let Some((last, _)) = stored.last() else {
            return Ok(());
        };
        after = Some(last.clone());
        let mut removed = Vec::new();
        let mut missing = Vec::new();
        for (key, missing_since) in stored {
            let hash = hash(&key);
            if lists.iter().any(|listed| listed.keys.contains(&hash)) {
                continue;
            }
            if missing_since.is_some_and(|since| since != generation) {
                removed.push(key);
            } else if looked_up < CONFIRMED_ONE_BY_ONE {
                looked_up += 1;
                match run.ask(stream, run.session.has_user(&key)).await? {
                    Ok(false) => removed.push(key),
                    // Still there, because the list changed meanwhile. The next one will show where.
                    Ok(true) => {}
                    Err(_) => missing.push(key),
                }
            } else {
                missing.push(key);
            }
        }
        let mut writes = Vec::new();
        if !removed.is_empty() {
            writes.push(SyncWrite::UsersRemoved {
                keys: removed,
                at: run.began,
            });
        }
        if !missing.is_empty() {
            writes.push(SyncWrite::UsersMissing {
                keys: missing,
                generation,
            });
        }
        if !writes.is_empty() {
            run.apply(stream, 0, writes).await?;
        }
    }
}
