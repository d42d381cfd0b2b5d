//! Users, their settings and their number, as in Zoom's Users API document.

use crate::record::record;

record! {
    /// A user as the list of users shows it.
    pub struct User {
        /// Zoom's identifier of the user. Absent for pending users.
        pub id: Option<String> = "id",
        /// E-mail address with which the user signs in.
        pub email: Option<String> = "email",
        /// First name, may be empty.
        pub first_name: Option<String> = "first_name",
        /// Last name, may be empty.
        pub last_name: Option<String> = "last_name",
        /// Name that other participants see.
        pub display_name: Option<String> = "display_name",
        /// 1 Basic, 2 Licensed, 4 unassigned, 99 none, 3 in older data; others may come.
        pub r#type: Option<i64> = "type",
        /// `active`, `inactive` or `pending`.
        pub status: Option<String> = "status",
        /// Department of the user, free text.
        pub dept: Option<String> = "dept",
        /// `0` owner, `1` administrator, `2` member, otherwise the id of a custom role.
        pub role_id: Option<String> = "role_id",
        /// When the latest sign-in method was added (UTC); for pending users when they were invited.
        pub created_at: Option<String> = "created_at",
        /// When the user was created (UTC).
        pub user_created_at: Option<String> = "user_created_at",
        /// Last sign-in (UTC). Up to three days behind, because Zoom replaces the value only then.
        pub last_login_time: Option<String> = "last_login_time",
        /// Client of the last sign-in, as in `5.9.6.4993(mac)`.
        pub last_client_version: Option<String> = "last_client_version",
        /// Number of the personal meeting room.
        pub pmi: Option<i64> = "pmi",
        /// IANA name of the user's time zone.
        pub timezone: Option<String> = "timezone",
        /// 1 if the e-mail address was confirmed.
        pub verified: Option<i64> = "verified",
        /// Identifiers of the user's groups, the same as in the list of groups.
        pub group_ids: Vec<String> = "group_ids",
        /// Identifiers of contact groups, which differ from the groups of the account.
        pub im_group_ids: Vec<String> = "im_group_ids",
        /// Identifiers of the user's divisions.
        pub division_ids: Vec<String> = "division_ids",
        /// Employee number that the organisation assigned.
        pub employee_unique_id: Option<String> = "employee_unique_id",
        /// Licence of a united plan: a bit, as text.
        pub plan_united_type: Option<String> = "plan_united_type",
        /// Licences, on accounts with several subscriptions of one plan.
        pub license_info_list: Vec<LicenseInfo> = "license_info_list",
        /// Attributes that the account defines; sent only when the request asks for them.
        pub custom_attributes: Vec<CustomAttribute> = "custom_attributes",
    }

    /// A licence that is assigned to a user.
    pub struct LicenseInfo {
        /// Product of the licence, for example `ZOOM_WORKPLACE_BUNDLE`.
        pub license_type: Option<String> = "license_type",
        /// Editions of the product as a 64-bit mask.
        pub license_option: Option<u64> = "license_option",
        /// Identifier of the subscription that the licence comes from.
        pub subscription_id: Option<String> = "subscription_id",
    }

    /// An attribute that the account defines for its users.
    pub struct CustomAttribute {
        /// Identifier of the attribute, the same for all users.
        pub key: Option<String> = "key",
        /// Name of the attribute that Zoom's pages show.
        pub name: Option<String> = "name",
        /// Value of the attribute for this user.
        pub value: Option<String> = "value",
    }

    /// A single user: the members of the list and more.
    pub struct UserDetail {
        /// Zoom's identifier of the user. Absent for pending users.
        pub id: Option<String> = "id",
        /// Identifier of the account that the user belongs to.
        pub account_id: Option<String> = "account_id",
        /// Number of the account, which Zoom's support asks for.
        pub account_number: Option<i64> = "account_number",
        /// E-mail address with which the user signs in.
        pub email: Option<String> = "email",
        /// First name, may be empty.
        pub first_name: Option<String> = "first_name",
        /// Last name, may be empty.
        pub last_name: Option<String> = "last_name",
        /// Name that other participants see.
        pub display_name: Option<String> = "display_name",
        /// User type, with the same values as [`User::type`].
        pub r#type: Option<i64> = "type",
        /// `active`, `inactive` or `pending`.
        pub status: Option<String> = "status",
        /// Department of the user, free text.
        pub dept: Option<String> = "dept",
        /// Identifier of the role, with the same values as [`User::role_id`].
        pub role_id: Option<String> = "role_id",
        /// Name of the role that Zoom's pages show.
        pub role_name: Option<String> = "role_name",
        /// When the latest sign-in method was added (UTC); for pending users the time of this request.
        pub created_at: Option<String> = "created_at",
        /// When the user was created (UTC).
        pub user_created_at: Option<String> = "user_created_at",
        /// Last sign-in (UTC). Up to three days behind, because Zoom replaces the value only then.
        pub last_login_time: Option<String> = "last_login_time",
        /// Client of the last sign-in, as in `5.9.6.4993(mac)`.
        pub last_client_version: Option<String> = "last_client_version",
        /// Number of the personal meeting room.
        pub pmi: Option<i64> = "pmi",
        /// IANA name of the user's time zone.
        pub timezone: Option<String> = "timezone",
        /// Language of the interface, for example `en-US`.
        pub language: Option<String> = "language",
        /// Job title of the user, free text.
        pub job_title: Option<String> = "job_title",
        /// Cost centre, free text; absent from the list of users.
        pub cost_center: Option<String> = "cost_center",
        /// Company of the user, free text.
        pub company: Option<String> = "company",
        /// E-mail address of the user's manager.
        pub manager: Option<String> = "manager",
        /// Place of work, free text.
        pub location: Option<String> = "location",
        /// Ways to sign in: 1 Google, 100 work address, 101 single sign-on and others.
        pub login_types: Vec<i64> = "login_types",
        /// Identifiers of the user's groups, the same as in the list of groups.
        pub group_ids: Vec<String> = "group_ids",
        /// Employee number that the organisation assigned.
        pub employee_unique_id: Option<String> = "employee_unique_id",
        /// Licence of a united plan: a bit, as text.
        pub plan_united_type: Option<String> = "plan_united_type",
        /// Edition of Zoom Workplace as a 64-bit mask.
        pub zoom_one_type: Option<u64> = "zoom_one_type",
        /// Licences, on accounts with several subscriptions of one plan.
        pub license_info_list: Vec<LicenseInfo> = "license_info_list",
        /// Attributes that the account defines.
        pub custom_attributes: Vec<CustomAttribute> = "custom_attributes",
        /// Zoom's cluster that serves the account, for example `us04`.
        pub cluster: Option<String> = "cluster",
        /// 1 if the e-mail address was confirmed.
        pub verified: Option<i64> = "verified",
    }

    /// The other user of a delegation: an assistant, or the user represented by an assistant.
    pub struct Delegate {
        /// Zoom's identifier of the user.
        pub id: Option<String> = "id",
        /// E-mail address with which the user signs in.
        pub email: Option<String> = "email",
    }

    /// The part of a user's settings that names licences; all other settings are ignored.
    pub struct UserSettings {
        /// The products and capacities of this user.
        pub feature: Feature = "feature",
    }

    /// The products and capacities of a user. A capacity is valid only while its flag is true.
    pub struct Feature {
        /// Participants that fit into one of the user's meetings.
        pub meeting_capacity: Option<i64> = "meeting_capacity",
        /// Whether the user has the large-meeting add-on.
        pub large_meeting: Option<bool> = "large_meeting",
        /// Participants allowed by the large-meeting add-on.
        pub large_meeting_capacity: Option<i64> = "large_meeting_capacity",
        /// Whether the user has the webinar add-on.
        pub webinar: Option<bool> = "webinar",
        /// Participants that fit into a webinar.
        pub webinar_capacity: Option<i64> = "webinar_capacity",
        /// Whether the user has Zoom Events.
        pub zoom_events: Option<bool> = "zoom_events",
        /// Participants that fit into a Zoom Events event.
        pub zoom_events_capacity: Option<i64> = "zoom_events_capacity",
        /// Whether the user has Zoom Phone.
        pub zoom_phone: Option<bool> = "zoom_phone",
        /// Licence for concurrent meetings: `None`, `Basic` or `Plus`.
        pub concurrent_meeting: Option<String> = "concurrent_meeting",
        /// Whether the user has Zoom Whiteboard.
        pub zoom_whiteboard: Option<bool> = "zoom_whiteboard",
        /// Whether the user has Zoom Whiteboard Plus.
        pub zoom_whiteboard_plus: Option<bool> = "zoom_whiteboard_plus",
        /// Whether the user has Revenue Accelerator.
        pub zoom_revenue_accelerator: Option<bool> = "zoom_revenue_accelerator",
        /// Whether the user has Scheduler.
        pub zoom_scheduler: Option<bool> = "zoom_scheduler",
        /// Whether the user has Clips Plus.
        pub zoom_clips_plus: Option<bool> = "zoom_clips_plus",
        /// Whether the user has translated captions.
        pub zoom_translated_captions: Option<bool> = "zoom_translated_captions",
        /// Whether the user has customer-managed keys.
        pub zoom_customer_managed_key: Option<bool> = "zoom_customer_managed_key",
        /// Whether the user has quality management.
        pub zoom_quality_management: Option<bool> = "zoom_quality_management",
        /// Whether the user has workforce management.
        pub zoom_workforce_management: Option<bool> = "zoom_workforce_management",
        /// Whether the user has compliance management.
        pub zoom_compliance_management: Option<bool> = "zoom_compliance_management",
        /// Whether the user has mail and calendar.
        pub zoom_mail_calendar: Option<bool> = "zoom_mail_calendar",
        /// Whether the user has Zoom Docs.
        pub zoom_docs: Option<bool> = "zoom_docs",
        /// Licences, on accounts with several subscriptions of one plan.
        pub license_info_list: Vec<LicenseInfo> = "license_info_list",
    }

    /// How many users of each kind the account has.
    pub struct UsersSummary {
        /// Users of type 2 (Licensed).
        pub licensed_users_count: Option<i64> = "licensed_users_count",
        /// Users of type 1 (Basic).
        pub basic_users_count: Option<i64> = "basic_users_count",
        /// Users of type 3 (on-premise), from older data.
        pub on_prem_users_count: Option<i64> = "on_prem_users_count",
        /// Zoom Rooms, which are not people.
        pub room_users_count: Option<i64> = "room_users_count",
        /// Invited users without an account of their own yet.
        pub pending_users_count: Option<i64> = "pending_users_count",
        /// Users who may join meetings but not host.
        pub join_only_users_count: Option<i64> = "join_only_users_count",
        /// All users except invited ones.
        pub total_users_count: Option<i64> = "total_users_count",
    }
}
