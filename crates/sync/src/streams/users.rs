//! The list of users, in one or more listings. Users that are stored but were not listed: see
//! [`super::removals`].

use std::collections::HashSet;

use connector::{DetailsNeed, Error, ErrorKind, ListedUser, PageRequest, Records};
use futures_util::future::try_join_all;
use model::Timestamp;
use store::{RejectedScope, SyncWrite};

use super::hash::{fingerprint, hash};
use super::pager::{NextPage, Pager};
use super::rejects::Rejects;
use super::removals::{Trust, remove_absent};
use crate::run::{Run, Stop};

/// Name of the checkpoint that contains the accepted page size.
const PAGE_SIZE: &str = "page_size";
/// Details of all users are read at once when that takes no longer than this, in seconds.
const ALL_DETAILS_SECONDS: f64 = 120.0;
/// A listing of so many users may differ from its total by one for each of them, because a large list moves
/// while it is read.
const MOVING: u64 = 1_000;

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
    difference: Option<Difference>,
    /// Records of users that could not be placed.
    lost: usize,
    rejects: Rejects,
}

/// A listing that contradicts its total.
struct Difference {
    words: String,
    /// Whether changes during the read explain it.
    small: bool,
}

impl Difference {
    /// The difference between a reported total and the number of records that were found.
    fn of(run: &Run<'_>, name: &str, total: u64, found: u64) -> Option<Self> {
        let difference = total.abs_diff(found);
        let application = run.application_name();
        (difference > 0).then(|| Self {
            words: format!("{application} reported {total} {name} users but listed {found}"),
            small: difference <= total / MOVING,
        })
    }
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
    let mut lists = try_join_all(lists).await?;
    let mut rejects = Rejects::default();
    for listed in &mut lists {
        rejects.merge(std::mem::take(&mut listed.rejects));
    }
    let found = rejects.write(run, stream, RejectedScope::Whole, run.began);
    run.apply(stream, 0, vec![found]).await?;
    let reason_text = |doubt: &str| {
        format!("{doubt}. What was listed is stored; no user is removed because of this list.")
    };
    let differences = || lists.iter().filter_map(|listed| listed.difference.as_ref());
    if let Some(difference) = differences().find(|difference| !difference.small) {
        return Err(Stop::Problem(Error::failed(reason_text(&difference.words))));
    }
    let lost: usize = lists.iter().map(|listed| listed.lost).sum();
    let doubt = match differences().next() {
        Some(difference) => Some(difference.words.clone()),
        None if lost == 1 => Some("1 record of a user could not be understood".to_owned()),
        None if lost > 1 => Some(format!("{lost} records of users could not be understood")),
        None => None,
    };
    let keys: Vec<HashSet<u64>> = lists.into_iter().map(|listed| listed.keys).collect();
    let trust = doubt.map_or(Trust::Full, Trust::Doubt);
    remove_absent(run, stream, &keys, trust).await
}

async fn list(run: &Run<'_>, listing: Listing) -> Result<Listed, Stop> {
    let Listing { stream, name, .. } = listing;
    let mut size = page_size(run, listing).await?;
    let mut pager = Pager::default();
    let mut keys = HashSet::new();
    let mut reported_total: Option<u64> = None;
    let mut lost = 0;
    let mut rejects = Rejects::default();
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
            NextPage::Page(page) => page,
            NextPage::Restart => {
                keys.clear();
                lost = 0;
                rejects = Rejects::default();
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
        lost += page.lost();
        rejects.add(page.rejected, None);
        let fingerprint = fingerprint(&page.records);
        let Records::Users(users) = page.records else {
            break;
        };
        let mut writes = vec![SyncWrite::Application(run.connector.application())];
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
    let found = keys.len() as u64 + lost as u64;
    let difference = reported_total.and_then(|total| Difference::of(run, name, total, found));
    Ok(Listed {
        keys,
        difference,
        lost,
        rejects,
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
