//! The user's own conditions: they win, they discount, they never invent.

use proptest::prelude::*;

use super::*;
use crate::workload::Discounts;

/// A base that knows half of the meters, at one price.
#[derive(Debug)]
struct Flat(Decimal);

impl Rates for Flat {
    fn region(&self) -> &'static str {
        "us-east-1"
    }

    fn rate(&self, meter: &Meter) -> Result<Price, MissingPrice> {
        if meter.to_string().len().is_multiple_of(2) {
            return Err(MissingPrice {
                meter: meter.to_string(),
                region: "us-east-1".to_owned(),
                reason: "odd".to_owned(),
            });
        }
        let unit = meter.unit().expect("listed");
        Ok(Price {
            dollars: self.0,
            unit,
            source: "a list".to_owned(),
            as_of: "2026-01-01".to_owned(),
            origin: PriceOrigin::Live,
            basis: Basis::Read,
        })
    }

    fn databricks_dbu_per_hour(&self, _: &str) -> Option<Decimal> {
        Some(Decimal::ONE)
    }

    fn interruption_band(&self, _: &str) -> Option<InterruptionBand> {
        None
    }
}

fn terms(enterprise: &str, by_service: &[(&str, &str)], unit_prices: &[(&str, &str)]) -> Discounts {
    let map = |entries: &[(&str, &str)]| entries.iter().map(|(key, value)| ((*key).to_owned(), dec(value))).collect();
    Discounts {
        enterprise: (!enterprise.is_empty()).then(|| dec(enterprise)),
        by_service: map(by_service),
        unit_prices: map(unit_prices),
        ..Discounts::default()
    }
}

#[test]
fn discounts_multiply_and_are_named() {
    let virginia = region("us-east-1");
    let terms = terms("0.05", &[("glue", "0.10"), ("ec2/on-demand", "0.2")], &[]);
    let overlay = Overlay::new(&virginia, &terms).expect("sound terms");
    // 0.44 x 0.90 x 0.95 = 0.3762.
    let glue = known(&overlay, &items::GLUE_STANDARD);
    assert_eq!(glue.dollars, dec("0.3762"));
    assert_eq!(rule(&glue), "list price 0.44 x (1 - 0.10 glue discount) x (1 - 0.05 enterprise discount)");
    assert_eq!(glue.as_of, "2026-09-03");
    // 0.192 x 0.8 x 0.95 = 0.14592; Spot gets the enterprise discount alone.
    assert_eq!(known(&overlay, &OnDemandInstance("m5.xlarge")).dollars, dec("0.14592"));
    let spot = known(&overlay, &SpotInstance("c5.xlarge"));
    assert_eq!(spot.dollars, known(&virginia, &SpotInstance("c5.xlarge")).dollars * dec("0.95"));
    assert!(rule(&spot).contains("; list price: On-Demand price 0.17"), "{}", rule(&spot));
    // Databricks is not AWS's to discount.
    assert_eq!(known(&overlay, &items::DATABRICKS_JOBS_PREMIUM).dollars, dec("0.15"));
}

#[test]
fn an_own_price_wins_and_is_not_discounted() {
    let ireland = region("eu-west-1");
    let own = [("emr-on-eks/vcpu", "0.0117"), ("on-premises/year", "6400000"), ("ec2/spot/r5.4xlarge", "0.3")];
    let terms = terms("0.05", &[], &own);
    let overlay = Overlay::new(&ireland, &terms).expect("sound terms");
    let vcpu = known(&overlay, &items::EMR_EKS_VCPU);
    assert_eq!((vcpu.dollars, &vcpu.basis), (dec("0.0117"), &Basis::Own));
    assert_eq!(known(&overlay, &SpotInstance("r5.4xlarge")).dollars, dec("0.3"));
    let year = overlay.rate(&Meter::Own("on-premises/year")).expect("given");
    assert_eq!((year.dollars, year.unit), (dec("6400000"), "year"));
    assert!(overlay.rate(&items::EMR_EKS_MEMORY.meter()).is_err(), "not given, so still missing");
}

#[test]
fn wrong_terms_are_errors_with_the_nearest_name() {
    let virginia = region("us-east-1");
    let message = |terms: &Discounts| Overlay::new(&virginia, terms).expect_err("unsound").to_string();
    assert_eq!(
        message(&terms("", &[], &[("glue/etl_standart", "0.4")])),
        "unknown meter `glue/etl_standart`; did you mean `glue/etl_standard`?"
    );
    assert_eq!(
        message(&terms("", &[], &[("ec2/spot/r5.4xlrge", "0.4")])),
        "unknown instance type `r5.4xlrge` in meter `ec2/spot/r5.4xlrge`; did you mean `r5.4xlarge`?"
    );
    assert!(message(&terms("", &[], &[("glue/etl_flex", "-0.1")])).contains("a price is zero or more"));
    assert_eq!(
        message(&terms("", &[("gleu", "0.1")], &[])),
        "unknown service `gleu` in the discounts; did you mean `glue`?"
    );
    assert!(message(&terms("5", &[], &[])).contains("between 0 and 1"));
    assert!(message(&terms("", &[("ec2", "-0.1")], &[])).contains("between 0 and 1"));
    // p3.2xlarge is sold, though the catalog does not describe it.
    assert!(Overlay::new(&virginia, &terms("", &[], &[("ec2/spot/p3.2xlarge", "1")])).is_ok());
}

fn listed() -> impl Strategy<Value = Meter> {
    let all: Vec<Meter> = Meter::all_listed().filter(|meter| !matches!(meter, Meter::Own(_))).collect();
    (0..all.len()).prop_map(move |place| all[place].clone())
}

fn share() -> impl Strategy<Value = Decimal> {
    (0_i64..=1000).prop_map(|thousandths| Decimal::new(thousandths, 3))
}

fn by_service(meter: &Meter, service: Decimal, enterprise: Decimal) -> Discounts {
    Discounts {
        enterprise: Some(enterprise),
        by_service: [(meter.service().to_owned(), service)].into(),
        ..Discounts::default()
    }
}

proptest! {
    #[test]
    fn the_overlay_never_invents(meter in listed(), given in listed(), dollars in 0_i64..10_000, service in share(), enterprise in share()) {
        let base = Flat(Decimal::ONE);
        let mut terms = by_service(&meter, service, enterprise);
        terms.unit_prices = [(given.to_string(), Decimal::new(dollars, 4))].into();
        let overlay = Overlay::new(&base, &terms).expect("sound terms");
        prop_assert_eq!(overlay.rate(&meter).is_ok(), meter == given || base.rate(&meter).is_ok());
    }

    #[test]
    fn a_discount_never_raises_a_price_and_leaves_zero_at_zero(meter in listed(), cents in 0_i64..10_000, service in share(), enterprise in share()) {
        let base = Flat(Decimal::new(cents, 2));
        let terms = by_service(&meter, service, enterprise);
        if let Ok(price) = Overlay::new(&base, &terms).expect("sound terms").rate(&meter) {
            prop_assert!(price.dollars >= Decimal::ZERO && price.dollars <= base.0);
            prop_assert!(cents > 0 || price.dollars.is_zero());
        }
    }

    #[test]
    fn doubling_the_list_price_doubles_the_discounted_one(meter in listed(), cents in 0_i64..10_000, service in share(), enterprise in share()) {
        let (once, twice) = (Flat(Decimal::new(cents, 2)), Flat(Decimal::new(2 * cents, 2)));
        let terms = by_service(&meter, service, enterprise);
        let of = |base: &Flat| Overlay::new(base, &terms).expect("sound terms").rate(&meter).map(|price| price.dollars);
        prop_assert_eq!(of(&once).map(|dollars| dollars * Decimal::TWO), of(&twice));
    }
}
