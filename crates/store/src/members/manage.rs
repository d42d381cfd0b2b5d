//! The organisation and its members: adding and changing them.

use model::{MemberId, Role, Timestamp};
use serde_json::json;

use super::setup_codes;
use super::types::{Member, NewMember, Organisation, member_columns};
use crate::audit::record;
use crate::db::{Tx, args};
use crate::numbers::next_number;
use crate::{Actor, Error, Result, Store};

/// The key by which addresses are compared, because their case does not matter.
fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

impl Store {
    /// The organisation; `None` before there is an owner.
    #[crate::boxed]
    pub async fn organisation(&self) -> Result<Option<Organisation>> {
        let row = self
            .read()
            .await?
            .optional(
                "SELECT organisation_id, name, inactive_days, created_at FROM organisations
                 WHERE organisation_id = 1",
                args![],
            )
            .await?;
        row.map(|row| {
            Ok(Organisation {
                id: row.int("organisation_id")?,
                name: row.text("name")?,
                inactive_days: row.small("inactive_days")?,
                created_at: row.time("created_at")?,
            })
        })
        .transpose()
    }

    /// Sets the number of days without activity after which a user counts as inactive by default.
    ///
    /// # Errors
    /// [`Error::NotFound`] before there is an owner.
    #[crate::boxed]
    pub async fn set_inactive_days(&self, days: i32, actor: &Actor, now: Timestamp) -> Result<()> {
        let mut tx = self.begin().await?;
        let changed = tx
            .execute(
                "UPDATE organisations SET inactive_days = $1 WHERE organisation_id = 1",
                args![days],
            )
            .await?;
        if changed == 0 {
            return Err(Error::not_found("organisation"));
        }
        let detail = json!({ "inactive_days": days });
        record(
            &mut tx,
            actor,
            "organisation.change",
            "organisation:1",
            &detail,
            now,
        )
        .await?;
        tx.commit().await
    }

    /// Creates the organisation with its first owner.
    ///
    /// # Errors
    /// [`Error::Conflict`] when there is an owner already.
    #[crate::boxed]
    pub async fn create_owner(
        &self,
        organisation: &str,
        owner: NewMember,
        now: Timestamp,
    ) -> Result<Member> {
        let mut tx = self.begin().await?;
        let made = tx
            .execute(
                "INSERT INTO organisations (organisation_id, name, inactive_days, created_at)
                 VALUES (1, $1, $2, $3) ON CONFLICT (organisation_id) DO NOTHING",
                args![organisation, DEFAULT_INACTIVE_DAYS, now],
            )
            .await?;
        if made == 0 {
            return Err(Error::conflict("there is an owner already"));
        }
        setup_codes::delete_all(&mut tx).await?;
        let member = insert_member(&mut tx, owner, Role::Owner, now).await?;
        let target = format!("member:{}", member.id);
        let detail = json!({ "email": member.email, "role": member.role.value() });
        record(
            &mut tx,
            &Actor::System,
            "member.create_owner",
            target,
            &detail,
            now,
        )
        .await?;
        tx.commit().await?;
        Ok(member)
    }

    #[crate::boxed]
    pub async fn members(&self) -> Result<Vec<Member>> {
        self.read()
            .await?
            .all(
                concat!(
                    "SELECT ",
                    member_columns!(),
                    " FROM members m WHERE m.organisation_id = 1 ORDER BY m.member_id"
                ),
                args![],
            )
            .await?
            .iter()
            .map(Member::read)
            .collect()
    }

    #[crate::boxed]
    pub async fn member(&self, id: MemberId) -> Result<Option<Member>> {
        self.read()
            .await?
            .optional(
                concat!(
                    "SELECT ",
                    member_columns!(),
                    " FROM members m WHERE m.organisation_id = 1 AND m.member_id = $1"
                ),
                args![id],
            )
            .await?
            .as_ref()
            .map(Member::read)
            .transpose()
    }

    /// The member with this address (in any case) and the hash of the password.
    #[crate::boxed]
    pub async fn member_by_email(&self, email: &str) -> Result<Option<(Member, String)>> {
        let row = self
            .read()
            .await?
            .optional(
                concat!(
                    "SELECT ",
                    member_columns!(),
                    ", m.password_hash FROM members m
                     WHERE m.organisation_id = 1 AND m.email_key = $1"
                ),
                args![email_key(email)],
            )
            .await?;
        row.map(|row| Ok((Member::read(&row)?, row.text("password_hash")?)))
            .transpose()
    }

    /// Adds a member.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the address is taken.
    #[crate::boxed]
    pub async fn add_member(
        &self,
        member: NewMember,
        role: Role,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Member> {
        let mut tx = self.begin().await?;
        let member = insert_member(&mut tx, member, role, now).await?;
        let target = format!("member:{}", member.id);
        let detail = json!({ "email": member.email, "role": role.value() });
        record(&mut tx, actor, "member.add", target, &detail, now).await?;
        tx.commit().await?;
        Ok(member)
    }

    /// Changes the role of a member and ends the member's sessions.
    ///
    /// # Errors
    /// [`Error::Conflict`] when no enabled owner would be left, [`Error::NotFound`].
    #[crate::boxed]
    pub async fn set_member_role(
        &self,
        id: MemberId,
        role: Role,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        let mut tx = self.begin().await?;
        let changed = tx
            .execute(
                "UPDATE members SET role = $1 WHERE organisation_id = 1 AND member_id = $2",
                args![role.value(), id],
            )
            .await?;
        let detail = json!({ "role": role.value() });
        finish_change(tx, id, changed, actor, "member.set_role", &detail, now).await
    }

    /// Disables or enables a member and ends the member's sessions.
    ///
    /// # Errors
    /// [`Error::Conflict`] when no enabled owner would be left, [`Error::NotFound`].
    #[crate::boxed]
    pub async fn set_member_disabled(
        &self,
        id: MemberId,
        disabled: bool,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        let mut tx = self.begin().await?;
        let changed = tx
            .execute(
                "UPDATE members SET disabled = $1 WHERE organisation_id = 1 AND member_id = $2",
                args![disabled, id],
            )
            .await?;
        let action = if disabled {
            "member.disable"
        } else {
            "member.enable"
        };
        finish_change(tx, id, changed, actor, action, &json!({}), now).await
    }

    /// Sets the hash of a member's password and ends the member's sessions.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    #[crate::boxed]
    pub async fn set_password(
        &self,
        id: MemberId,
        password_hash: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        let mut tx = self.begin().await?;
        let changed = tx
            .execute(
                "UPDATE members SET password_hash = $1
                 WHERE organisation_id = 1 AND member_id = $2",
                args![password_hash, id],
            )
            .await?;
        finish_change(
            tx,
            id,
            changed,
            actor,
            "member.set_password",
            &json!({}),
            now,
        )
        .await
    }
}

const DEFAULT_INACTIVE_DAYS: i32 = 30;

async fn insert_member(tx: &mut Tx, new: NewMember, role: Role, now: Timestamp) -> Result<Member> {
    let id = next_number(tx, "member").await?;
    let added = tx
        .execute(
            "INSERT INTO members (organisation_id, member_id, email, email_key, name, role,
               password_hash, disabled, created_at)
             VALUES (1, $1, $2, $3, $4, $5, $6, 0, $7)
             ON CONFLICT (organisation_id, email_key) DO NOTHING",
            args![
                id,
                &new.email,
                email_key(&new.email),
                &new.name,
                role.value(),
                &new.password_hash,
                now
            ],
        )
        .await?;
    if added == 0 {
        return Err(Error::conflict(format!(
            "{} is a member already",
            new.email
        )));
    }
    Ok(Member {
        id: MemberId(id),
        email: new.email,
        name: new.name,
        role,
        disabled: false,
        created_at: now,
        last_sign_in: None,
    })
}

/// Adds the audit entry of a change of a member, makes sure that an owner is left, ends the
/// sessions and commits.
async fn finish_change(
    mut tx: Tx,
    id: MemberId,
    changed: u64,
    actor: &Actor,
    action: &str,
    detail: &serde_json::Value,
    now: Timestamp,
) -> Result<()> {
    if changed == 0 {
        return Err(Error::not_found(format!("member {id}")));
    }
    // Audit entries are written one transaction at a time, so the check below sees all earlier
    // changes.
    record(&mut tx, actor, action, format!("member:{id}"), detail, now).await?;
    let owner = tx
        .optional(
            "SELECT member_id FROM members
             WHERE organisation_id = 1 AND role = 'owner' AND disabled = 0 LIMIT 1",
            args![],
        )
        .await?;
    if owner.is_none() {
        return Err(Error::conflict(
            "the last owner can be neither disabled nor given another role",
        ));
    }
    tx.execute(
        "DELETE FROM sessions WHERE organisation_id = 1 AND member_id = $1",
        args![id],
    )
    .await?;
    tx.commit().await
}
