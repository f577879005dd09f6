//! Why a price is missing.

use std::fmt;

/// The reasons that the price book distinguishes; rendered into [`super::MissingPrice::reason`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Absence {
    /// Nobody sells or sold such an instance type, as far as the snapshot knows.
    UnknownType {
        /// What was asked for.
        instance_type: String,
        /// The nearest known type.
        did_you_mean: Option<String>,
    },
    /// The type exists and the region's list does not have it.
    NotSoldHere {
        /// Date of the region's list.
        list_of: String,
        /// In how many other regions it is sold.
        other_regions: usize,
    },
    /// The type is sold On-Demand, and AWS published no Spot saving for it here.
    NoSpotFigure,
    /// The EMR fee of this type is neither read nor computable.
    NoUplift,
    /// The EMR fee is one price for all commercial regions; this region is not one of them.
    UpliftOutsideCommercial,
    /// The item has a price in other regions, and the snapshot has none for this one.
    NotInSnapshot {
        /// Regions for which the snapshot has it.
        known_in: Vec<String>,
    },
    /// No source gives a price for the item anywhere.
    NeverPublished,
    /// Only the user knows it.
    OwnPrice,
    /// The table gives the price per something else.
    OtherUnit {
        /// The table's measure.
        table: String,
        /// The measure asked for.
        wanted: &'static str,
    },
}

impl fmt::Display for Absence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownType { instance_type, did_you_mean } => {
                write!(f, "unknown instance type `{instance_type}`")?;
                did_you_mean.as_ref().map_or(Ok(()), |near| write!(f, "; did you mean `{near}`?"))
            }
            Self::NotSoldHere { list_of, other_regions } => write!(
                f,
                "not sold in this region by the price list of {list_of} (sold in {other_regions} other regions; newer \
                 families may have come since)"
            ),
            Self::NoSpotFigure => f.write_str("sold On-Demand, but the Spot Advisor data has no figure for this region"),
            Self::NoUplift => {
                f.write_str("EMR's fee for this type was not read, and us-east-1, from whose price it is computed, does not sell it")
            }
            Self::UpliftOutsideCommercial => {
                f.write_str("EMR's fee is one price for all commercial regions; for this one no source was found")
            }
            Self::NotInSnapshot { known_in } => write!(
                f,
                "the snapshot has no price for this region (it has one for {}); give your own under \
                 `discounts.unit_prices` or refresh the prices",
                Regions(known_in)
            ),
            Self::NeverPublished => f.write_str(
                "never published: no source with this price was found; give your own under `discounts.unit_prices`",
            ),
            Self::OwnPrice => f.write_str("only you know it: give it under `discounts.unit_prices`"),
            Self::OtherUnit { table, wanted } => {
                write!(f, "the price is per {table}, and what is to be billed is counted in {wanted}")
            }
        }
    }
}

/// Up to four region names, then how many more.
struct Regions<'a>(&'a [String]);

impl fmt::Display for Regions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.len().min(4);
        f.write_str(&self.0[..shown].join(", "))?;
        if self.0.len() > shown { write!(f, " and {} more", self.0.len() - shown) } else { Ok(()) }
    }
}
