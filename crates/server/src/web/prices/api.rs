//! The price book: prices for licences without a contract.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use model::{Currency, Day, Licence, ListPrice, Money, Permission, PriceConfidence};
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::access::Access;
use crate::api::List;
use crate::api::parameters::{
    Body, FromParameter, ParameterValue, Query, Reader, parameters, required,
};
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::integration_from_path::IntegrationFromPath;
use crate::routes::Routes;
use crate::session::Caller;

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
        source: String,
        /// `quoted`, `listed` or `estimated`.
        #[schema(value_type = String)]
        confidence: PriceConfidence,
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
}

/// A price before its currency is known, because the currency determines the decimals.
pub(crate) struct PriceText(String);

impl FromParameter for PriceText {
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>> {
        required(values, || "the price of a seat and year".to_owned()).map(Self)
    }
}

impl FromParameter for Currency {
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>> {
        required(values, || "a three-letter code such as EUR".to_owned())
    }
}

impl ParameterValue for Currency {
    fn parse(text: &str) -> Result<Self, String> {
        text.parse()
            .map_err(|error: <Self as std::str::FromStr>::Err| error.to_string())
    }
}

impl FromParameter for PriceConfidence {
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>> {
        match values.first().copied().unwrap_or_default() {
            "quoted" => Ok(Self::Quoted),
            "listed" => Ok(Self::Listed),
            "estimated" => Ok(Self::Estimated),
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
    Body(new): Body<NewPrice>,
) -> Result<Json<ListPrice>, Failure> {
    let yearly = new
        .yearly()
        .map_err(|message| Failure::parameter("amount", message))?;
    let price = ListPrice {
        licence: Licence::from_key(&licence),
        yearly,
        as_of: new.as_of.unwrap_or_else(|| app.context.clock.now().day()),
        source: new.source,
        confidence: new.confidence,
    };
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
    if there {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Failure::not_found("price"))
    }
}
