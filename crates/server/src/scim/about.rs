//! The discovery documents of SCIM: the supported features, resource types and attributes.

use serde_json::{Value, json};

use super::constants::{MAX_PAGE_SIZE, USER};

const CONFIG: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
const RESOURCE_TYPE: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";

/// The supported features of the service.
pub(super) fn config() -> Value {
    json!({
        "schemas": [CONFIG],
        "patch": { "supported": true },
        "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": 0 },
        "filter": { "supported": true, "maxResults": MAX_PAGE_SIZE },
        "changePassword": { "supported": false },
        "sort": { "supported": false },
        "etag": { "supported": false },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "API token",
            "description": "An API token of a member who may decide on licences, made under \
                            Settings: `Authorization: Bearer swt_…`.",
            "specUri": "https://www.rfc-editor.org/rfc/rfc6750",
            "primary": true,
        }],
        "meta": { "resourceType": "ServiceProviderConfig" },
    })
}

/// The supported resource types: users only.
pub(super) fn resource_types() -> Vec<Value> {
    vec![json!({
        "schemas": [RESOURCE_TYPE],
        "id": "User",
        "name": "User",
        "endpoint": "/Users",
        "description": "An employee. This is the only kind of resource: groups are not provided.",
        "schema": USER,
        "meta": { "resourceType": "ResourceType" },
    })]
}

/// The stored attributes; all others are accepted and ignored.
pub(super) fn schemas() -> Vec<Value> {
    let attribute = |name: &str, kind: &str, description: &str| {
        json!({
            "name": name, "type": kind, "multiValued": false, "description": description,
            "required": false, "caseExact": false, "mutability": "readWrite",
            "returned": "default", "uniqueness": "none",
        })
    };
    let mut user_name = attribute(
        "userName",
        "string",
        "The name by which the directory knows the person. Where it is an e-mail address and there \
         is no other, users are recognised by it.",
    );
    user_name["required"] = true.into();
    user_name["uniqueness"] = "server".into();
    let mut external_id = attribute(
        "externalId",
        "string",
        "The directory's key for the person.",
    );
    external_id["caseExact"] = true.into();
    let mut emails = attribute(
        "emails",
        "complex",
        "Of these the address at work is kept, or else the primary one. Users are recognised by it.",
    );
    emails["multiValued"] = true.into();
    emails["subAttributes"] = json!([
        attribute("value", "string", "The address."),
        attribute("type", "string", "Shown as `work`."),
        attribute("primary", "boolean", "Shown as `true`."),
    ]);
    let active = attribute(
        "active",
        "boolean",
        "Whether the person still works here. A person who does not and holds a licence is a leaver.",
    );
    vec![json!({
        "schemas": [SCHEMA],
        "id": USER,
        "name": "User",
        "description": "An employee. Only these attributes are kept; names, telephone numbers, titles \
                        and all others are accepted, not stored and not returned.",
        "attributes": [user_name, external_id, emails, active],
        "meta": { "resourceType": "Schema" },
    })]
}
