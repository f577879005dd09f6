//! Every format of the hand-made answer, read as a person reads it.

use super::document::{BillDocument, PortfolioDocument, RecommendDocument};
use super::prices::{PriceRow, PricesDocument};
use super::table::Screen;
use super::*;

fn screen(page: &Page, screen: Screen) -> String {
    anstream::adapter::strip_str(&table::render(page, screen)).to_string()
}

fn wide(page: &Page) -> String {
    screen(page, Screen::default())
}

fn portfolio() -> PortfolioDocument {
    let unserved = RecommendDocument::new(&fixture::nothing_eligible(), fixture::NOW);
    PortfolioDocument::new(vec![fixture::document(), unserved]).expect("two documents")
}

#[test]
fn the_table_at_120_columns() {
    insta::assert_snapshot!(wide(&recommend_page(&fixture::document(), View::default())));
}

#[test]
fn the_table_folded_out() {
    insta::assert_snapshot!(wide(&recommend_page(&fixture::document(), View { top: None, all: true })));
}

#[test]
fn the_table_on_a_narrow_ascii_screen_keeps_to_its_width() {
    let view = View { top: Some(1), all: false };
    let text = screen(&recommend_page(&fixture::document(), view), Screen { width: 90, ascii: true });
    assert!(text.is_ascii());
    insta::assert_snapshot!(text);
    let widest = text.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(90), "{widest:?}");
}

#[test]
fn nothing_eligible_is_said_with_the_constraint_to_relax() {
    let document = RecommendDocument::new(&fixture::nothing_eligible(), fixture::NOW);
    let text = wide(&recommend_page(&document, View::default()));
    assert!(text.contains("No engine can serve this workload"), "{text}");
    assert!(text.contains("relax constraints.custom_jar"), "{text}");
}

#[test]
fn explain_prints_every_line_with_its_price_source_and_date() {
    let document = fixture::document();
    let best = document.best().expect("a recommendation");
    let text = wide(&explain::page(&document, best));
    for line in &best.bill {
        assert!(text.contains(&line.meter), "{} is not explained", line.meter);
    }
    insta::assert_snapshot!(text);
}

#[test]
fn markdown() {
    insta::assert_snapshot!(markdown::render(&recommend_page(&fixture::document(), View::default())));
}

#[test]
fn csv_has_the_rows_of_the_screen() {
    let document = fixture::document();
    let view = View { top: Some(2), all: false };
    let rows = ranking::grid(&document, view).rows.len();
    let text = csv::recommend(&[document], view).expect("writes");
    assert_eq!(text.lines().count(), rows + 1);
    insta::assert_snapshot!(text);
}

#[test]
fn json_is_the_contract_and_reads_back_to_the_same_document() {
    let document = fixture::document();
    let text = json::to_text(&document).expect("writes");
    insta::assert_snapshot!(text);
    assert_eq!(json::from_text::<RecommendDocument>(&text).expect("reads"), document);
}

#[test]
fn an_unknown_price_is_null_in_json_and_a_question_mark_on_the_screen() {
    let document = fixture::document();
    let flex = document.recommendations.iter().find(|entry| entry.rank == Some(4)).expect("Flex");
    let json = serde_json::to_value(flex).expect("writes");
    assert!(json["cost_usd"].is_null());
    assert!(json["bill"][0]["amount_usd"].is_null());
    assert!(json["bill"][0]["missing"]["reason"].is_string());
    assert_eq!(ranking::grid(&document, View::default()).rows[4][5], "?");
}

#[test]
fn a_later_contract_is_refused_by_its_version() {
    let error = json::from_text::<RecommendDocument>(r#"{"schema_version": 2, "new": true}"#).expect_err("later");
    assert_eq!(error.to_string(), "the document has schema_version 2, this version reads 1");
}

#[test]
fn the_portfolio_sums_what_is_priced_and_names_the_rest() {
    let portfolio = portfolio();
    // Only the first workload has a recommendation: $139.06.
    assert_eq!(portfolio.totals.monthly_cost_usd.expect("priced").usd().to_string(), "$139.06");
    assert_eq!(portfolio.totals.unserved.len(), 1);
    insta::assert_snapshot!(wide(&portfolio_page(&portfolio)));
}

#[test]
fn the_bill() {
    let answer = fixture::answer();
    let best = &answer.ranked[0];
    let engine = Some(best.candidate.engine);
    let document = BillDocument::new(&best.bill, engine, rust_decimal::Decimal::ONE, &answer.prices);
    insta::assert_snapshot!(wide(&bill::page(&document)));
    insta::assert_snapshot!(bill::to_csv(&document.bill).expect("writes"));
}

#[test]
fn prices() {
    let document = fixture::document();
    let lines = &document.best().expect("a recommendation").bill;
    let rows = lines.iter().skip(3).take(2).map(|line| PriceRow {
        region: "us-east-1".to_owned(),
        meter: line.meter.clone(),
        unit: line.unit.clone(),
        unit_price_usd: line.unit_price_usd,
        price_source: line.price_source.clone(),
        price_as_of: line.price_as_of.clone(),
        price_origin: line.price_origin.clone(),
        price_age_days: None,
        price_basis: line.price_basis,
        note: line.price_rule.clone(),
    });
    let document = PricesDocument::new("embedded snapshot", "2026-11-01", Some(19), rows.collect());
    insta::assert_snapshot!(wide(&prices::page(&document)));
    insta::assert_snapshot!(prices::to_csv(&document).expect("writes"));
}

/// The stored run that the tests of the program explain. `SHAPECAST_BLESS=1` writes it anew.
#[test]
fn the_stored_run_of_the_program_tests_is_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli_data/run.json");
    let text = json::to_text(&fixture::document()).expect("writes");
    if std::env::var_os("SHAPECAST_BLESS").is_some() {
        std::fs::write(path, &text).expect("writes");
    }
    let stored = std::fs::read_to_string(path).unwrap_or_default();
    assert!(stored == text, "{path} is stale: run the tests with SHAPECAST_BLESS=1");
}
