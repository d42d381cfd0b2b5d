//! The licences that an application sells, as options of forms.

use model::{Application, Holder, Licence};

/// All licences that an application sells, base licences first: key and name.
pub(crate) fn sold(application: &Application) -> Vec<(Licence, String)> {
    application
        .licences
        .iter()
        .flat_map(|family| match family.holder {
            Holder::Base { .. } => vec![Licence::base(family.key)],
            Holder::AddOn { sizes, .. } => sizes
                .iter()
                .map(|size| Licence::sized(family.key, *size))
                .collect(),
        })
        .map(|licence| {
            let label = licence.label(application);
            (licence, label)
        })
        .collect()
}

/// The same as options of a form; a licence that is no longer sold is included if it is selected.
pub(crate) fn choices(application: &Application, from_path: &str) -> Vec<(String, String)> {
    let mut choices: Vec<(String, String)> = sold(application)
        .into_iter()
        .map(|(licence, label)| (licence.to_string(), label))
        .collect();
    if !from_path.is_empty() && !choices.iter().any(|(key, _)| key == from_path) {
        let label = Licence::from_key(from_path).label(application);
        choices.push((from_path.to_owned(), label));
    }
    choices
}
