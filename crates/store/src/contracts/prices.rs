//! The price book: yearly prices of licences that no contract covers, each with its source.

use model::{IntegrationId, Licence, ListPrice, PriceConfidence, Timestamp};
use serde_json::json;

use crate::audit::record;
use crate::db::{Row, args};
use crate::money::read_money;
use crate::revision::bump_revision;
use crate::{Actor, Error, Result, Store, validate};

/// Largest number of prices of one integration.
const PRICES: usize = 500;

fn word(confidence: PriceConfidence) -> &'static str {
    match confidence {
        PriceConfidence::Quoted => "quoted",
        PriceConfidence::Listed => "listed",
        PriceConfidence::Estimated => "estimated",
    }
}

fn read(row: &Row) -> Result<ListPrice> {
    let licence = row.str("licence")?;
    let corrupt = |what: &str| Error::corrupt(format!("{what} of the price of {licence}"));
    Ok(ListPrice {
        licence: Licence::from_key(licence),
        yearly: read_money(row, "yearly_minor", "yearly_currency")?
            .ok_or_else(|| corrupt("amount"))?,
        as_of: row.day("as_of")?,
        source: row.text("source")?,
        confidence: match row.str("confidence")? {
            "quoted" => PriceConfidence::Quoted,
            "listed" => PriceConfidence::Listed,
            "estimated" => PriceConfidence::Estimated,
            _ => return Err(corrupt("confidence")),
        },
    })
}

impl Store {
    /// The price book of an integration, by licence.
    #[crate::boxed]
    pub async fn prices(&self, id: IntegrationId) -> Result<Vec<ListPrice>> {
        self.read()
            .await?
            .all(
                "SELECT licence, yearly_minor, yearly_currency, as_of, source, confidence FROM prices
                 WHERE integration_id = $1 ORDER BY licence",
                args![id],
            )
            .await?
            .iter()
            .map(read)
            .collect()
    }

    /// Sets the price of a licence.
    ///
    /// # Errors
    /// [`Error::Field`], [`Error::NotFound`] when the integration does not exist.
    #[crate::boxed]
    pub async fn set_price(
        &self,
        id: IntegrationId,
        price: &ListPrice,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        validate::licence("licence", &price.licence)?;
        validate::price("amount", price.yearly)?;
        validate::day("as_of", price.as_of)?;
        validate::required_line("source", &price.source, validate::NAME)?;
        let mut tx = self.begin().await?;
        bump_revision(&mut tx, id).await?;
        tx.execute(
            "INSERT INTO prices (integration_id, licence, yearly_minor, yearly_currency, as_of,
               source, confidence)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (integration_id, licence) DO UPDATE SET
               yearly_minor = excluded.yearly_minor, yearly_currency = excluded.yearly_currency,
               as_of = excluded.as_of, source = excluded.source, confidence = excluded.confidence",
            args![
                id,
                price.licence.to_string(),
                price.yearly.minor,
                price.yearly.currency.code(),
                price.as_of,
                &price.source,
                word(price.confidence),
            ],
        )
        .await?;
        let found = tx
            .one(
                "SELECT COUNT(*) AS total FROM prices WHERE integration_id = $1",
                args![id],
            )
            .await?
            .int("total")?;
        validate::count("prices", usize::try_from(found).unwrap_or(0), PRICES)?;
        let detail = json!({
            "licence": price.licence,
            "yearly": price.yearly.decimal(),
            "currency": price.yearly.currency,
            "as_of": price.as_of,
            "source": price.source,
            "confidence": price.confidence,
        });
        let target = format!("integration:{id}");
        record(&mut tx, actor, "price.set", target, &detail, now).await?;
        tx.commit().await
    }

    /// Removes the price of a licence. Returns whether there was one.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the integration does not exist.
    #[crate::boxed]
    pub async fn remove_price(
        &self,
        id: IntegrationId,
        licence: &Licence,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        let mut tx = self.begin().await?;
        bump_revision(&mut tx, id).await?;
        let deleted = tx
            .execute(
                "DELETE FROM prices WHERE integration_id = $1 AND licence = $2",
                args![id, licence.to_string()],
            )
            .await?;
        if deleted == 0 {
            return Ok(false);
        }
        let detail = json!({ "licence": licence });
        let target = format!("integration:{id}");
        record(&mut tx, actor, "price.remove", target, &detail, now).await?;
        tx.commit().await?;
        Ok(true)
    }
}
