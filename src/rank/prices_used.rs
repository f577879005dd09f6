//! Which prices an answer rests on.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::finalist::Finalist;
use super::model::{LayerUsed, PricesUsed, Ranked};
use crate::bill::{Bill, LineItem};
use crate::engines::Question;
use crate::prices::{Freshness, MissingPrice, Price, PriceBook};
use crate::workload::Discounts;

pub fn prices_used(
    book: &PriceBook,
    ranked: &[Ranked],
    rows: &[Finalist],
    today: Option<Date>,
    question: &Question<'_>,
) -> PricesUsed {
    let lines = ranked.iter().flat_map(|row| &row.bill.lines).collect();
    let mut missing: Vec<MissingPrice> = rows
        .iter()
        .flat_map(|row| &row.evaluated.bill.lines)
        .filter(|line| !line.charge.quantity.is_zero())
        .filter_map(|line| line.price.clone().err())
        .collect();
    missing.sort_by(|a, b| a.meter.cmp(&b.meter));
    missing.dedup();
    told(book, lines, missing, today, question)
}

/// The same for a single bill.
pub fn of_bill(book: &PriceBook, bill: &Bill, today: Option<Date>, question: &Question<'_>) -> PricesUsed {
    let missing = bill.missing().into_iter().cloned().collect();
    told(book, bill.lines.iter().collect(), missing, today, question)
}

fn told(
    book: &PriceBook,
    lines: Vec<&LineItem>,
    missing: Vec<MissingPrice>,
    today: Option<Date>,
    question: &Question<'_>,
) -> PricesUsed {
    let used: Vec<&Price> = lines.iter().filter_map(|line| line.price.as_ref().ok()).collect();
    let freshness = Freshness::new(book, today.unwrap_or_default(), used);
    PricesUsed {
        source: book.in_words(),
        as_of: book.as_of().to_owned(),
        age_days: today.map(|today| book.age_days(today)),
        oldest_price: freshness.oldest,
        newest_price: freshness.newest,
        layers: LayerUsed::all(
            book,
            today,
            lines.iter().filter_map(|line| Some((&line.charge.meter, line.price.as_ref().ok()?))),
        ),
        snapshot_sha256: book.manifest().sha256.clone(),
        region: question.rates.region().to_owned(),
        missing,
        conditions: conditions(&question.workload.discounts),
    }
}

/// The user's own price conditions, in words.
fn conditions(terms: &Discounts) -> Vec<String> {
    let mut conditions = Vec::new();
    let percent = |share: &Decimal| format!("{} %", (*share * Decimal::ONE_HUNDRED).normalize());
    conditions.extend(terms.enterprise.as_ref().map(|share| format!("enterprise discount {}", percent(share))));
    let by_service = terms.by_service.iter();
    conditions.extend(by_service.map(|(service, share)| format!("{service} discount {}", percent(share))));
    conditions.extend(terms.unit_prices.iter().map(|(meter, dollars)| format!("own price of {meter}: ${dollars}")));
    if terms.free_allowances {
        conditions.push("account-wide free allowances are used up by this job".to_owned());
    }
    conditions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn discounts_are_said_in_percent() {
        let terms = Discounts {
            enterprise: Some(Decimal::new(5, 2)),
            by_service: [("ec2".to_owned(), Decimal::new(125, 3))].into(),
            ..Discounts::default()
        };
        assert_eq!(conditions(&terms), ["enterprise discount 5 %", "ec2 discount 12.5 %"]);
    }
}
