//! Users, their settings and their number.

use crate::record::record;

record! {
    /// A user of the list.
    pub struct User {
        /// Zoom's identifier. Absent for pending users.
        pub id: Option<String> = "id",
        /// Sign-in address.
        pub email: Option<String> = "email",
        /// First name, may be empty.
        pub first_name: Option<String> = "first_name",
        /// Last name, may be empty.
        pub last_name: Option<String> = "last_name",
        /// Name as shown.
        pub display_name: Option<String> = "display_name",
        /// 1 Basic, 2 Licensed, 4 unassigned, 99 none, 3 in older data; others may come.
        pub r#type: Option<i64> = "type",
        /// `active`, `inactive` or `pending`.
        pub status: Option<String> = "status",
        /// Department, free text.
        pub dept: Option<String> = "dept",
        /// `0` owner, `1` administrator, `2` member, otherwise the id of a custom role.
        pub role_id: Option<String> = "role_id",
        /// When the latest sign-in method was added; for pending users when they were invited.
        pub created_at: Option<String> = "created_at",
        /// When the user was made.
        pub user_created_at: Option<String> = "user_created_at",
        /// Last sign-in, up to three days behind.
        pub last_login_time: Option<String> = "last_login_time",
        /// `5.9.6.4993(mac)`: client of the last sign-in.
        pub last_client_version: Option<String> = "last_client_version",
        /// Personal meeting number.
        pub pmi: Option<i64> = "pmi",
        /// IANA time zone.
        pub timezone: Option<String> = "timezone",
        /// 1 if the address was confirmed.
        pub verified: Option<i64> = "verified",
        /// Groups, the same as in the list of groups.
        pub group_ids: Vec<String> = "group_ids",
        /// Contact groups, something else than groups.
        pub im_group_ids: Vec<String> = "im_group_ids",
        /// Divisions.
        pub division_ids: Vec<String> = "division_ids",
        /// Number given by the organisation.
        pub employee_unique_id: Option<String> = "employee_unique_id",
        /// Licence of a united plan: a bit, as text.
        pub plan_united_type: Option<String> = "plan_united_type",
        /// Licences, on accounts with several subscriptions of one plan.
        pub license_info_list: Vec<LicenseInfo> = "license_info_list",
        /// Attributes that the account defines; only if asked for.
        pub custom_attributes: Vec<CustomAttribute> = "custom_attributes",
    }

    /// A licence that a user holds.
    pub struct LicenseInfo {
        /// For example `ZOOM_WORKPLACE_BUNDLE`.
        pub license_type: Option<String> = "license_type",
        /// A 64-bit mask.
        pub license_option: Option<u64> = "license_option",
        /// The subscription that the licence comes from.
        pub subscription_id: Option<String> = "subscription_id",
    }

    /// An attribute that the account defines.
    pub struct CustomAttribute {
        /// Identifier.
        pub key: Option<String> = "key",
        /// Name as shown.
        pub name: Option<String> = "name",
        /// The user's value.
        pub value: Option<String> = "value",
    }

    /// A single user: the members of the list and more.
    pub struct UserDetail {
        /// Zoom's identifier.
        pub id: Option<String> = "id",
        /// The account that the user belongs to.
        pub account_id: Option<String> = "account_id",
        /// The account's number.
        pub account_number: Option<i64> = "account_number",
        /// Sign-in address.
        pub email: Option<String> = "email",
        /// First name, may be empty.
        pub first_name: Option<String> = "first_name",
        /// Last name, may be empty.
        pub last_name: Option<String> = "last_name",
        /// Name as shown.
        pub display_name: Option<String> = "display_name",
        /// As in [`User`].
        pub r#type: Option<i64> = "type",
        /// `active`, `inactive` or `pending`.
        pub status: Option<String> = "status",
        /// Department, free text.
        pub dept: Option<String> = "dept",
        /// As in [`User`].
        pub role_id: Option<String> = "role_id",
        /// Name of the role.
        pub role_name: Option<String> = "role_name",
        /// When the latest sign-in method was added; for pending users the time of this request.
        pub created_at: Option<String> = "created_at",
        /// When the user was made.
        pub user_created_at: Option<String> = "user_created_at",
        /// Last sign-in, up to three days behind.
        pub last_login_time: Option<String> = "last_login_time",
        /// `5.9.6.4993(mac)`: client of the last sign-in.
        pub last_client_version: Option<String> = "last_client_version",
        /// Personal meeting number.
        pub pmi: Option<i64> = "pmi",
        /// IANA time zone.
        pub timezone: Option<String> = "timezone",
        /// Language of the interface.
        pub language: Option<String> = "language",
        /// Job title.
        pub job_title: Option<String> = "job_title",
        /// Cost centre; only here, not in the list.
        pub cost_center: Option<String> = "cost_center",
        /// Company.
        pub company: Option<String> = "company",
        /// Address of the manager.
        pub manager: Option<String> = "manager",
        /// Place.
        pub location: Option<String> = "location",
        /// Ways to sign in: 1 Google, 100 work address, 101 single sign-on and others.
        pub login_types: Vec<i64> = "login_types",
        /// Groups.
        pub group_ids: Vec<String> = "group_ids",
        /// Number given by the organisation.
        pub employee_unique_id: Option<String> = "employee_unique_id",
        /// Licence of a united plan: a bit, as text.
        pub plan_united_type: Option<String> = "plan_united_type",
        /// Workplace plan: a 64-bit mask.
        pub zoom_one_type: Option<u64> = "zoom_one_type",
        /// Licences, on accounts with several subscriptions of one plan.
        pub license_info_list: Vec<LicenseInfo> = "license_info_list",
        /// Attributes that the account defines.
        pub custom_attributes: Vec<CustomAttribute> = "custom_attributes",
        /// Cluster, for example `us04`.
        pub cluster: Option<String> = "cluster",
        /// 1 if the address was confirmed.
        pub verified: Option<i64> = "verified",
    }

    /// Somebody who schedules for somebody else, or the one who is scheduled for.
    pub struct Delegate {
        /// Zoom's identifier.
        pub id: Option<String> = "id",
        /// Sign-in address.
        pub email: Option<String> = "email",
    }

    /// A user's settings; only the licences in them.
    pub struct UserSettings {
        /// What the user may use.
        pub feature: Feature = "feature",
    }

    /// What a user may use. A capacity means something only while its flag is true.
    pub struct Feature {
        /// Participants in a meeting.
        pub meeting_capacity: Option<i64> = "meeting_capacity",
        /// Whether the user has the large-meeting add-on.
        pub large_meeting: Option<bool> = "large_meeting",
        /// Participants with the large-meeting add-on.
        pub large_meeting_capacity: Option<i64> = "large_meeting_capacity",
        /// Whether the user has the webinar add-on.
        pub webinar: Option<bool> = "webinar",
        /// Participants in a webinar.
        pub webinar_capacity: Option<i64> = "webinar_capacity",
        /// Whether the user has Zoom Events.
        pub zoom_events: Option<bool> = "zoom_events",
        /// Participants in an event.
        pub zoom_events_capacity: Option<i64> = "zoom_events_capacity",
        /// Whether the user has Zoom Phone.
        pub zoom_phone: Option<bool> = "zoom_phone",
        /// Concurrent meetings: `None`, `Basic` or `Plus`.
        pub concurrent_meeting: Option<String> = "concurrent_meeting",
        /// Zoom Whiteboard.
        pub zoom_whiteboard: Option<bool> = "zoom_whiteboard",
        /// Zoom Whiteboard Plus.
        pub zoom_whiteboard_plus: Option<bool> = "zoom_whiteboard_plus",
        /// Revenue Accelerator.
        pub zoom_revenue_accelerator: Option<bool> = "zoom_revenue_accelerator",
        /// Scheduler.
        pub zoom_scheduler: Option<bool> = "zoom_scheduler",
        /// Clips Plus.
        pub zoom_clips_plus: Option<bool> = "zoom_clips_plus",
        /// Translated captions.
        pub zoom_translated_captions: Option<bool> = "zoom_translated_captions",
        /// Customer managed key.
        pub zoom_customer_managed_key: Option<bool> = "zoom_customer_managed_key",
        /// Quality management.
        pub zoom_quality_management: Option<bool> = "zoom_quality_management",
        /// Workforce management.
        pub zoom_workforce_management: Option<bool> = "zoom_workforce_management",
        /// Compliance management.
        pub zoom_compliance_management: Option<bool> = "zoom_compliance_management",
        /// Mail and calendar.
        pub zoom_mail_calendar: Option<bool> = "zoom_mail_calendar",
        /// Docs.
        pub zoom_docs: Option<bool> = "zoom_docs",
        /// Licences, on accounts with several subscriptions of one plan.
        pub license_info_list: Vec<LicenseInfo> = "license_info_list",
    }

    /// How many users of each kind the account has.
    pub struct UsersSummary {
        /// Licensed.
        pub licensed_users_count: Option<i64> = "licensed_users_count",
        /// Basic.
        pub basic_users_count: Option<i64> = "basic_users_count",
        /// On-premise.
        pub on_prem_users_count: Option<i64> = "on_prem_users_count",
        /// Zoom Rooms.
        pub room_users_count: Option<i64> = "room_users_count",
        /// Invited.
        pub pending_users_count: Option<i64> = "pending_users_count",
        /// May only join.
        pub join_only_users_count: Option<i64> = "join_only_users_count",
        /// All but the invited.
        pub total_users_count: Option<i64> = "total_users_count",
    }
}
