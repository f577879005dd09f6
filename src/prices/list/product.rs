//! One element of GetProducts' `PriceList`: a JSON text inside the answer's JSON.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;

/// Why a product's price cannot be used; never a reason to take it for zero.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProductError {
    /// The element is no JSON of the known shape.
    #[error("a product cannot be read: {0}")]
    Shape(String),
    /// There is no On-Demand price in dollars above zero.
    #[error("product {sku} has no On-Demand price in dollars")]
    NoPrice {
        /// The product.
        sku: String,
    },
    /// A price is no number.
    #[error("product {sku} has the price `{text}`, which is no number")]
    Price {
        /// The product.
        sku: String,
        /// What stands there.
        text: String,
    },
}

/// A product with its On-Demand price dimensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Stock-keeping unit.
    pub sku: String,
    /// Product family; empty when there is none.
    pub family: String,
    attributes: BTreeMap<String, String>,
    /// By where their tier begins.
    pub dimensions: Vec<Dimension>,
    /// The offer's effective date, RFC 3339; empty when there is none.
    pub effective: String,
    /// When the list was published, `YYYY-MM-DD`.
    pub published: Option<String>,
}

/// One tier of a price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dimension {
    /// Usage from which it holds.
    pub begin: Decimal,
    /// Dollars for one unit; zero in a free tier.
    pub usd: Decimal,
    /// The price list's unit.
    pub unit: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Element {
    product: RawProduct,
    #[serde(default)]
    terms: Terms,
    #[serde(default)]
    publication_date: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawProduct {
    #[serde(default)]
    product_family: String,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    sku: String,
}

#[derive(Default, Deserialize)]
struct Terms {
    #[serde(default, rename = "OnDemand")]
    on_demand: BTreeMap<String, Offer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Offer {
    #[serde(default)]
    price_dimensions: BTreeMap<String, RawDimension>,
    #[serde(default)]
    effective_date: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawDimension {
    #[serde(default)]
    unit: String,
    #[serde(default)]
    begin_range: Option<String>,
    #[serde(default)]
    price_per_unit: BTreeMap<String, String>,
}

impl Product {
    /// Reads an element; of several offers the one that came into effect last counts.
    ///
    /// # Errors
    /// The element has another shape, or a price in it is no number.
    pub fn read(element: &str) -> Result<Self, ProductError> {
        let element: Element = serde_json::from_str(element).map_err(|error| ProductError::Shape(error.to_string()))?;
        let RawProduct { product_family, attributes, sku } = element.product;
        let offer = element.terms.on_demand.into_values().max_by(|a, b| a.effective_date.cmp(&b.effective_date));
        let (effective, raw) =
            offer.map_or_else(Default::default, |offer| (offer.effective_date, offer.price_dimensions));
        let mut dimensions = Vec::new();
        for dimension in raw.into_values() {
            let Some(text) = dimension.price_per_unit.get("USD") else { continue };
            let number = |text: &str| {
                text.trim()
                    .parse::<Decimal>()
                    .map_err(|_| ProductError::Price { sku: sku.clone(), text: text.to_owned() })
            };
            let usd = number(text)?;
            if usd.is_sign_negative() && !usd.is_zero() {
                return Err(ProductError::Price { sku, text: text.clone() });
            }
            let begin = dimension.begin_range.as_deref().map_or(Ok(Decimal::ZERO), number)?;
            dimensions.push(Dimension { begin, usd: usd.normalize(), unit: dimension.unit });
        }
        dimensions.sort_by_key(|dimension| dimension.begin);
        let published = element.publication_date.and_then(|date| date.get(..10).map(str::to_owned));
        let published = published.filter(|date| date.parse::<jiff::civil::Date>().is_ok());
        Ok(Self { sku, family: product_family, attributes, dimensions, effective, published })
    }

    /// An attribute; empty when there is none.
    #[must_use]
    pub fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    /// Whether an attribute is a value, whatever its case: the price list's case differs by region.
    #[must_use]
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.attribute(name).eq_ignore_ascii_case(value)
    }

    /// Whether the usage type is `suffix` behind a region's prefix or none: `EUC1-ETL-DPU-Hour`, `ETL-DPU-Hour`.
    #[must_use]
    pub fn has_usage_type(&self, suffix: &str) -> bool {
        let usage_type = self.attribute("usagetype");
        if usage_type.eq_ignore_ascii_case(suffix) {
            return true;
        }
        let Some(at) = usage_type.len().checked_sub(suffix.len()) else { return false };
        match (usage_type.get(..at), usage_type.get(at..)) {
            (Some(head), Some(tail)) if tail.eq_ignore_ascii_case(suffix) => {
                head.strip_suffix('-').is_some_and(is_region_prefix)
            }
            _ => false,
        }
    }

    /// The price of the first usage that is not free: the lowest tier above zero. A free tier is an account's, not
    /// this job's.
    ///
    /// # Errors
    /// There is no such tier.
    pub fn first_paid(&self) -> Result<&Dimension, ProductError> {
        let paid = self.dimensions.iter().find(|dimension| !dimension.usd.is_zero());
        paid.ok_or_else(|| ProductError::NoPrice { sku: self.sku.clone() })
    }
}

/// `USE1`, `EUC1`, `EU`, `APS1`: capital letters and at most a digit behind them.
fn is_region_prefix(text: &str) -> bool {
    let letters = text.trim_end_matches(|c: char| c.is_ascii_digit());
    (2..=4).contains(&letters.len())
        && text.len() - letters.len() <= 1
        && letters.bytes().all(|byte| byte.is_ascii_uppercase())
}
