//! The sizes in which add-ons are sold.

use model::{Holder, Licence};

use super::holders::LicenceHolders;
use crate::roster::Roster;

/// For each size of an add-on the smaller ones that are sold, largest first.
#[derive(Debug)]
pub(crate) struct SmallerSizes(Vec<Vec<(i64, u16)>>);

impl SmallerSizes {
    /// Also numbers the sizes that are sold, because a smaller one may have no holder.
    pub(crate) fn number(roster: &Roster, holders: &mut LicenceHolders<'_>) -> Self {
        for at in 0..holders.licences.len() {
            let licence = holders.licences[at].clone();
            for size in sold(roster, &licence) {
                holders.number(Licence::sized(&licence.family, size), holders.families[at]);
            }
        }
        let of = |licence: &Licence| -> Vec<(i64, u16)> {
            let sizes = sold(roster, licence);
            let fits = |size: &i64| licence.size.is_some_and(|held| *size < held);
            let mut smaller: Vec<(i64, u16)> = sizes
                .filter(fits)
                .filter_map(|size| {
                    let other = Licence::sized(&licence.family, size);
                    let at = holders.licences.iter().position(|known| *known == other)?;
                    Some((size, u16::try_from(at).ok()?))
                })
                .collect();
            smaller.sort_unstable_by_key(|(size, _)| std::cmp::Reverse(*size));
            smaller
        };
        Self(holders.licences.iter().map(of).collect())
    }

    /// Whether a smaller size of a licence is sold.
    pub(crate) fn is_sold(&self, licence: u16) -> bool {
        !self.0[usize::from(licence)].is_empty()
    }

    /// The smallest size below a licence that is large enough for so many people.
    pub(crate) fn fitting(&self, licence: u16, people: i64) -> Option<u16> {
        let smaller = self.0[usize::from(licence)].iter();
        smaller
            .take_while(|(size, _)| *size >= people)
            .last()
            .map(|(_, licence)| *licence)
    }
}

/// The sizes that are sold of a licence's family.
fn sold(roster: &Roster, licence: &Licence) -> impl Iterator<Item = i64> + use<> {
    let family = roster
        .app()
        .licences
        .iter()
        .find(|family| family.key == licence.family);
    let sizes = family.map_or(&[][..], |family| match family.holder {
        Holder::AddOn { sizes, .. } => sizes,
        Holder::Base { .. } => &[],
    });
    sizes.iter().copied()
}
