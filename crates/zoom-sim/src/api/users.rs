//! Users: the list in its three statuses, one user, summary, permissions, e-mail check.

use super::answer::{Body, body};
use super::call::Call;
use super::counts::counts;
use super::error::Refusal;
use super::paging::ListHead;
use crate::calendar::{DAY, time};
use crate::company::person::{Person, Status};
use crate::company::signing::{Client, stored, version};
use crate::company::suite::Suite;
use serde::Serialize;
use serde_json::{Value, json};
use std::borrow::Cow;

#[derive(Serialize)]
struct Attribute {
    key: &'static str,
    name: &'static str,
    value: String,
}

#[derive(Serialize)]
struct Licence {
    license_type: &'static str,
    license_option: u64,
    subscription_id: &'static str,
}

#[derive(Serialize)]
struct UserRow {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    first_name: Cow<'static, str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    last_name: Cow<'static, str>,
    #[serde(skip_serializing_if = "String::is_empty")]
    display_name: String,
    email: String,
    r#type: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pmi: Option<u64>,
    timezone: &'static str,
    verified: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    dept: Option<&'static str>,
    created_at: String,
    user_created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_login_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_client_version: Option<String>,
    group_ids: Vec<String>,
    im_group_ids: [&'static str; 0],
    division_ids: [&'static str; 0],
    role_id: &'static str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    employee_unique_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan_united_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_attributes: Option<[Attribute; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    license_info_list: Option<[Licence; 1]>,
    // Members that are not in Zoom's documents, because real answers always contain some.
    language: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    onboarding_hint: Option<u8>,
}

#[derive(Serialize)]
struct UsersPage {
    #[serde(flatten)]
    head: ListHead,
    users: Vec<UserRow>,
}

impl Call<'_> {
    fn group_ids(&self, person: &Person) -> Vec<String> {
        let mut groups = Vec::new();
        self.account.groups(person, &mut groups);
        groups
            .into_iter()
            .map(|group| self.account.group_id(group))
            .collect()
    }

    fn row(&self, person: &Person) -> UserRow {
        let face = self.account.face(person);
        let status = person.life.status(self.now);
        let pending = status == Status::Pending;
        let login = stored(person, &self.sim.days.holidays, self.now);
        let client = login.and_then(|(at, client)| client_version(person, at, client));
        let suite = person.suite(self.now);
        let include = self.param("include_fields");
        let named = |name| if pending { Cow::Borrowed("") } else { name };
        UserRow {
            id: (!pending).then(|| self.account.user_id(person.no)),
            display_name: if pending { String::new() } else { face.display },
            first_name: named(face.first),
            last_name: named(face.last),
            email: face.email,
            r#type: person.user_type(self.now),
            pmi: (!pending).then(|| person.pmi()),
            timezone: person.zone().name,
            verified: u8::from(!pending),
            dept: face.dept,
            created_at: time(person.life.invited),
            user_created_at: time(person.life.invited),
            last_login_time: login.map(|(at, _)| time(at)),
            last_client_version: client,
            group_ids: self.group_ids(person),
            im_group_ids: [],
            division_ids: [],
            role_id: person.role().0,
            status: status.text(),
            employee_unique_id: (self.account.has_employee_id(person))
                .then(|| self.account.employee_id(person)),
            plan_united_type: match suite {
                Some(Suite::United(option)) => Some(option.to_string()),
                _ => None,
            },
            custom_attributes: (include == Some("custom_attributes")).then(|| [cost_code(person)]),
            host_key: (include == Some("host_key"))
                .then(|| format!("{:06}", person.lot(73) % 1_000_000)),
            license_info_list: match suite {
                // Only accounts with several subscriptions of one plan have the member.
                Some(Suite::Workplace(license_option)) if self.faults.several_subscriptions => {
                    Some([Licence {
                        license_type: "ZOOM_WORKPLACE_BUNDLE",
                        license_option,
                        subscription_id: "SUBREF-A1B2C3D4",
                    }])
                }
                _ => None,
            },
            language: person.zone().language,
            onboarding_hint: (person.lot(75).is_multiple_of(9)).then_some(3),
        }
    }
}

fn cost_code(person: &Person) -> Attribute {
    let value = (4000 + person.lot(76) % 900).to_string();
    Attribute {
        key: "cbf_cq0mplq3tvb1b4bxotmq",
        name: "Cost code",
        value,
    }
}

fn client_version(person: &Person, at: i64, client: Client) -> Option<String> {
    let platform = match client {
        Client::Browser => return None,
        other => other.log(),
    };
    Some(format!(
        "{}({platform})",
        version(person, at.div_euclid(DAY))
    ))
}

/// `GET /users`
pub(crate) fn list(call: &Call<'_>) -> Result<Body, Refusal> {
    let wanted = match call.param("status").unwrap_or("active") {
        "active" => Status::Active,
        "inactive" => Status::Inactive,
        "pending" => Status::Pending,
        _ if !call.faults.strict => Status::Active,
        _ => return Err(Refusal::invalid("status", "Invalid field.")),
    };
    let page = call.numbered_page(2000)?;
    let role = call.param("role_id");
    if call.param("license").is_some() {
        return body(
            &json!({ "page_size": page.size, "total_records": 0, "next_page_token": "", "users": [] }),
        );
    }
    let mut users = Vec::with_capacity(page.rows);
    let (mut next, mut skip) = (None, page.skip);
    for slot in page.at(0, 0) as u32..call.account.slots() {
        let Some(person) = call.account.occupant(slot, call.now) else {
            continue;
        };
        let fits = person.life.status(call.now) == wanted
            && role.is_none_or(|role| person.role().0 == role);
        if !fits {
            continue;
        }
        if skip > 0 {
            skip -= 1;
            continue;
        }
        if users.len() == page.rows {
            next = Some(call.token(&[u64::from(slot), page.at(1, page.number) + 1]));
            break;
        }
        users.push(call.row(&person));
    }
    let counts = counts(call.sim, call.account, call.now);
    let total = match role {
        None => counts.status[wanted as usize],
        Some(_) => (0..call.account.slots())
            .filter_map(|slot| call.account.occupant(slot, call.now))
            .filter(|p| p.life.status(call.now) == wanted && Some(p.role().0) == role)
            .count() as u64,
    };
    body(&UsersPage {
        head: ListHead {
            page_count: call.page_count(&page, total),
            page_number: call.page_number(page.at(1, page.number)),
            page_size: page.size,
            total_records: total,
            next_page_token: next.unwrap_or_default(),
        },
        users,
    })
}

/// `GET /users/{userId}`
pub(crate) fn one(call: &Call<'_>) -> Result<Body, Refusal> {
    let person = call.user()?;
    let row = call.row(&person);
    let pending = row.id.is_none();
    if pending {
        // Reached by e-mail address only; Zoom sends few members before the invitation is accepted.
        let face = call.account.face(&person);
        return body(&json!({
            "email": face.email, "type": person.user_type(call.now), "status": "pending", "created_at": time(call.now),
            "dept": face.dept.unwrap_or_default(), "verified": 0,
        }));
    }
    let face = call.account.face(&person);
    let mut value = serde_json::to_value(&row).unwrap_or_default();
    let id = row.id.unwrap_or_default();
    let more = json!({
        "account_id": call.account.id,
        "account_number": call.account.number,
        "role_name": person.role().1,
        "job_title": face.job,
        "cost_center": format!("CC-{}", 100 + person.lot(77) % 40),
        "company": call.account.name,
        "location": person.zone().city,
        "language": person.zone().language,
        "login_types": [if person.lot(78).is_multiple_of(5) { 100 } else { 101 }],
        "phone_numbers": [],
        "pic_url": "",
        "use_pmi": false,
        "personal_meeting_url": format!("{}/j/{}", call.sim.base_url(), person.pmi()),
        "pronouns_option": 3,
        "jid": format!("{}@xmpp.{}", id.to_lowercase(), call.account.domain),
        "cluster": "us04",
    });
    merge(&mut value, more);
    if let Some(Suite::Workplace(option)) = person.suite(call.now) {
        value["zoom_one_type"] = json!(option);
    }
    if let Some(dept) = face.dept {
        value["dept"] = json!(dept);
    }
    body(&value)
}

fn merge(into: &mut Value, more: Value) {
    if let (Value::Object(into), Value::Object(more)) = (into, more) {
        into.extend(more);
    }
}
