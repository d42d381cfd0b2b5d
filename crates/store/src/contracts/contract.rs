//! Contracts: seats, price and term of a purchase.

use model::{Contract, ContractId, ContractTerms, IntegrationId, Timestamp, join_orders};
use serde_json::json;
use sqlx::AssertSqlSafe;

use super::fields::{check_terms, columns, detail, read_terms, terms_args};
use crate::audit::record;
use crate::db::{Row, Tx, args};
use crate::numbers::next_number;
use crate::revision::bump_revision;
use crate::{Actor, Error, Result, Store, validate};

/// Largest number of contracts of one integration.
const CONTRACTS: usize = 1_000;

fn read(row: &Row) -> Result<Contract> {
    Ok(Contract {
        id: ContractId(row.int("contract_id")?),
        integration: IntegrationId(row.int("integration_id")?),
        terms: read_terms(row)?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

/// The statement that reads contracts; `rest` has its conditions and the order.
fn select(rest: &str) -> AssertSqlSafe<String> {
    let columns = columns().join(", ");
    AssertSqlSafe(format!(
        "SELECT integration_id, contract_id, created_at, updated_at, {columns} FROM contracts {rest}"
    ))
}

/// Contracts with the terms of the first ones of their orders.
fn joined(mut contracts: Vec<Contract>) -> Vec<Contract> {
    join_orders(&mut contracts);
    contracts
}

impl Store {
    /// The contracts of an integration, by number.
    #[crate::boxed]
    pub async fn contracts(&self, id: IntegrationId) -> Result<Vec<Contract>> {
        self.read()
            .await?
            .all(
                select("WHERE integration_id = $1 ORDER BY contract_id"),
                args![id],
            )
            .await?
            .iter()
            .map(read)
            .collect::<Result<_>>()
            .map(joined)
    }

    /// The contracts of all integrations, by end of term.
    #[crate::boxed]
    pub async fn all_contracts(&self) -> Result<Vec<Contract>> {
        self.read()
            .await?
            .all(
                select(
                    "WHERE integration_id IN (
                       SELECT integration_id FROM integrations WHERE erasing = 0)
                     ORDER BY ends_on, integration_id, contract_id",
                ),
                args![],
            )
            .await?
            .iter()
            .map(read)
            .collect::<Result<_>>()
            .map(joined)
    }

    /// A contract of an integration.
    #[crate::boxed]
    pub async fn contract(
        &self,
        id: IntegrationId,
        contract: ContractId,
    ) -> Result<Option<Contract>> {
        // All contracts are read, because the terms of an addendum depend on the first one of its order.
        let all = self.contracts(id).await?;
        Ok(all.into_iter().find(|found| found.id == contract))
    }

    /// Adds a contract.
    ///
    /// # Errors
    /// [`Error::Field`], [`Error::NotFound`] when the integration does not exist.
    #[crate::boxed]
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
    #[crate::boxed]
    pub async fn add_contracts(
        &self,
        id: IntegrationId,
        all: &[ContractTerms],
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Vec<ContractId>> {
        let entries: Vec<_> = all.iter().map(|terms| (None, terms.clone())).collect();
        self.import_contracts(id, &entries, actor, now).await
    }

    /// Adds the contracts of a file, and gives new terms to those that an entry names. All of it is done, or
    /// nothing when an entry is invalid.
    ///
    /// # Errors
    /// [`Error::Field`] with the entry (`contracts[2].quantity`, counted from 0),
    /// [`Error::NotFound`] when the integration, or a contract that is to be changed, does
    /// not exist.
    #[crate::boxed]
    pub async fn import_contracts(
        &self,
        id: IntegrationId,
        entries: &[(Option<ContractId>, ContractTerms)],
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Vec<ContractId>> {
        validate::count("contracts", entries.len(), CONTRACTS)?;
        for (position, (_, terms)) in entries.iter().enumerate() {
            validate::in_list("contracts", position, check_terms(terms))?;
        }
        let mut tx = self.begin().await?;
        bump_revision(&mut tx, id).await?;
        let mut ids = Vec::with_capacity(entries.len());
        for (replaces, terms) in entries {
            ids.push(match replaces {
                None => insert(&mut tx, id, terms, now).await?,
                Some(contract) => {
                    if !replace(&mut tx, id, *contract, terms, now).await? {
                        return Err(Error::not_found("contract"));
                    }
                    *contract
                }
            });
        }
        check_contract_limit(&mut tx, id).await?;
        for (contract, (replaces, terms)) in ids.iter().zip(entries) {
            let action = match replaces {
                None => "contract.add",
                Some(_) => "contract.change",
            };
            let target = format!("contract:{contract}");
            record(&mut tx, actor, action, target, &detail(id, terms), now).await?;
        }
        tx.commit().await?;
        Ok(ids)
    }

    /// Replaces the terms of a contract. Returns whether the contract exists.
    ///
    /// # Errors
    /// [`Error::Field`], [`Error::NotFound`] when the integration does not exist.
    #[crate::boxed]
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
        if !replace(&mut tx, id, contract, terms, now).await? {
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
    #[crate::boxed]
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
    let columns = columns();
    let values: Vec<String> = (4..).take(columns.len()).map(|n| format!("${n}")).collect();
    let sql = format!(
        "INSERT INTO contracts (integration_id, contract_id, created_at, updated_at, {})
         VALUES ($1, $2, $3, $3, {})",
        columns.join(", "),
        values.join(", ")
    );
    tx.execute(AssertSqlSafe(sql), all).await?;
    Ok(ContractId(contract))
}

/// Gives a contract new terms. Returns whether it exists.
async fn replace(
    tx: &mut Tx,
    id: IntegrationId,
    contract: ContractId,
    terms: &ContractTerms,
    now: Timestamp,
) -> Result<bool> {
    let mut all = args![id, contract.0, now];
    all.extend(terms_args(terms));
    let assignments: Vec<String> = columns()
        .iter()
        .zip(4..)
        .map(|(column, number)| format!("{column} = ${number}"))
        .collect();
    let sql = format!(
        "UPDATE contracts SET updated_at = $3, {}
         WHERE integration_id = $1 AND contract_id = $2",
        assignments.join(", ")
    );
    Ok(tx.execute(AssertSqlSafe(sql), all).await? > 0)
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
