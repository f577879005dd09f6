//! Lines of a bill, each with its arithmetic and its price's pedigree.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{SCHEMA_VERSION, Tool};
use crate::bill;
use crate::engines::{EngineId, Period};
use crate::prices::{Basis, MissingPrice};
use crate::rank;
use crate::report::number::{Amount, Dollars, UnitDollars};

/// A priced usage: what `shapecast bill --format json` writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BillDocument {
    /// Version of this contract; 1.
    pub schema_version: u32,
    /// Who wrote the document.
    pub tool: Tool,
    /// Which prices were used and which are missing.
    pub prices: super::PricesUsed,
    /// The engine; null for a usage without one.
    pub engine: Option<EngineId>,
    /// How many runs the bill is for.
    pub runs: Amount,
    /// One line for every charge, in the order of the service's bill.
    pub bill: Vec<BillLine>,
    /// Sum of the lines; null while a price is missing.
    pub total_usd: Option<Dollars>,
}

impl BillDocument {
    /// The document of a bill for `runs` runs.
    #[must_use]
    pub fn new(bill: &bill::Bill, engine: Option<EngineId>, runs: Decimal, prices: &rank::PricesUsed) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool::this(),
            prices: super::PricesUsed::from(prices),
            engine,
            runs: Amount::new(runs),
            bill: bill.lines.iter().map(BillLine::from).collect(),
            total_usd: bill.grand_total().ok().map(Dollars::from),
        }
    }
}

/// One line of a bill.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BillLine {
    /// What is charged, for people.
    pub component: String,
    /// Where it belongs: `compute`, `engine-fee`, `storage`, `requests`, `network`, `orchestration`, `catalog`,
    /// `own`.
    pub group: String,
    /// When it falls due: `run` or `month`.
    pub period: String,
    /// The quantity's arithmetic, after the service's rounding and minimum.
    pub formula: String,
    /// How much, in `unit`.
    pub quantity: Amount,
    /// What the price is per, for example `vcpu-hour`.
    pub unit: String,
    /// The price's id, as `shapecast prices show` and a file of own prices have it.
    pub meter: String,
    /// Dollars for one `unit`, unrounded up to twelve places; null when nobody knows.
    pub unit_price_usd: Option<UnitDollars>,
    /// Quantity × unit price; null when the price is not known.
    pub amount_usd: Option<Dollars>,
    /// Where the price stands.
    pub price_source: Option<String>,
    /// Date of the price, `YYYY-MM-DD` or `undated`.
    pub price_as_of: Option<String>,
    /// The layer of the price book that it comes from: `live`, `file`, `embedded` or `own`.
    pub price_origin: Option<String>,
    /// How the price came to be known.
    pub price_basis: Option<PriceBasis>,
    /// The rule of a derived price, in words.
    pub price_rule: Option<String>,
    /// Why there is no price.
    pub missing: Option<Missing>,
}

/// How a price came to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PriceBasis {
    /// Read in the named source.
    Read,
    /// Computed from read prices by a rule.
    Derived,
    /// Given by the user.
    Own,
}

/// A price that nobody has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Missing {
    /// The price's id.
    pub meter: String,
    /// The region asked for.
    pub region: String,
    /// Why there is no answer.
    pub reason: String,
}

impl From<&MissingPrice> for Missing {
    fn from(missing: &MissingPrice) -> Self {
        let MissingPrice { meter, region, reason } = missing.clone();
        Self { meter, region, reason }
    }
}

impl From<&bill::LineItem> for BillLine {
    fn from(line: &bill::LineItem) -> Self {
        let charge = &line.charge;
        let price = line.price.as_ref().ok();
        let (price_basis, price_rule) = price.map_or((None, None), |price| basis(&price.basis));
        Self {
            component: charge.component.clone(),
            group: kebab(&charge.group),
            period: kebab(&charge.period),
            formula: charge.formula.clone(),
            quantity: Amount::new(charge.quantity),
            unit: charge.unit.to_owned(),
            meter: charge.meter.to_string(),
            unit_price_usd: price.map(|price| UnitDollars::new(price.dollars)),
            amount_usd: line.amount().map(Dollars::from),
            price_source: price.map(|price| price.source.clone()),
            price_as_of: price.map(|price| price.as_of.clone()),
            price_origin: price.map(|price| price.origin.to_string()),
            price_basis,
            price_rule,
            missing: line.missing().map(Missing::from),
        }
    }
}

impl BillLine {
    /// Whether the line falls due every month, however many runs there are.
    #[must_use]
    pub fn is_monthly(&self) -> bool {
        self.period == kebab(&Period::Month)
    }
}

/// Name and rule of a basis.
pub(in crate::report) fn basis(basis: &Basis) -> (Option<PriceBasis>, Option<String>) {
    match basis {
        Basis::Read => (Some(PriceBasis::Read), None),
        Basis::Derived { rule } => (Some(PriceBasis::Derived), Some(rule.clone())),
        Basis::Own => (Some(PriceBasis::Own), None),
    }
}

/// The serialised name of a unit enum, so that the contract and the type cannot drift apart.
pub fn kebab<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}
