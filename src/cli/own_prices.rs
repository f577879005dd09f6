//! `--prices FILE`: the user's own unit prices, a YAML map from price id to dollars.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rust_decimal::Decimal;

use super::CliError;
use crate::prices::Meter;

/// Reads a file of own prices.
///
/// # Errors
/// The file cannot be read, is no map, names an unknown price, or has a figure that is no price.
pub fn read(path: &Path) -> Result<BTreeMap<String, Decimal>, CliError> {
    let doing = format!("cannot read own prices from `{}`", path.display());
    let text = fs::read_to_string(path).map_err(|error| CliError::because(&doing, &error))?;
    parse(&text, &doing)
}

fn parse(text: &str, doing: &str) -> Result<BTreeMap<String, Decimal>, CliError> {
    let entries: BTreeMap<String, String> = serde_saphyr::from_str(text).map_err(|error| {
        let what = error.to_string();
        let first = what.lines().next().unwrap_or_default();
        CliError::usage(doing, first)
            .hint("write one `price id: dollars` a line, for example `glue/etl_standard: 0.40`")
    })?;
    entries.into_iter().map(|(id, figure)| entry(id, &figure, doing)).collect()
}

fn entry(id: String, figure: &str, doing: &str) -> Result<(String, Decimal), CliError> {
    id.parse::<Meter>()
        .map_err(|error| CliError::because(doing, &error).hint("`shapecast prices show` lists the price ids"))?;
    let bare = figure.trim().trim_start_matches('$');
    match bare.parse::<Decimal>().or_else(|_| Decimal::from_scientific(bare)) {
        Ok(dollars) if !dollars.is_sign_negative() => Ok((id, dollars)),
        _ => Err(CliError::usage(doing, format!("`{id}: {figure}` is no price"))
            .hint("a price is a number of dollars, zero or more, for example 0.40")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_and_dollar_signs_exactly() {
        let prices = parse("glue/etl_standard: 0.40\nec2/spot/r6g.4xlarge: $0.2912\n", "reading").expect("reads");
        assert_eq!(prices["glue/etl_standard"].to_string(), "0.40");
        assert_eq!(prices["ec2/spot/r6g.4xlarge"].to_string(), "0.2912");
    }

    #[test]
    fn refuses_unknown_ids_and_what_is_no_price() {
        let unknown = parse("glue/etl_standart: 0.40", "reading").expect_err("unknown");
        assert!(unknown.what.contains("glue/etl_standard"), "{unknown:?}");
        assert!(parse("glue/etl_standard: -1", "reading").is_err());
        assert!(parse("glue/etl_standard: cheap", "reading").is_err());
        assert!(parse("[1, 2]", "reading").is_err());
    }
}
