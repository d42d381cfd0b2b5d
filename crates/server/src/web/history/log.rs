//! The logs of an integration, newest first: their filters, and how pages and API read them.

use model::{AdminChange, Day, HostedEvent, IntegrationId, SignIn, SignInKind};
use service::parameters;
use service::parameters::{Parameters, Reader};
use store::{AdminChangeFilter, HistoryPage, SignInFilter, Store};

use crate::api::parameters::check_period;
use crate::failure::Failure;

/// The filter of a log.
pub(super) trait Log: Parameters + Default + Send + Sync {
    type Row: Send;

    /// One page of the rows that match.
    fn page(
        &self,
        store: &Store,
        id: IntegrationId,
        limit: u32,
        cursor: Option<&str>,
    ) -> impl Future<Output = store::Result<HistoryPage<Self::Row>>> + Send;

    /// The number of all rows that match; `None` where counting them would take too long.
    fn total(
        &self,
        store: &Store,
        id: IntegrationId,
    ) -> impl Future<Output = store::Result<Option<i64>>> + Send;
}

parameters! {
    /// The filter of sign-ins.
    #[derive(Debug, Default, utoipa::IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct SignInQuery checked by SignInQuery::check {
        /// Of this address only.
        #[param(value_type = Option<String>)]
        pub(super) email: Option<String>,
        /// On or after this day (UTC), `yyyy-mm-dd`.
        #[param(value_type = Option<String>)]
        pub(super) from: Option<Day>,
        /// On or before this day (UTC), `yyyy-mm-dd`.
        #[param(value_type = Option<String>)]
        pub(super) to: Option<Day>,
        /// `in` or `out` only.
        #[param(value_type = Option<String>)]
        pub(super) kind: Option<SignInKind>,
    }
}

impl SignInQuery {
    fn check(&self, reader: &mut Reader<'_>) {
        check_period(self.from, self.to, reader);
    }

    fn filter(&self) -> SignInFilter {
        SignInFilter {
            email: self.email.clone(),
            from: self.from,
            to: self.to,
            kind: self.kind,
        }
    }
}

impl Log for SignInQuery {
    type Row = SignIn;

    async fn page(
        &self,
        store: &Store,
        id: IntegrationId,
        limit: u32,
        cursor: Option<&str>,
    ) -> store::Result<HistoryPage<SignIn>> {
        store.sign_ins(id, &self.filter(), limit, cursor).await
    }

    async fn total(&self, store: &Store, id: IntegrationId) -> store::Result<Option<i64>> {
        store.count_sign_ins(id, &self.filter()).await.map(Some)
    }
}

parameters! {
    /// The filter of meetings and webinars.
    #[derive(Debug, Default, utoipa::IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct MeetingQuery checked by MeetingQuery::check {
        /// Hosted under this address only.
        #[param(value_type = Option<String>)]
        pub(super) host: Option<String>,
        /// Begun on or after this day (UTC), `yyyy-mm-dd`.
        #[param(value_type = Option<String>)]
        pub(super) from: Option<Day>,
        /// Begun on or before this day (UTC), `yyyy-mm-dd`.
        #[param(value_type = Option<String>)]
        pub(super) to: Option<Day>,
    }
}

impl MeetingQuery {
    fn check(&self, reader: &mut Reader<'_>) {
        check_period(self.from, self.to, reader);
    }
}

impl Log for MeetingQuery {
    type Row = HostedEvent;

    async fn page(
        &self,
        store: &Store,
        id: IntegrationId,
        limit: u32,
        cursor: Option<&str>,
    ) -> store::Result<HistoryPage<HostedEvent>> {
        let host = self.host.as_deref();
        store
            .events(id, host, self.from, self.to, limit, cursor)
            .await
    }

    async fn total(&self, _: &Store, _: IntegrationId) -> store::Result<Option<i64>> {
        Ok(None)
    }
}

parameters! {
    /// The filter of administrators' changes.
    #[derive(Debug, Default, utoipa::IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct AdminChangeQuery {
        /// By this address only.
        #[param(value_type = Option<String>)]
        pub(super) operator: Option<String>,
        /// About this only, e.g. `User`.
        #[param(value_type = Option<String>)]
        pub(super) category: Option<String>,
        /// With this text in operator, action or detail.
        #[param(value_type = Option<String>)]
        pub(super) q: Option<String>,
    }
}

impl AdminChangeQuery {
    fn filter(&self) -> AdminChangeFilter {
        AdminChangeFilter {
            operator: self.operator.clone(),
            category: self.category.clone(),
            q: self.q.clone(),
        }
    }
}

impl Log for AdminChangeQuery {
    type Row = AdminChange;

    async fn page(
        &self,
        store: &Store,
        id: IntegrationId,
        limit: u32,
        cursor: Option<&str>,
    ) -> store::Result<HistoryPage<AdminChange>> {
        store.admin_changes(id, &self.filter(), limit, cursor).await
    }

    async fn total(&self, store: &Store, id: IntegrationId) -> store::Result<Option<i64>> {
        store
            .count_admin_changes(id, &self.filter())
            .await
            .map(Some)
    }
}

/// Converts an invalid cursor to an error about the parameter; other errors stay failures.
pub(crate) fn cursor(error: store::Error) -> Failure {
    match error {
        store::Error::Invalid { .. } => Failure::parameter(
            "cursor",
            "is not a cursor of an earlier answer: use `next_cursor` unchanged",
        ),
        other => other.into(),
    }
}
