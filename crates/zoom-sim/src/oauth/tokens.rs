//! Issuing, renewing and revoking tokens.
//!
//! Tokens contain all data for checking them, so that they stay valid over a restart of the simulator;
//! only revoked and replaced ones are stored.

use super::grants::{Access, Family, Grants};
use crate::Sim;
use crate::api::error::Refusal;
use crate::config::RefreshMode;
use serde_json::{Value, json};
use std::sync::{MutexGuard, PoisonError};

const REFRESH_DAYS: i64 = 90;
const ACCESS_SECONDS: i64 = 3600;

fn grants(sim: &Sim) -> MutexGuard<'_, Grants> {
    sim.state
        .grants
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
}

/// The first part of all tokens: `{"alg":"HS256","typ":"JWT"}`.
const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.";

/// A token of three parts, in the form of a JWT.
fn close(sim: &Sim, purpose: &str, access: &Access) -> String {
    format!("{HEADER}{}", sim.state.seal.close(purpose, access))
}

/// Checks the signature of a token and reads it.
fn open(sim: &Sim, purpose: &str, token: &str) -> Option<Access> {
    let rest = token.strip_prefix(HEADER)?;
    sim.state.seal.open(purpose, rest)
}

/// Checks an access token at `now` (milliseconds).
pub(crate) fn access(sim: &Sim, token: &str, now: i64) -> Result<Access, Refusal> {
    let invalid = || Refusal::new(401, 124, "Invalid access token.");
    let access = open(sim, "access", token).ok_or_else(invalid)?;
    let grants = grants(sim);
    if now >= access.exp || access.iat <= grants.expired_until {
        return Err(Refusal::new(401, 124, "Access token is expired."));
    }
    let newest = grants
        .newest
        .get(&access.account)
        .copied()
        .unwrap_or_default();
    let superseded = access.grant != 0 && newest > access.grant;
    let ended = grants
        .families
        .get(&access.grant)
        .is_some_and(|family| family.ended)
        || grants.ended_tokens.contains(&access.serial);
    if superseded || ended || access.account >= sim.state.accounts.len() {
        return Err(invalid());
    }
    Ok(access)
}

/// The body of a refusal of the token endpoint, which always has status 400.
pub(super) fn refused(reason: &str, error: &str) -> Value {
    json!({ "reason": reason, "error": error })
}

fn pair(sim: &Sim, access: Access, refresh: bool) -> Value {
    let faults = sim.faults();
    let only = sim
        .state
        .scopes
        .read()
        .unwrap_or_else(PoisonError::into_inner);
    let kept = |scope: &&String| only.as_ref().is_none_or(|only| only.contains(scope));
    let scope = access
        .scopes
        .iter()
        .filter(kept)
        .cloned()
        .collect::<Vec<_>>()
        .join(" ");
    let life = faults.access_token_seconds.unwrap_or(ACCESS_SECONDS);
    let mut answer = json!({
        "access_token": close(sim, "access", &access),
        "token_type": "bearer",
        "expires_in": life - 1,
        "scope": scope,
        "api_url": faults.forged_api_url.as_deref().unwrap_or(sim.state.base_url()),
    });
    if faults.no_api_url
        && let Some(answer) = answer.as_object_mut()
    {
        answer.remove("api_url");
    }
    if refresh && !faults.no_refresh_token {
        let mut long = access;
        long.exp = long.iat + REFRESH_DAYS * 86_400_000;
        answer["refresh_token"] = close(sim, "refresh", &long).into();
    }
    answer
}

fn life_ms(sim: &Sim) -> i64 {
    sim.faults().access_token_seconds.unwrap_or(ACCESS_SECONDS) * 1000
}

/// Issues a token for a Server-to-Server app; earlier ones stay valid.
pub(super) fn for_app(sim: &Sim, scopes: Vec<String>, now: i64) -> Value {
    let serial = grants(sim).next(now);
    let exp = now + life_ms(sim);
    pair(
        sim,
        Access {
            account: 0,
            user: None,
            scopes,
            grant: 0,
            serial,
            iat: now,
            exp,
        },
        false,
    )
}

/// Issues the first tokens of a new authorisation; earlier authorisations of the account end.
pub(super) fn for_user(
    sim: &Sim,
    account: usize,
    user: u32,
    scopes: Vec<String>,
    now: i64,
) -> Value {
    let (grant, exp) = {
        let mut grants = grants(sim);
        let grant = grants.next(now);
        grants.newest.insert(account, grant);
        grants.families.insert(
            grant,
            Family {
                current: grant,
                ..Family::default()
            },
        );
        (grant, now + life_ms(sim))
    };
    pair(
        sim,
        Access {
            account,
            user: Some(user),
            scopes,
            grant,
            serial: grant,
            iat: now,
            exp,
        },
        true,
    )
}

/// Exchanges a refresh token for new tokens.
pub(super) fn refresh(sim: &Sim, token: &str, now: i64) -> Result<Value, Value> {
    let invalid = || refused("Invalid Token!", "invalid_grant");
    let mode = sim.faults().refresh;
    let mut access = open(sim, "refresh", token).ok_or_else(invalid)?;
    if now >= access.exp {
        return Err(invalid());
    }
    {
        let mut grants = grants(sim);
        let newest = grants
            .newest
            .get(&access.account)
            .copied()
            .unwrap_or_default();
        if newest > access.grant {
            let ended = grants
                .families
                .get(&newest)
                .is_some_and(|family| family.ended);
            let text = "Token has been revoked by a newer authorization. (4,741)";
            return Err(if ended {
                invalid()
            } else {
                refused(text, "invalid_grant")
            });
        }
        let next = grants.next(now);
        // After a restart the first token that is used counts as the current one.
        let fresh = || Family {
            current: access.serial,
            ..Family::default()
        };
        let family = grants.families.entry(access.grant).or_insert_with(fresh);
        if family.ended {
            return Err(invalid());
        }
        if family.current != access.serial {
            let replaced = family.replaced.get(&access.serial).copied();
            match (mode, replaced) {
                (RefreshMode::Grace(seconds), Some(at))
                    if now - at <= i64::from(seconds) * 1000 => {}
                (RefreshMode::FamilyRevocation, _) => {
                    family.ended = true;
                    return Err(invalid());
                }
                _ => return Err(invalid()),
            }
        }
        family.replaced.insert(family.current, now);
        family.current = next;
        access.serial = next;
    }
    access.iat = now;
    access.exp = now + life_ms(sim);
    Ok(pair(sim, access, true))
}

/// Revokes a token; with a user's token, the whole authorisation.
pub(super) fn revoke(sim: &Sim, token: &str) -> bool {
    let opened = open(sim, "access", token).or_else(|| open(sim, "refresh", token));
    let Some(access) = opened else { return false };
    let mut grants = grants(sim);
    if access.grant == 0 {
        grants.ended_tokens.insert(access.serial);
    } else {
        grants.families.entry(access.grant).or_default().ended = true;
    }
    true
}
