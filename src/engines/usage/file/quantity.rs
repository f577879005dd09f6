//! Texts to exact amounts. In a usage file a GB is what AWS bills: 2^30 bytes, and a TB is 1024 GB.

use rust_decimal::Decimal;

use crate::units::{Bytes, GIB, KIB, MIB, ParseError, TIB, split_number_and_unit};

/// Amounts beyond this are slips of the keyboard, and keep all products within 96 bits.
const LARGEST: Decimal = Decimal::from_parts(0xD4A5_1000, 0xE8, 0, false, 0);

/// Dollars per unit beyond this are slips too.
const MOST_DOLLARS: u32 = 100_000;

const SIZES: &[(&str, u64)] = &[
    ("B", 1),
    ("bytes", 1),
    ("kB", KIB),
    ("KB", KIB),
    ("KiB", KIB),
    ("MB", MIB),
    ("MiB", MIB),
    ("GB", GIB),
    ("GiB", GIB),
    ("TB", TIB),
    ("TiB", TIB),
    ("PB", TIB << 10),
    ("PiB", TIB << 10),
];

/// The number at the start, exact, and the rest.
pub(super) fn number_and_rest(text: &str) -> Result<(Decimal, &str), ParseError> {
    let (_, rest) = split_number_and_unit(text)?;
    let trimmed = text.trim();
    let digits = trimmed[..trimmed.len() - rest.len()].trim().replace(['_', ','], "");
    let number = digits
        .parse()
        .or_else(|_| Decimal::from_scientific(&digits))
        .map_err(|_| ParseError::new(format!("`{text}` has too many digits"), "write at most 28 digits"))?;
    Ok((number, rest))
}

/// A bare amount: zero or more.
pub(super) fn amount(text: &str) -> Result<Decimal, ParseError> {
    let (number, rest) = number_and_rest(text)?;
    if !rest.is_empty() {
        return Err(ParseError::new(
            format!("`{text}` is not a bare number"),
            "the field's name says the unit already",
        ));
    }
    within_limits(number, text)
}

fn within_limits(number: Decimal, text: &str) -> Result<Decimal, ParseError> {
    if number.is_sign_negative() && !number.is_zero() {
        Err(ParseError::new(format!("`{text}` is negative"), "what was used is zero or more"))
    } else if number > LARGEST {
        Err(ParseError::new(format!("`{text}` is too large"), "amounts go up to 10^12"))
    } else {
        Ok(number)
    }
}

/// "100 MB" as bytes, exact; a unit is demanded.
pub(super) fn size_in_bytes(text: &str) -> Result<Decimal, ParseError> {
    let (number, unit) = number_and_rest(text)?;
    let number = within_limits(number, text)?;
    if unit.is_empty() {
        return Err(ParseError::new(
            format!("`{text}` has no unit"),
            "write a size with its unit, for example \"100 MB\"",
        ));
    }
    let Some((_, factor)) = SIZES.iter().find(|(name, _)| *name == unit) else {
        return Err(ParseError::unknown_unit(text, unit, SIZES.iter().map(|(name, _)| *name)));
    };
    bytes_within_limits(number * Decimal::from(*factor), text)
}

/// A number of `factor` bytes each.
pub(super) fn bytes_of(number: Decimal, factor: u64, text: &str) -> Result<Decimal, ParseError> {
    bytes_within_limits(number * Decimal::from(factor), text)
}

fn bytes_within_limits(bytes: Decimal, text: &str) -> Result<Decimal, ParseError> {
    if bytes > Decimal::from(1_u64 << 62) {
        return Err(ParseError::new(format!("`{text}` is too large"), "sizes go up to 4,000 PB"));
    }
    Ok(bytes)
}

/// Whole bytes, a fraction rounded up as a service would.
pub(super) fn whole_bytes(bytes: Decimal) -> Bytes {
    Bytes::new(u64::try_from(bytes.ceil()).unwrap_or(u64::MAX))
}

/// "5 %" or 0.05, 0..=1.
pub(super) fn share(text: &str) -> Result<Decimal, ParseError> {
    let (number, unit) = number_and_rest(text)?;
    let value = match unit {
        "%" => number / Decimal::ONE_HUNDRED,
        "" => number,
        other => return Err(ParseError::unknown_unit(text, other, ["%"].into_iter())),
    };
    if (Decimal::ZERO..=Decimal::ONE).contains(&value) {
        Ok(value)
    } else {
        Err(ParseError::new(format!("`{text}` is not a share"), "write \"35 %\" or 0.35"))
    }
}

/// A unit price: `0.44`, `$0.44`, `0.005 per 1000`, `0.00001406 per second` (of a price by the hour).
pub(super) fn unit_price(text: &str, hourly: bool) -> Result<Decimal, ParseError> {
    let bare = text.trim().trim_start_matches('$').trim_start_matches("USD").trim();
    let (number, rest) = number_and_rest(bare)?;
    let number = within_limits(number, text)?;
    if number > Decimal::from(MOST_DOLLARS) {
        return Err(ParseError::new(format!("`{text}` is too large"), "unit prices go up to 100,000 dollars"));
    }
    let rest = rest.trim_start_matches("USD").trim();
    let per = rest.strip_prefix("per ").or_else(|| rest.strip_prefix('/')).map(str::trim);
    let hint = "write dollars per unit: 0.44, \"0.005 per 1000\", or \"0.00001406 per second\" of a price by the hour";
    match (rest, per) {
        ("", _) => Ok(number),
        (_, Some("second" | "s")) if hourly => Ok(number * Decimal::from(3600)),
        (_, Some("minute" | "min")) if hourly => Ok(number * Decimal::from(60)),
        (_, Some("hour" | "h")) if hourly => Ok(number),
        (_, Some(per)) => match number_and_rest(per) {
            Ok((units, _)) if units > Decimal::ZERO => Ok(number / units),
            _ => Err(ParseError::new(format!("`{text}` is not a price per this meter's unit"), hint)),
        },
        _ => Err(ParseError::new(format!("`{text}` is not a price"), hint)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().expect("a decimal")
    }

    #[test]
    fn a_gb_is_what_aws_bills() {
        assert_eq!(size_in_bytes("100 MB").expect("reads"), decimal("104857600"));
        assert_eq!(size_in_bytes("3 TB").expect("reads"), size_in_bytes("3072 GiB").expect("reads"));
        assert!(size_in_bytes("3 Tb").expect_err("bits").hint.contains("TB"));
    }

    #[test]
    fn prices_by_the_second_and_by_the_thousand() {
        assert_eq!(unit_price("0.00001406 per second", true).expect("reads"), decimal("0.050616"));
        assert_eq!(unit_price("$0.005 / 1,000", false).expect("reads"), decimal("0.000005"));
        assert_eq!(unit_price("0.025 per 1000 transitions", false).expect("reads"), decimal("0.000025"));
        assert!(unit_price("0.44 EUR", true).is_err());
        assert!(unit_price("-1", true).is_err());
        assert!(unit_price("0.1 per second", false).is_err(), "GB-months have no second");
    }

    #[test]
    fn the_limit_is_ten_to_the_twelve() {
        assert_eq!(LARGEST, decimal("1000000000000"));
        assert!(amount("1e13").is_err());
        assert!(amount("-0.5").is_err());
        assert_eq!(share("35 %").expect("reads"), decimal("0.35"));
    }
}
