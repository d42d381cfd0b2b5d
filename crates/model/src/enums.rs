//! Stable words for the variants of an enum, written once in the enum itself.

/// Gives enums the constant `ALL` and the functions `value` and `from_value`.
///
/// The words come from the derives of `strum`: `EnumCount`, `EnumString`, `IntoStaticStr` and
/// `VariantArray`. They are stored in the database and appear in the API, in filters and in exports,
/// so a word that was released must never change.
///
/// ```
/// #[derive(Debug, Clone, Copy, PartialEq)]
/// #[derive(strum::EnumCount, strum::EnumString, strum::IntoStaticStr, strum::VariantArray)]
/// #[strum(serialize_all = "snake_case")]
/// pub enum Size {
///     Small,
///     VeryLarge,
/// }
/// model::word_enum!(Size);
///
/// assert_eq!(Size::ALL, [Size::Small, Size::VeryLarge]);
/// assert_eq!(Size::VeryLarge.value(), "very_large");
/// assert_eq!(Size::from_value("small"), Some(Size::Small));
/// ```
#[macro_export]
macro_rules! word_enum {
    ($($type:ty),+ $(,)?) => {$(
        impl $type {
            /// Every variant, in the order of declaration.
            pub const ALL: [Self; <Self as strum::EnumCount>::COUNT] =
                match <Self as strum::VariantArray>::VARIANTS.first_chunk() {
                    Some(all) => *all,
                    None => unreachable!(),
                };

            /// The stable word in the database, the API, filters and exports.
            #[must_use]
            pub fn value(self) -> &'static str {
                self.into()
            }

            /// The variant with this word.
            #[must_use]
            pub fn from_value(value: &str) -> Option<Self> {
                value.parse().ok()
            }
        }
    )+};
}
