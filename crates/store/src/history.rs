//! Reading what users did.

use model::{
    AdminChange, Day, HostedEvent, HostedSummary, IntegrationId, SignIn, SignInKind, SignInMonth,
};

use crate::{Result, Store};

/// Some rows of a long list, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// What to give as `before` for the next page; `None` when this is the last.
    pub next: Option<String>,
}

/// Which sign-ins to show. Empty: all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignInFilter {
    /// Of this address (any case).
    pub email: Option<String>,
    /// On or after this day (UTC).
    pub from: Option<Day>,
    /// On or before this day (UTC).
    pub to: Option<Day>,
    /// Only coming, or only going.
    pub kind: Option<SignInKind>,
}

/// Which administrators' actions to show. Empty: all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AdminChangeFilter {
    /// By this address (any case).
    pub operator: Option<String>,
    /// About this.
    pub category: Option<String>,
    /// With this text (any ASCII case) in the operator, the action or the detail.
    pub q: Option<String>,
}

/// Sign-ins of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignInDay {
    /// The day (UTC).
    pub day: Day,
    /// How many sign-ins.
    pub sign_ins: i64,
    /// How many different people.
    pub people: i64,
}

/// What was hosted on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostedDay {
    /// The day (UTC) on which it began.
    pub day: Day,
    /// Meetings.
    pub meetings: i64,
    /// Webinars.
    pub webinars: i64,
    /// Minutes of both.
    pub minutes: i64,
}

impl Store {
    /// Hands every month of every address with sign-ins to `each`, address by address.
    pub async fn for_each_sign_in_month(
        &self,
        _id: IntegrationId,
        _each: impl FnMut(SignInMonth) + Send,
    ) -> Result<()> {
        todo!()
    }

    /// Hands everything that was hosted and began from `from` to `to` (UTC days, both included) to
    /// `each`, with the host's address (lower case; empty when withheld), in no particular order.
    pub async fn for_each_hosted(
        &self,
        _id: IntegrationId,
        _from: Day,
        _to: Day,
        _each: impl FnMut(&str, HostedSummary) + Send,
    ) -> Result<()> {
        todo!()
    }

    /// Rows of the sign-in log, newest first.
    pub async fn sign_ins(
        &self,
        _id: IntegrationId,
        _filter: &SignInFilter,
        _limit: u32,
        _before: Option<&str>,
    ) -> Result<Page<SignIn>> {
        todo!()
    }

    /// Meetings and webinars, of one host or of all, that began from `from` to `to`, newest first.
    pub async fn events(
        &self,
        _id: IntegrationId,
        _host: Option<&str>,
        _from: Option<Day>,
        _to: Option<Day>,
        _limit: u32,
        _before: Option<&str>,
    ) -> Result<Page<HostedEvent>> {
        todo!()
    }

    /// Rows of the log of administrators' actions, newest first.
    pub async fn admin_changes(
        &self,
        _id: IntegrationId,
        _filter: &AdminChangeFilter,
        _limit: u32,
        _before: Option<&str>,
    ) -> Result<Page<AdminChange>> {
        todo!()
    }

    /// Sign-ins by day; days without any are left out.
    pub async fn sign_ins_per_day(
        &self,
        _id: IntegrationId,
        _from: Day,
        _to: Day,
    ) -> Result<Vec<SignInDay>> {
        todo!()
    }

    /// What was hosted, by day; days without anything are left out.
    pub async fn hosted_per_day(
        &self,
        _id: IntegrationId,
        _from: Day,
        _to: Day,
    ) -> Result<Vec<HostedDay>> {
        todo!()
    }
}
