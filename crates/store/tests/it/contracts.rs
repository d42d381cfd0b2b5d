//! Contracts, their attachments, and the price book.

use model::{
    BillingCycle, ContractId, ContractTerms, IntegrationId, Licence, ListPrice, Money,
    PriceConfidence,
};
use store::{ATTACHMENT_BYTES, Actor, Error};

use crate::support::{NOW, connect, day, field_of, on_both_engines};

fn euros(text: &str) -> Money {
    Money::parse(text, "EUR".parse().unwrap()).unwrap()
}

pub(crate) fn terms() -> ContractTerms {
    ContractTerms {
        name: "Order 2025-17".to_owned(),
        unit_price: Some(euros("12.50")),
        billing_cycle: BillingCycle::Monthly,
        renewal_months: Some(12),
        notice_months: Some(3),
        minimum: 1_000,
        owner: "buyer@example.com".to_owned(),
        notes: "First line\nsecond line".to_owned(),
        ..ContractTerms::new(
            Licence::base("licensed"),
            1_800,
            day("2025-07-01"),
            day("2026-06-30"),
        )
    }
}

pub(crate) fn price(licence: &str) -> ListPrice {
    ListPrice {
        licence: Licence::from_key(licence),
        yearly: euros("690"),
        as_of: day("2026-01-31"),
        source: "Offer of 31 January".to_owned(),
        confidence: PriceConfidence::Quoted,
    }
}

on_both_engines! {
    async fn a_contract_is_added_changed_and_removed_and_its_number_is_not_reused(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let other = connect(store, "account-2").await.id;
        let number = store.add_contract(id, &terms(), &Actor::Cli, NOW).await.unwrap();
        assert_eq!(number, ContractId(1));
        let stored = store.contract(id, number).await.unwrap().unwrap();
        assert_eq!((stored.terms, stored.integration), (terms(), id));
        assert_eq!(store.contract(other, number).await.unwrap(), None);
        let mut more = terms();
        more.quantity = 2_000;
        more.unit_price = None;
        let later = NOW.plus_seconds(60);
        assert!(store.update_contract(id, number, &more, &Actor::Cli, later).await.unwrap());
        let stored = store.contract(id, number).await.unwrap().unwrap();
        assert_eq!((stored.created_at, stored.updated_at), (NOW, later));
        assert_eq!(stored.terms, more);
        assert!(!store.update_contract(other, number, &more, &Actor::Cli, later).await.unwrap());
        assert!(!store.remove_contract(other, number, &Actor::Cli, later).await.unwrap());
        assert!(store.remove_contract(id, number, &Actor::Cli, later).await.unwrap());
        assert_eq!(store.contracts(id).await.unwrap(), []);
        let next = store.add_contract(other, &terms(), &Actor::Cli, NOW).await.unwrap();
        assert_eq!(next, ContractId(2));
        assert_eq!(store.all_contracts().await.unwrap().len(), 1);
        let actions: Vec<String> = store.audit(4, None).await.unwrap()
            .into_iter().map(|entry| entry.action).collect();
        assert_eq!(actions, ["contract.add", "contract.remove", "contract.change", "contract.add"]);
    }

    async fn contracts_of_a_file_are_added_all_or_none(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let revision = store.decision_revision(id).await.unwrap();
        let mut wrong = terms();
        wrong.quantity = -1;
        let error = store
            .add_contracts(id, &[terms(), terms(), wrong], &Actor::Cli, NOW).await.unwrap_err();
        assert_eq!(error.to_string(), "contracts[2].quantity is -1: use 0 to 10000000");
        assert_eq!(store.contracts(id).await.unwrap(), []);
        assert_eq!(store.decision_revision(id).await.unwrap(), revision);
        let ids = store.add_contracts(id, &[terms(), terms()], &Actor::Cli, NOW).await.unwrap();
        assert_eq!(ids.len(), 2);
        assert_eq!(store.contracts(id).await.unwrap().len(), 2);
    }

    async fn invalid_terms_are_refused_with_their_field(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let wrong = |change: fn(&mut ContractTerms)| {
            let mut terms = terms();
            change(&mut terms);
            terms
        };
        let cases = [
            ("licence", wrong(|terms| terms.licence = Licence::base("a b"))),
            ("licence", wrong(|terms| terms.licence = Licence::base(""))),
            ("name", wrong(|terms| terms.name = String::new())),
            ("name", wrong(|terms| terms.name = "a\nb".into())),
            ("name", wrong(|terms| terms.name = "é".repeat(201))),
            ("unit_price", wrong(|terms| terms.unit_price = Some(euros("-1")))),
            ("unit_price", wrong(|terms| terms.unit_price = Some(euros("99999999999")))),
            ("ends_on", wrong(|terms| terms.ends_on = day("2025-06-30"))),
            ("ends_on", wrong(|terms| terms.ends_on = day("2099-06-30"))),
            ("starts_on", wrong(|terms| terms.starts_on = day("1969-12-31"))),
            ("notice_days", wrong(|terms| terms.notice_days = -1)),
            ("ends_on", wrong(|terms| terms.ends_on = day("2026-07-01"))),
            ("renewal_months", wrong(|terms| terms.renewal_months = Some(0))),
            ("renewal_days", wrong(|terms| terms.renewal_days = Some(0))),
            ("renewal_days", wrong(|terms| {
                (terms.renewal_months, terms.renewal_days) = (Some(12), Some(365));
            })),
            ("renews_by_quarter", wrong(|terms| {
                (terms.renewal_months, terms.renews_by_quarter) = (Some(12), true);
            })),
            ("notice_months", wrong(|terms| terms.notice_months = Some(-1))),
            ("minimum", wrong(|terms| terms.minimum = i64::MAX)),
            ("owner", wrong(|terms| terms.owner = "the boss".into())),
            ("notes", wrong(|terms| terms.notes = "x".repeat(10_001))),
        ];
        for (field, terms) in cases {
            let error = store.add_contract(id, &terms, &Actor::Cli, NOW).await.unwrap_err();
            assert_eq!(field_of(&error), field, "{error}");
        }
        let nobody = store.add_contract(IntegrationId(9), &terms(), &Actor::Cli, NOW).await;
        assert!(matches!(nobody.unwrap_err(), Error::NotFound { .. }));
    }

    async fn attachments_belong_to_their_contract(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let contract = store.add_contract(id, &terms(), &Actor::Cli, NOW).await.unwrap();
        let bytes: Vec<u8> = (0..=255).collect();
        let attach = async |contract, name, bytes: &[u8]| {
            store.attach(id, contract, name, "application/pdf", bytes, &Actor::Cli, NOW).await
        };
        let number = attach(contract, "order.pdf", &bytes).await.unwrap();
        let listed = store.attachments(id, contract).await.unwrap();
        assert_eq!((listed.len(), listed[0].size, listed[0].name.as_str()), (1, 256, "order.pdf"));
        let (meta, content) = store.attachment(id, contract, number).await.unwrap().unwrap();
        assert_eq!((&meta, content), (&listed[0], bytes));
        assert_eq!(store.attachment(id, ContractId(9), number).await.unwrap(), None);
        let large = vec![0; ATTACHMENT_BYTES + 1];
        assert_eq!(field_of(&attach(contract, "large.pdf", &large).await.unwrap_err()), "file");
        assert_eq!(field_of(&attach(contract, "empty.pdf", &[]).await.unwrap_err()), "file");
        assert_eq!(field_of(&attach(contract, "", &[1]).await.unwrap_err()), "name");
        let nowhere = attach(ContractId(9), "x", &[1]).await.unwrap_err();
        assert!(matches!(nowhere, Error::NotFound { .. }));
        for _ in 1..20 {
            attach(contract, "more.pdf", &[1]).await.unwrap();
        }
        assert_eq!(field_of(&attach(contract, "x", &[1]).await.unwrap_err()), "attachments");
        assert!(store.remove_attachment(id, contract, number, &Actor::Cli, NOW).await.unwrap());
        assert!(!store.remove_attachment(id, contract, number, &Actor::Cli, NOW).await.unwrap());
        store.remove_contract(id, contract, &Actor::Cli, NOW).await.unwrap();
        assert_eq!(store.attachments(id, contract).await.unwrap(), []);
    }

    async fn the_price_book_has_one_price_for_each_licence(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        store.set_price(id, &price("webinar_500"), &Actor::Cli, NOW).await.unwrap();
        store.set_price(id, &price("licensed"), &Actor::Cli, NOW).await.unwrap();
        let mut dearer = price("webinar_500");
        dearer.yearly = Money::parse("700", "USD".parse().unwrap()).unwrap();
        dearer.confidence = PriceConfidence::Estimated;
        store.set_price(id, &dearer, &Actor::Cli, NOW).await.unwrap();
        assert_eq!(store.prices(id).await.unwrap(), [price("licensed"), dearer]);
        let licensed = Licence::base("licensed");
        assert!(store.remove_price(id, &licensed, &Actor::Cli, NOW).await.unwrap());
        assert!(!store.remove_price(id, &licensed, &Actor::Cli, NOW).await.unwrap());
        let mut wrong = price("licensed");
        wrong.source = String::new();
        let error = store.set_price(id, &wrong, &Actor::Cli, NOW).await.unwrap_err();
        assert_eq!(field_of(&error), "source");
    }
}
