//! The account itself: settings, locked settings, domains, purchased licences.

use super::answer::{Body, body};
use super::bought::{Seats, bought};
use super::call::Call;
use super::error::Refusal;
use super::settings::{authentication, filtered, security};
use crate::config::Plan;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Refuses every account except the token's own.
fn own(call: &Call<'_>) -> Result<(), Refusal> {
    let id = call.parts.first().map_or("", String::as_str);
    if id == "me" || id == call.account.id {
        return Ok(());
    }
    Err(Refusal::new(
        404,
        2001,
        format!("Account does not exist: {id}"),
    ))
}

/// `GET /accounts/{accountId}/settings`
pub(crate) fn settings(call: &Call<'_>) -> Result<Body, Refusal> {
    own(call)?;
    let sign_in = json!({
        "admin_change_name_pic": true, "admin_change_user_info": true, "hide_billing_info": false,
        "import_photos_from_devices": true,
        "password_requirement": { "minimum_password_length": 10, "have_special_character": true,
            "consecutive_characters_length": 0, "weak_enhance_detection": true },
        "sign_again_period_for_inactivity_on_client": 30, "sign_again_period_for_inactivity_on_web": 30,
        "sign_in_with_two_factor_auth": "all",
        "signin_with_sso": { "enable": true, "require_sso_for_domains": true, "domains": [call.account.domain],
            "sso_bypass_users": [] },
    });
    let value = match call.param("option") {
        Some("meeting_authentication" | "recording_authentication") => {
            json!({ "authentication_options": authentication(call) })
        }
        Some("security") => json!({ "security": sign_in }),
        Some("meeting_security") => json!({ "meeting_security": security() }),
        Some(_) => return Err(Refusal::invalid("option", "Invalid field.")),
        None => json!({
            "security": sign_in,
            "feature": { "meeting_capacity": if call.sim.plan() == Plan::Business { 300 } else { 100 } },
            "schedule_meeting": {
                "host_video": true, "participant_video": false, "audio_type": "both",
                "join_before_host": true, "enforce_login": false, "enforce_login_domains": "",
                "enforce_login_with_domains": false, "not_store_meeting_topic": false,
                "force_pmi_jbh_password": false, "personal_meeting": true,
                "require_password_for_scheduling_new_meetings": true,
            },
            "in_meeting": {
                "e2e_encryption": false, "chat": true, "private_chat": true, "co_host": true,
                "auto_saving_chat": false, "file_transfer": true, "feedback": true, "polling": true,
                "breakout_room": true, "annotation": true, "closed_caption": true,
                "data_center_regions": ["DE", "IE", "US"], "alert_guest_join": false,
                "allow_show_zoom_windows": true, "anonymous_question_answer": false,
            },
            "email_notification": {
                "jbh_reminder": true, "cancel_meeting_reminder": true, "low_host_count_reminder": true,
                "alternative_host_reminder": true, "schedule_for_reminder": true,
                "cloud_recording_available_reminder": true,
            },
            "recording": {
                "local_recording": true, "cloud_recording": true, "record_speaker_view": true,
                "record_gallery_view": false, "record_audio_file": true, "save_chat_text": true,
                "auto_recording": "none", "auto_delete_cmr": true, "auto_delete_cmr_days": 90,
                "account_user_access_recording": true, "cloud_recording_download": true,
            },
            "telephony": { "third_party_audio": false, "audio_conference_info": "" },
            "tsp": { "call_out": false, "call_out_countries": [], "show_international_numbers_link": false },
            "integration": { "google_drive": true, "dropbox": false, "box": false },
            "zoom_rooms": { "upcoming_meeting_alert": true, "weekly_system_restart": true },
            "other_options": { "blur_snapshot": true, "meeting_qos_and_mos": 1 },
        }),
    };
    body(&filtered(call, value))
}

/// `GET /accounts/{accountId}/lock_settings`
pub(crate) fn locks(call: &Call<'_>) -> Result<Body, Refusal> {
    // Status 400 instead of 404, because Zoom documents this operation so.
    own(call).map_err(|refusal| Refusal::new(400, refusal.code, refusal.message))?;
    if call.param("option") == Some("meeting_security") {
        return body(
            &json!({ "meeting_security": { "waiting_room": true, "meeting_password": true } }),
        );
    }
    let value = json!({
        "schedule_meeting": { "host_video": false, "participant_video": false, "audio_type": false,
            "join_before_host": true, "require_password_for_scheduling_new_meetings": true },
        "in_meeting": { "e2e_encryption": false, "chat": false, "private_chat": false,
            "file_transfer": true, "feedback": false, "co_host": false, "polling": false },
        "email_notification": { "jbh_reminder": false, "cancel_meeting_reminder": false,
            "alternative_host_reminder": false, "schedule_for_reminder": false },
        "recording": { "local_recording": true, "cloud_recording": false, "auto_recording": true },
        "telephony": { "third_party_audio": false },
        "tsp": { "call_out": false, "show_international_numbers_link": false },
    });
    body(&filtered(call, value))
}

/// `GET /accounts/{accountId}/managed_domains`
pub(crate) fn managed_domains(call: &Call<'_>) -> Result<Body, Refusal> {
    own(call)?;
    body(&json!({ "domains": [
            { "domain": call.account.domain, "status": "verified" },
            { "domain": call.account.alias, "status": "verified" },
        ], "total_records": 2 }))
}

/// `GET /accounts/{accountId}/trusted_domains`
pub(crate) fn trusted_domains(call: &Call<'_>) -> Result<Body, Refusal> {
    own(call)?;
    body(&json!({ "trusted_domains": [call.account.domain, "partners.example"] }))
}

/// `GET /accounts/{accountId}/plans/usage`
pub(crate) fn usage(call: &Call<'_>) -> Result<Body, Refusal> {
    own(call)?;
    let bought = bought(call.sim, call.account, call.now);
    let base = if call.sim.plan() == Plan::Business {
        "business_yearly"
    } else {
        "pro_yearly"
    };
    let add_ons = |name: &str, sizes: &BTreeMap<u16, Seats>| {
        let row = |(size, seats): (&u16, &Seats)| {
            json!({ "type": format!("{name}{size}_yearly"), "hosts": seats.bought,
                "usage": seats.assigned, "pending": seats.pending })
        };
        sizes.iter().map(row).collect::<Vec<_>>()
    };
    let seats = bought.base;
    let mut plans: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for ((member, kind), seats) in &bought.suites {
        let plan = json!({ "type": kind, "hosts": seats.bought, "usage": seats.assigned,
            "pending": seats.pending });
        plans.entry(member).or_default().push(plan);
    }
    let mut usage = json!({
        "plan_base": { "type": base, "hosts": seats.bought, "usage": seats.assigned,
            "pending": seats.pending, "active_hosts": seats.assigned * 3 / 4 },
        "plan_large_meeting": add_ons("large", &bought.large),
        "plan_webinar": add_ons("webinar", &bought.webinar),
        "plan_zoom_rooms": { "type": "zroom_yearly", "hosts": 4, "usage": 3 },
        "plan_recording": { "type": "", "free_storage": format!("{} GB", seats.assigned / 2),
            "free_storage_usage": "0", "plan_storage": "0", "plan_storage_usage": "0",
            "plan_storage_exceed": "0", "max_exceed_date": "" },
    });
    for (member, mut rows) in plans {
        // One object, or a list of them, as Zoom's document has it.
        let single = ["plan_united", "plan_zoom_one_edu_student"].contains(&member);
        usage[member] = match rows.pop() {
            Some(row) if single => row,
            last => Value::Array(rows.into_iter().chain(last).collect()),
        };
    }
    body(&usage)
}
