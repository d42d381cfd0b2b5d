//! The price book: prices for licences without a contract.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use model::{Currency, Day, Licence, ListPrice, Money, Permission, PriceConfidence};
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::access::Access;
use crate::api::List;
use crate::api::body::JsonBody;
use crate::api::parameters::Query;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::integration_from_path::IntegrationFromPath;
use crate::response::removed;
use crate::routes::Routes;
use crate::session::Caller;
use service::parameters;
use service::parameters::{FromParameter, Parameters as _, Reader, required};

pub(crate) fn routes(routes: Routes) -> Routes {
    let may_view = Access::Needs(Permission::ViewData);
    let may_decide = Access::Needs(Permission::Decide);
    routes
        .operation(may_view, routes!(prices))
        .operation(may_decide, routes!(set_price))
        .operation(may_decide, routes!(remove_price))
}

/// The price book: prices for licences without a contract.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/prices", operation_id = "listPrices", tag = "contracts",
    params(("id" = String, Path, description = "Number of the integration.")),
    responses((status = 200, description = "All prices.", body = List<ListPrice>))
)]
pub(crate) async fn prices(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    _: Query<()>,
) -> Result<Json<List<ListPrice>>, Failure> {
    let prices = app.context.store.prices(from_path.integration.id).await?;
    Ok(Json(List::whole(prices)))
}

parameters! {
    /// A price to set for a licence.
    #[derive(ToSchema)]
    pub(crate) struct NewPrice checked by NewPrice::check {
        /// Price of one seat for a year, such as `149.90`.
        #[schema(value_type = String)]
        amount: PriceText,
        /// ISO 4217 code of the currency.
        #[schema(value_type = String)]
        currency: Currency,
        /// The day on which the price was valid, `yyyy-mm-dd`; today when not given.
        #[schema(value_type = Option<String>)]
        as_of: Option<Day>,
        /// The origin of the price.
        #[schema(value_type = String)]
        source: PriceSource,
        /// `quoted`, `listed` or `estimated`.
        #[schema(value_type = String)]
        confidence: Confidence,
    }
}

impl NewPrice {
    fn check(&self, reader: &mut Reader<'_>) {
        if let Err(message) = self.yearly() {
            reader.error("amount", message);
        }
    }

    fn yearly(&self) -> Result<Money, String> {
        Money::parse(&self.amount.0, self.currency).map_err(|error| error.to_string())
    }

    /// Reads the price of a licence: the same for the page and the API.
    pub(super) fn of(licence: Licence, today: Day, reader: &mut Reader<'_>) -> Option<ListPrice> {
        let new = Self::read(reader);
        // The amount is checked although another field is wrong.
        let currency = reader.text("currency").map(str::parse::<Currency>);
        if new.is_none()
            && !reader.is_wrong("amount")
            && let (Some(amount), Some(Ok(currency))) = (reader.text("amount"), currency)
            && let Err(error) = Money::parse(amount, currency)
        {
            reader.error("amount", error.to_string());
        }
        let new = new?;
        Some(ListPrice {
            licence,
            yearly: new.yearly().ok()?,
            as_of: new.as_of.unwrap_or(today),
            source: new.source.0,
            confidence: new.confidence.0,
        })
    }
}

/// A price before its currency is known, because the currency determines the decimals.
pub(crate) struct PriceText(String);

impl FromParameter for PriceText {
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>> {
        required(values, || "the price of a seat and year".to_owned()).map(Self)
    }
}

/// The origin of a price.
pub(crate) struct PriceSource(String);

impl FromParameter for PriceSource {
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>> {
        required(values, || "the origin of the price".to_owned()).map(Self)
    }
}

/// How sure a price is.
pub(crate) struct Confidence(PriceConfidence);

impl FromParameter for Confidence {
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>> {
        match values.first().copied().unwrap_or_default() {
            "quoted" => Ok(Self(PriceConfidence::Quoted)),
            "listed" => Ok(Self(PriceConfidence::Listed)),
            "estimated" => Ok(Self(PriceConfidence::Estimated)),
            other => Err(vec![format!(
                "`{other}` is not `quoted`, `listed` or `estimated`"
            )]),
        }
    }
}

/// Sets the price of a licence.
#[utoipa::path(
    put, path = "/api/v1/integrations/{id}/prices/{licence}", operation_id = "setPrice", tag = "contracts",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ("licence" = String, Path, description = "The licence, such as `webinar_500`."),
    ),
    request_body = NewPrice,
    responses((status = 200, description = "The price as it is now.", body = ListPrice))
)]
pub(crate) async fn set_price(
    State(app): State<SharedApp>,
    caller: Caller,
    from_path: IntegrationFromPath,
    Path((_, licence)): Path<(String, String)>,
    body: JsonBody,
) -> Result<Json<ListPrice>, Failure> {
    let (licence, today) = (Licence::from_key(&licence), app.context.clock.now().day());
    let price = body.read_with(&[], |reader| NewPrice::of(licence, today, reader))?;
    app.context
        .store
        .set_price(
            from_path.integration.id,
            &price,
            &caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    Ok(Json(price))
}

/// Removes the price of a licence.
#[utoipa::path(
    delete, path = "/api/v1/integrations/{id}/prices/{licence}", operation_id = "removePrice", tag = "contracts",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ("licence" = String, Path, description = "The licence."),
    ),
    responses((status = 204, description = "It is removed."))
)]
pub(crate) async fn remove_price(
    State(app): State<SharedApp>,
    caller: Caller,
    from_path: IntegrationFromPath,
    Path((_, licence)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let there = app
        .context
        .store
        .remove_price(
            from_path.integration.id,
            &Licence::from_key(&licence),
            &caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    removed(there, "price")
}
