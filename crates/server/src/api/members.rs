//! Schemas of JSON bodies that a function reads member by member.

use service::parameters::{Member, MemberKind};
use utoipa::openapi::schema::{SchemaType, Type};
use utoipa::openapi::{KnownFormat, ObjectBuilder, SchemaFormat};

/// The schema of an object with these members.
pub(crate) fn object(
    description: &str,
    members: impl IntoIterator<Item = Member>,
) -> ObjectBuilder {
    let object = ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some(description));
    members.into_iter().fold(object, |object, member| {
        let object = object.property(member.name, schema(member));
        if member.required {
            object.required(member.name)
        } else {
            object
        }
    })
}

fn schema(member: Member) -> ObjectBuilder {
    let (kind, format) = match member.kind {
        MemberKind::Text => (Type::String, None),
        MemberKind::Number => (Type::Integer, Some(KnownFormat::Int64)),
        MemberKind::Days => (Type::Integer, Some(KnownFormat::Int32)),
        MemberKind::YesNo => (Type::Boolean, None),
    };
    let object = ObjectBuilder::new()
        .description(Some(member.description))
        .format(format.map(SchemaFormat::KnownFormat))
        .minimum((member.kind == MemberKind::Days).then_some(0));
    if member.required {
        object.schema_type(kind)
    } else {
        object.schema_type(SchemaType::from_iter([kind, Type::Null]))
    }
}
