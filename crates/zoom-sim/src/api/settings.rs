//! Settings of one user: a large body, in which `feature` contains products and capacities.

use super::answer::{Body, body};
use super::call::Call;
use super::error::Refusal;
use crate::company::person::{Person, Status};
use crate::config::Plan;
use serde_json::{Value, json};

/// The section `feature` of a user's settings.
fn feature(call: &Call<'_>, person: &Person) -> Value {
    let licensed = person.licensed(call.now);
    let (webinar, large) = (person.webinar(call.now), person.large_meeting(call.now));
    let usual = if call.sim.plan() == Plan::Business {
        300
    } else {
        100
    };
    let mut feature = json!({
        "meeting_capacity": if licensed { usual } else { 100 },
        "large_meeting": large.is_some(),
        "webinar": webinar.is_some(),
        "zoom_phone": person.lot(80).is_multiple_of(4) && !person.edits.no_phone(),
        "concurrent_meeting": if licensed && person.lot(81).is_multiple_of(40) { "Plus" } else { "None" },
        "cn_meeting": false,
        "in_meeting": false,
        "zoom_events": false,
        "zoom_events_capacity": 500,
        "zoom_whiteboard": true,
        "zoom_whiteboard_plus": false,
        "zoom_iq_for_sales": false,
        "zoom_revenue_accelerator": false,
        "zoom_huddles": false,
        "zoom_scheduler": person.lot(82).is_multiple_of(3),
        "zoom_clips_plus": false,
        "zoom_translated_captions": false,
        "zoom_customer_managed_key": false,
        "zoom_quality_management": false,
        "zoom_workforce_management": false,
        "zoom_compliance_management": false,
        "zoom_mail_calendar": true,
        "zoom_docs": true,
        "license_info_list": [],
        "zoom_tasks_preview": false,
    });
    // For some users the capacity of an add-on is sent although they do not have the add-on.
    if large.is_some() || person.lot(83).is_multiple_of(2) {
        feature["large_meeting_capacity"] = json!(large.unwrap_or(500));
    }
    if webinar.is_some() || person.lot(84).is_multiple_of(2) {
        feature["webinar_capacity"] = json!(webinar.unwrap_or(500));
    }
    feature
}

/// `GET /users/{userId}/settings`
pub(crate) fn user(call: &Call<'_>) -> Result<Body, Refusal> {
    let person = call.user()?;
    if person.life.status(call.now) == Status::Pending {
        let text = "You can not access settings of users that are still in pending state.";
        return Err(Refusal::new(400, 1000, text));
    }
    let meeting = person.lot(86).is_multiple_of(2);
    let value = match call.param("option") {
        Some("meeting_authentication" | "recording_authentication") => {
            json!({ "authentication_options": authentication(call) })
        }
        Some("meeting_security") => json!({ "meeting_security": security() }),
        Some(_) => return Err(Refusal::invalid("option", "Invalid field.")),
        None => json!({
            "feature": feature(call, &person),
            "schedule_meeting": {
                "host_video": meeting, "participants_video": false, "audio_type": "both",
                "join_before_host": !meeting, "force_pmi_jbh_password": false,
                "pstn_password_protected": false, "use_pmi_for_scheduled_meetings": false,
                "use_pmi_for_instant_meetings": meeting, "embed_password_in_join_link": true,
                "require_password_for_scheduled_meetings": true,
                "require_password_for_pmi_meetings": "all", "personal_meeting": true,
            },
            "in_meeting": {
                "e2e_encryption": false, "chat": true, "private_chat": true, "auto_saving_chat": false,
                "entry_exit_chime": "none", "file_transfer": true, "feedback": false, "polling": true,
                "co_host": true, "breakout_room": true, "annotation": true, "whiteboard": true,
                "closed_caption": true, "remote_control": false, "non_verbal_feedback": true,
                "virtual_background": true, "waiting_room": !meeting, "screen_sharing": true,
                "data_center_regions": ["DE", "IE"],
            },
            "email_notification": {
                "jbh_reminder": true, "cancel_meeting_reminder": true,
                "alternative_host_reminder": true, "schedule_for_reminder": true,
                "cloud_recording_available_reminder": true,
            },
            "recording": {
                "local_recording": true, "cloud_recording": person.licensed(call.now),
                "record_speaker_view": true, "record_gallery_view": false,
                "record_audio_file": true, "save_chat_text": true, "auto_recording": "none",
                "auto_delete_cmr": true, "auto_delete_cmr_days": 90,
            },
            "telephony": { "third_party_audio": false, "audio_conference_info": "",
                "show_international_numbers_link": false },
            "tsp": { "call_out": false, "show_international_numbers_link": false },
            "profile": { "recording_storage_location": { "allowed_values": ["DE"], "value": "DE" } },
            "audio_conferencing": { "toll_call": { "enable": true, "numbers": [] } },
            "whiteboard": { "in_meeting_advanced_whiteboard": true, "out_meeting_advanced_whiteboard": true },
        }),
    };
    body(&filtered(call, value))
}

pub(super) fn authentication(call: &Call<'_>) -> Value {
    json!([{
        "id": "signIn_Kc3kEkkzQ7Wn0aQ", "name": "Signed-in users of the company", "default_option": true,
        "type": "internally", "visible": true, "domains": call.account.domain,
    }])
}

pub(super) fn security() -> Value {
    json!({
        "auto_security": true, "block_user_domain": false, "encryption_type": "enhanced_encryption",
        "end_to_end_encrypted_meetings": false, "meeting_password": true,
        "meeting_password_requirement": { "length": 8, "have_letter": true, "have_number": true },
        "phone_password": false, "pmi_password": true, "waiting_room": true,
        "webinar_password": true, "embed_password_in_join_link": true,
    })
}

/// Keeps only the sections named in `custom_query_fields`, if that is given.
pub(super) fn filtered(call: &Call<'_>, mut value: Value) -> Value {
    if let (Some(wanted), Value::Object(sections)) = (call.param("custom_query_fields"), &mut value)
    {
        let wanted: Vec<&str> = wanted
            .split(',')
            .map(|name| name.split('.').next().unwrap_or(name))
            .collect();
        sections.retain(|name, _| wanted.contains(&name.as_str()));
    }
    value
}
