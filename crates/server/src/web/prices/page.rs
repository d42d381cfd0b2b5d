//! The price book of an account.

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use model::{Day, Licence, ListPrice, Permission};

use super::api::NewPrice;
use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::{FormBody, QueryString, beside_fields, field_error};
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::response::html;
use crate::response::unprocessable;
use crate::routes::Routes;
use crate::web::contracts::licences::choices;
use crate::web::integration_status::subject;
use ui::pages::prices;
use ui::pages::prices::PriceFields;
use ui::parts::Errors;

pub(crate) fn routes(routes: Routes) -> Routes {
    let decide = Access::Needs(Permission::Decide);
    routes
        .page(
            Method::GET,
            "/i/{id}/prices",
            Access::Needs(Permission::ViewData),
            show,
        )
        .page(Method::POST, "/i/{id}/prices", decide, set)
        .page(Method::POST, "/i/{id}/prices/remove", decide, remove)
}

async fn view(
    app: &App,
    from_path: &IntegrationFromPath,
    typed: PriceFields,
    errors: Errors,
) -> Result<prices::PricesPage, Failure> {
    let id = from_path.integration.id;
    let snapshot = app.context.rosters.at_hand(&from_path.integration).await;
    let book = app.context.store.prices(id).await?;
    let contracts = app.context.store.contracts(id).await?;
    let mut licences = choices(from_path.application, &typed.licence);
    for price in &book {
        let key = price.licence.to_string();
        if !licences.iter().any(|(known, _)| *known == key) {
            licences.push((key, price.licence.label(from_path.application)));
        }
    }
    let rows = licences
        .into_iter()
        .map(|(licence, label)| {
            let own = Licence::from_key(&licence);
            prices::PriceRow {
                price: book.iter().find(|price| price.licence == own).cloned(),
                contract: contracts
                    .iter()
                    .map(|contract| &contract.terms)
                    .find(|terms| terms.licence == own && terms.unit_price.is_some())
                    .map(|terms| terms.name.clone()),
                licence,
                label,
            }
        })
        .collect();
    Ok(prices::PricesPage {
        subject: subject(app, &from_path.integration, snapshot.as_deref()).await?,
        rows,
        typed,
        errors,
    })
}

async fn show(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let licence = pairs.text("licence").unwrap_or_default();
    let wanted = Licence::from_key(licence);
    let prices = app.context.store.prices(from_path.integration.id).await?;
    let there = prices.iter().find(|price| price.licence == wanted);
    let today = app.context.clock.now().day();
    let typed = match there {
        Some(price) => PriceFields {
            licence: licence.to_owned(),
            yearly: price.yearly.decimal(),
            currency: price.yearly.currency.to_string(),
            as_of: price.as_of.to_string(),
            source: price.source.clone(),
            confidence: prices::confidence(price.confidence).0.to_owned(),
        },
        None => PriceFields {
            licence: licence.to_owned(),
            currency: prices
                .first()
                .map_or_else(String::new, |price| price.yearly.currency.to_string()),
            as_of: today.to_string(),
            confidence: "quoted".to_owned(),
            ..PriceFields::default()
        },
    };
    let view = view(&app, &from_path, typed, Errors::default()).await?;
    Ok(html(prices::page(&page_context.shell, &view)))
}

/// The price of the form, or all its validation errors.
fn price(
    from_path: &IntegrationFromPath,
    form: &FormBody,
    today: Day,
) -> Result<ListPrice, Errors> {
    let known = choices(from_path.application, "");
    form.read_with(|reader| {
        let licence = reader.text("licence").unwrap_or_default();
        if !known.iter().any(|(key, _)| key == licence) {
            reader.error("licence", "Choose one of the licences.");
        }
        NewPrice::of(Licence::from_key(licence), today, reader)
    })
    .map_err(beside_fields)
}

async fn set(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let id = from_path.integration.id;
    let typed = PriceFields {
        licence: form.text_or_empty("licence"),
        yearly: form.text_or_empty("amount"),
        currency: form.text_or_empty("currency"),
        as_of: form.text_or_empty("as_of"),
        source: form.text_or_empty("source"),
        confidence: form.text_or_empty("confidence"),
    };
    let errors = match price(&from_path, &form, app.context.clock.now().day()) {
        Ok(price) => {
            let actor = page_context.caller.actor();
            match app
                .context
                .store
                .set_price(id, &price, &actor, app.context.clock.now())
                .await
            {
                Ok(()) => {
                    return Ok(FlashMessage::SettingsSaved.redirect_to(format!("/i/{id}/prices")));
                }
                Err(error) => Errors(vec![field_error(error)?]),
            }
        }
        Err(errors) => errors,
    };
    let view = view(&app, &from_path, typed, errors).await?;
    Ok(unprocessable(prices::page(&page_context.shell, &view)))
}

async fn remove(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let id = from_path.integration.id;
    let licence = Licence::from_key(&form.text_or_empty("licence"));
    app.context
        .store
        .remove_price(
            id,
            &licence,
            &page_context.caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    Ok(FlashMessage::PriceRemoved.redirect_to(format!("/i/{id}/prices")))
}
