//! Contracts: seats, price and term of a purchase.

use model::{
    BillingCycle, Contract, ContractId, ContractTerms, Day, IntegrationId, Licence, Timestamp,
};
use serde_json::json;

use crate::audit::record;
use crate::db::{Arg, Row, Tx, args};
use crate::money::{money_args, read_money};
use crate::numbers::next_number;
use crate::revision::bump_revision;
use crate::{Actor, Error, Result, Store, validate};

/// Largest number of contracts of one integration.
const CONTRACTS: usize = 1_000;
/// Longest term in days: a little more than twenty years.
const TERM_DAYS: i32 = 7_400;

macro_rules! contract_columns {
    () => {
        "integration_id, contract_id, licence, name, quantity, price_minor, price_currency, \
         billing_cycle, starts_on, ends_on, auto_renews, notice_days, minimum, \
         reducible_each_cycle, owner, notes, created_at, updated_at"
    };
}

fn read(row: &Row) -> Result<Contract> {
    let (id, cycle) = (row.int("contract_id")?, row.str("billing_cycle")?);
    Ok(Contract {
        id: ContractId(id),
        integration: IntegrationId(row.int("integration_id")?),
        terms: ContractTerms {
            licence: Licence::from_key(row.str("licence")?),
            name: row.text("name")?,
            quantity: row.int("quantity")?,
            unit_price: read_money(row, "price_minor", "price_currency")?,
            billing_cycle: BillingCycle::from_value(cycle)
                .ok_or_else(|| Error::corrupt(format!("billing cycle of contract {id}")))?,
            starts_on: row.day("starts_on")?,
            ends_on: row.day("ends_on")?,
            auto_renews: row.flag("auto_renews")?,
            notice_days: row.small("notice_days")?,
            minimum: row.int("minimum")?,
            reducible_each_cycle: row.flag("reducible_each_cycle")?,
            owner: row.text("owner")?,
            notes: row.text("notes")?,
        },
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

/// The values of the terms, in the order of the columns in the statements below.
fn terms_args(terms: &ContractTerms) -> Vec<Arg<'_>> {
    let [minor, currency] = money_args(terms.unit_price);
    let mut all = args![terms.licence.to_string(), &terms.name, terms.quantity];
    all.extend([minor, currency]);
    all.extend(args![
        terms.billing_cycle.value(),
        terms.starts_on,
        terms.ends_on,
        terms.auto_renews,
        terms.notice_days,
        terms.minimum,
        terms.reducible_each_cycle,
        &terms.owner,
        &terms.notes,
    ]);
    all
}

/// Everything that is out of range in the terms of a contract: an [`Error::Field`] for each.
#[must_use]
pub fn faults_of_terms(terms: &ContractTerms) -> Vec<Error> {
    checks(terms).into_iter().filter_map(Result::err).collect()
}

/// Validates the terms of a contract.
fn check_terms(terms: &ContractTerms) -> Result<()> {
    checks(terms).into_iter().collect()
}

/// The result of every check of the terms of a contract.
fn checks(terms: &ContractTerms) -> Vec<Result<()>> {
    let price = terms.unit_price;
    let owner = Some(&terms.owner).filter(|owner| !owner.is_empty());
    vec![
        validate::licence("licence", &terms.licence),
        validate::required_line("name", &terms.name, validate::NAME),
        validate::number("quantity", terms.quantity, 0..=validate::SEATS),
        price.map_or(Ok(()), |price| validate::price("unit_price", price)),
        validate::day("starts_on", terms.starts_on),
        validate::day("ends_on", terms.ends_on),
        check_term(terms),
        validate::number("notice_days", terms.notice_days.into(), 0..=3_650),
        validate::number("minimum", terms.minimum, 0..=validate::SEATS),
        check_minimum(terms),
        owner.map_or(Ok(()), |owner| validate::email("owner", owner)),
        validate::text("notes", &terms.notes, validate::PROSE),
    ]
}

fn check_term(terms: &ContractTerms) -> Result<()> {
    let term = terms.ends_on.since(terms.starts_on);
    if term < 0 {
        return Err(Error::field(
            "ends_on",
            format!("is {}, before the start", terms.ends_on),
            format!("use {} or later", terms.starts_on),
        ));
    }
    if term > TERM_DAYS {
        return Err(Error::field(
            "ends_on",
            format!("makes a term of {term} days"),
            "a term is twenty years at most",
        ));
    }
    Ok(())
}

fn check_minimum(terms: &ContractTerms) -> Result<()> {
    if terms.quantity >= 0 && terms.minimum > terms.quantity {
        return Err(Error::field(
            "minimum",
            format!("is {}", terms.minimum),
            format!("use at most the quantity, {}", terms.quantity),
        ));
    }
    Ok(())
}

impl Store {
    /// The contracts of an integration, by number.
    pub async fn contracts(&self, id: IntegrationId) -> Result<Vec<Contract>> {
        self.read()
            .await?
            .all(
                concat!(
                    "SELECT ",
                    contract_columns!(),
                    " FROM contracts WHERE integration_id = $1 ORDER BY contract_id"
                ),
                args![id],
            )
            .await?
            .iter()
            .map(read)
            .collect()
    }

    /// The contracts of all integrations, by end of term.
    pub async fn all_contracts(&self) -> Result<Vec<Contract>> {
        self.read()
            .await?
            .all(
                concat!(
                    "SELECT ",
                    contract_columns!(),
                    " FROM contracts WHERE integration_id IN (
                       SELECT integration_id FROM integrations WHERE erasing = 0)
                     ORDER BY ends_on, integration_id, contract_id"
                ),
                args![],
            )
            .await?
            .iter()
            .map(read)
            .collect()
    }

    pub async fn contract(
        &self,
        id: IntegrationId,
        contract: ContractId,
    ) -> Result<Option<Contract>> {
        self.read()
            .await?
            .optional(
                concat!(
                    "SELECT ",
                    contract_columns!(),
                    " FROM contracts WHERE integration_id = $1 AND contract_id = $2"
                ),
                args![id, contract.0],
            )
            .await?
            .as_ref()
            .map(read)
            .transpose()
    }

    /// Adds a contract.
    ///
    /// # Errors
    /// [`Error::Field`], [`Error::NotFound`] when the integration does not exist.
    pub async fn add_contract(
        &self,
        id: IntegrationId,
        terms: &ContractTerms,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<ContractId> {
        check_terms(terms)?;
        let mut tx = self.begin().await?;
        bump_revision(&mut tx, id).await?;
        let contract = insert(&mut tx, id, terms, now).await?;
        check_contract_limit(&mut tx, id).await?;
        let target = format!("contract:{contract}");
        record(
            &mut tx,
            actor,
            "contract.add",
            target,
            &detail(id, terms),
            now,
        )
        .await?;
        tx.commit().await?;
        Ok(contract)
    }

    /// Adds several contracts, or none of them when one is invalid.
    ///
    /// # Errors
    /// [`Error::Field`] with the entry (`contracts[2].quantity`, counted from 0),
    /// [`Error::NotFound`].
    pub async fn add_contracts(
        &self,
        id: IntegrationId,
        all: &[ContractTerms],
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Vec<ContractId>> {
        validate::count("contracts", all.len(), CONTRACTS)?;
        for (position, terms) in all.iter().enumerate() {
            validate::in_list("contracts", position, check_terms(terms))?;
        }
        let mut tx = self.begin().await?;
        bump_revision(&mut tx, id).await?;
        let mut ids = Vec::with_capacity(all.len());
        for terms in all {
            ids.push(insert(&mut tx, id, terms, now).await?);
        }
        check_contract_limit(&mut tx, id).await?;
        for (contract, terms) in ids.iter().zip(all) {
            let target = format!("contract:{contract}");
            record(
                &mut tx,
                actor,
                "contract.add",
                target,
                &detail(id, terms),
                now,
            )
            .await?;
        }
        tx.commit().await?;
        Ok(ids)
    }

    /// Replaces the terms of a contract. Returns whether the contract exists.
    ///
    /// # Errors
    /// [`Error::Field`], [`Error::NotFound`] when the integration does not exist.
    pub async fn update_contract(
        &self,
        id: IntegrationId,
        contract: ContractId,
        terms: &ContractTerms,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        check_terms(terms)?;
        let mut tx = self.begin().await?;
        bump_revision(&mut tx, id).await?;
        let mut all = args![id, contract.0, now];
        all.extend(terms_args(terms));
        let changed = tx
            .execute(
                "UPDATE contracts SET updated_at = $3, licence = $4, name = $5, quantity = $6,
                   price_minor = $7, price_currency = $8, billing_cycle = $9, starts_on = $10,
                   ends_on = $11, auto_renews = $12, notice_days = $13, minimum = $14,
                   reducible_each_cycle = $15, owner = $16, notes = $17
                 WHERE integration_id = $1 AND contract_id = $2",
                all,
            )
            .await?;
        if changed == 0 {
            return Ok(false);
        }
        let target = format!("contract:{contract}");
        record(
            &mut tx,
            actor,
            "contract.change",
            target,
            &detail(id, terms),
            now,
        )
        .await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Removes a contract with its attachments. Returns whether it existed. Its number is not used
    /// again.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the integration does not exist.
    pub async fn remove_contract(
        &self,
        id: IntegrationId,
        contract: ContractId,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        let mut tx = self.begin().await?;
        bump_revision(&mut tx, id).await?;
        let deleted = tx
            .execute(
                "DELETE FROM contracts WHERE integration_id = $1 AND contract_id = $2",
                args![id, contract.0],
            )
            .await?;
        if deleted == 0 {
            return Ok(false);
        }
        tx.execute(
            "DELETE FROM attachments WHERE integration_id = $1 AND contract_id = $2",
            args![id, contract.0],
        )
        .await?;
        let target = format!("contract:{contract}");
        let detail = json!({ "integration": id });
        record(&mut tx, actor, "contract.remove", target, &detail, now).await?;
        tx.commit().await?;
        Ok(true)
    }
}

async fn insert(
    tx: &mut Tx,
    id: IntegrationId,
    terms: &ContractTerms,
    now: Timestamp,
) -> Result<ContractId> {
    let contract = next_number(tx, "contract").await?;
    let mut all = args![id, contract, now];
    all.extend(terms_args(terms));
    tx.execute(
        "INSERT INTO contracts (integration_id, contract_id, created_at, updated_at, licence, name,
           quantity, price_minor, price_currency, billing_cycle, starts_on, ends_on, auto_renews,
           notice_days, minimum, reducible_each_cycle, owner, notes)
         VALUES ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        all,
    )
    .await?;
    Ok(ContractId(contract))
}

/// Refuses more contracts than an integration can plausibly have.
async fn check_contract_limit(tx: &mut Tx, id: IntegrationId) -> Result<()> {
    let found = tx
        .one(
            "SELECT COUNT(*) AS total FROM contracts WHERE integration_id = $1",
            args![id],
        )
        .await?
        .int("total")?;
    validate::count("contracts", usize::try_from(found).unwrap_or(0), CONTRACTS)
}

fn detail(id: IntegrationId, terms: &ContractTerms) -> serde_json::Value {
    let day = |day: Day| day.to_string();
    json!({
        "integration": id,
        "licence": terms.licence,
        "name": terms.name,
        "quantity": terms.quantity,
        "unit_price": terms.unit_price.map(|price| price.decimal()),
        "currency": terms.unit_price.map(|price| price.currency),
        "billing_cycle": terms.billing_cycle,
        "starts_on": day(terms.starts_on),
        "ends_on": day(terms.ends_on),
        "auto_renews": terms.auto_renews,
        "notice_days": terms.notice_days,
        "minimum": terms.minimum,
    })
}
