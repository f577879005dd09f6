//! Data transfer: tiers to the internet, between zones, to other regions.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::product::Product;

/// The book's names of the internet tiers, by the GB of a month from which they hold.
const TIERS: [(u32, &str); 4] = [
    (0, "internet_out_first_tier"),
    (10_240, "internet_out_next_40tb"),
    (51_200, "internet_out_next_100tb"),
    (153_600, "internet_out_over_150tb"),
];

/// Regions between which traffic is cheaper.
const US_EAST: [(&str, &str); 2] = [("us-east-1", "us-east-2"), ("us-east-2", "us-east-1")];

/// Items with price and, when it is no single list price, the rule.
pub fn items(region: &str, products: &[Product]) -> Vec<(&'static str, Decimal, Option<String>)> {
    let mut found = Vec::new();
    let of = |kind: &'static str, usage: &'static str| {
        products.iter().filter(move |product| product.is("transferType", kind) && product.has_usage_type(usage))
    };
    if let Some(price) = of("IntraRegion", "DataTransfer-Regional-Bytes").find_map(|product| product.first_paid().ok())
    {
        found.push(("cross_az_each_direction", price.usd, None));
    }
    if let Some(out) = of("AWS Outbound", "DataTransfer-Out-Bytes").next() {
        let paid: Vec<_> = out.dimensions.iter().filter(|tier| !tier.usd.is_zero()).collect();
        for (index, (begin, item)) in TIERS.into_iter().enumerate() {
            // A free first gigabyte moves the first tier's begin.
            let tier = match index {
                0 => paid.first(),
                _ => paid.iter().find(|tier| tier.begin == Decimal::from(begin)),
            };
            found.extend(tier.map(|tier| (item, tier.usd, None)));
        }
    }
    found.extend(to_regions(region, products));
    found
}

/// To most regions the price is one; the book has one item for it, and one for the other US East region.
fn to_regions(region: &str, products: &[Product]) -> Vec<(&'static str, Decimal, Option<String>)> {
    let near = US_EAST.iter().find(|(from, _)| *from == region).map(|(_, to)| *to);
    let mut by_price: BTreeMap<Decimal, usize> = BTreeMap::new();
    let mut to_near = None;
    for product in products.iter().filter(|product| product.is("transferType", "InterRegion Outbound")) {
        let Ok(price) = product.first_paid() else { continue };
        let to = product.attribute("toRegionCode");
        let is_near = near.is_some_and(|near| {
            to == near
                || product.attribute("toLocation")
                    == if near == "us-east-2" { "US East (Ohio)" } else { "US East (N. Virginia)" }
        });
        if is_near {
            to_near = Some(price.usd);
        } else {
            *by_price.entry(price.usd).or_default() += 1;
        }
    }
    let all: usize = by_price.values().sum();
    let most = by_price.iter().max_by_key(|(price, count)| (**count, **price));
    let general = most.map(|(price, count)| {
        let rule = (*count < all).then(|| format!("the price to {count} of {all} regions"));
        ("to_other_regions", *price, rule)
    });
    general.into_iter().chain(to_near.map(|price| ("to_us_east_regions", price, None))).collect()
}
