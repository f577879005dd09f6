//! Parquet and CSV of the same rows give the same answer, good or bad.

use std::path::{Path, PathBuf};

use polars::prelude::{Column, DataFrame, ParquetWriter};

use super::tests::{HEAD, row};
use super::*;
use crate::profile::tables::ParquetFile;

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/costs").join(name)
}

fn of_csv(text: &[u8]) -> Result<Ledger, CostError> {
    let mut ledger = Ledger::new("pipeline");
    read_csv(text, Packing::Plain, &mut ledger).map(|()| ledger)
}

fn of_parquet(path: &Path) -> Result<Ledger, CostError> {
    let mut ledger = Ledger::new("pipeline");
    read_parquet(path, &mut ledger).map(|()| ledger)
}

/// Everything that a report takes from a ledger. Amounts compare by value: a CSV's `0.0` is a float's `0`.
fn told(ledger: &Ledger) -> impl PartialEq + std::fmt::Debug {
    let names = [ledger.pipelines(), ledger.services()].map(<[String]>::to_vec);
    let currency = ledger.currency().map(str::to_owned);
    (ledger.cells(), names, ledger.counts(), ledger.days(), currency)
}

/// The rows of a CSV as Parquet, in groups of three.
fn parquet(folder: &Path, name: &str, text: &str) -> PathBuf {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let heads = reader.headers().expect("headings").clone();
    let records: Vec<csv::StringRecord> = reader.records().map(|record| record.expect("a row")).collect();
    let column = |(index, head): (usize, &str)| {
        let cells = || records.iter().map(|record| record.get(index).unwrap_or_default());
        if head.ends_with("_cost") || head.ends_with("_amount") {
            let floats: Vec<Option<f64>> = cells().map(|cell| cell.parse().ok()).collect();
            return Column::new(head.into(), floats);
        }
        Column::new(head.into(), cells().collect::<Vec<_>>())
    };
    let mut frame = DataFrame::new(records.len(), heads.iter().enumerate().map(column).collect()).expect("a frame");
    let path = folder.join(format!("{name}.parquet"));
    let file = std::fs::File::create(&path).expect("creates");
    ParquetWriter::new(file).with_row_group_size(Some(3)).finish(&mut frame).expect("writes");
    path
}

#[test]
fn aws_own_layout_is_the_same_in_both() {
    let (csv, parquet) = (of_csv(&std::fs::read(data("cur2.csv")).expect("reads")), of_parquet(&data("cur2.parquet")));
    let (csv, parquet) = (csv.expect("CSV"), parquet.expect("Parquet"));
    assert_eq!(told(&csv), told(&parquet));
    assert_eq!(csv.pipelines(), ["orders", "clicks, \"raw\""]);
    // 21 days of 5.824137 + 4.0320007 + 5.06 + 0.0612345678 + 0.00000015, 0.01 more each day (2.1 in all), less 3.17
    // and 0.1, and 1.999 of tax: 314.5248207738 + 2.1 - 1.271.
    assert_eq!(parquet.total().dollars().normalize().to_string(), "315.3538207738");
    let from = jiff::civil::date(2026, 11, 2);
    let until = jiff::civil::date(2026, 11, 9);
    assert_eq!(csv.runs(0, from, until), parquet.runs(0, from, until));
    assert_eq!(parquet.runs(0, from, until).expect("known").len(), 7);
}

#[test]
fn cost_explorers_table_is_the_same_in_both() {
    let csv = of_csv(&std::fs::read(data("explorer.csv")).expect("reads")).expect("CSV");
    let parquet = of_parquet(&data("explorer.parquet")).expect("Parquet");
    assert_eq!(told(&csv), told(&parquet));
    // 14 days of 1.75, one dollar more each day: 24.5 + 91.
    assert_eq!(parquet.total().dollars().normalize().to_string(), "115.5");
}

#[test]
fn good_and_bad_exports_have_one_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let usage = |id: &str, cost: &str| row(id, "Usage", cost, "USD", "orders");
    let good =
        [HEAD, &usage("1", "0.1"), &usage("2", "0.2"), &usage("3", "1.5e-7"), &usage("4", "12345.678901")].concat();
    let cases = [
        ("good", good.clone()),
        (
            "credits",
            [good.as_str(), &row("5", "Credit", "-0.05", "USD", "orders"), &row("6", "Refund", "-1", "USD", "")]
                .concat(),
        ),
        ("twice", [good.as_str(), &usage("2", "0.2")].concat()),
        ("contradiction", [good.as_str(), &usage("2", "0.3")].concat()),
        ("currencies", [good.as_str(), &row("5", "Usage", "0.2", "EUR", "")].concat()),
        ("no currency", [good.as_str(), &row("5", "Usage", "0.2", "", "")].concat()),
        ("missing column", good.replace("line_item_currency_code", "currency")),
        ("missing columns", good.replace("line_item_usage_", "usage_")),
        ("no tag", good.replace("resource_tags_user_pipeline", "resource_tags_user_team")),
        ("no date", good.replacen("2026-11-09T00:00:00Z,Usage", "yesterday,Usage", 1)),
        ("nothing known", good.replace("line_item_", "li_")),
    ];
    for (name, text) in cases {
        let (csv, parquet) = (of_csv(text.as_bytes()), of_parquet(&parquet(folder.path(), name, &text)));
        match (csv, parquet) {
            (Ok(csv), Ok(parquet)) => {
                assert_eq!(told(&csv), told(&parquet), "{name}");
                assert!(["good", "credits", "twice"].contains(&name), "{name} was read");
            }
            (Err(csv), Err(parquet)) => assert_eq!(csv, parquet, "{name}"),
            (csv, parquet) => panic!("{name}: CSV {:?}, Parquet {:?}", csv.err(), parquet.err()),
        }
    }
    // A cost that is not there is no cost of zero.
    let text = [HEAD, &usage("1", "0.1"), &usage("2", "")].concat();
    let error = of_parquet(&parquet(folder.path(), "no cost", &text)).expect_err("no cost");
    assert_eq!(error.to_string(), "row 3: `line_item_unblended_cost` is `null`: it is no amount");
}

#[test]
fn a_half_written_file_is_refused_wherever_it_ends() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = std::fs::read(data("cur2.parquet")).expect("reads");
    let written = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(format!("{name}.parquet"));
        std::fs::write(&path, bytes).expect("writes");
        of_parquet(&path)
    };
    for end in [4, 11, 12, 100, whole.len() / 2, whole.len() - 5, whole.len() - 1] {
        let error = written(&format!("half {end}"), &whole[..end]).expect_err("half");
        assert!(matches!(error, CostError::CutOff { .. }), "{end} bytes: {error}");
    }
    assert_eq!(written("empty", b"").err(), Some(CostError::Empty));
    let csv = b"line_item_usage_start_date,line_item_unblended_cost\n";
    assert!(written("csv", csv).expect_err("CSV").to_string().contains("no Parquet file"));
}

#[test]
fn an_altered_page_is_refused_by_its_checksum() {
    // As Spark and parquet-java write them, the pages have checksums; the footer, whose length stands in front of the last
    // mark, has none, so that there only a panic would be wrong.
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rotten.parquet");
    let whole = std::fs::read(data("cur2.parquet")).expect("reads");
    let good = format!("{:?}", told(&of_parquet(&data("cur2.parquet")).expect("good")));
    let length = |bytes: &[u8]| u32::from_le_bytes(bytes.try_into().expect("four bytes")) as usize;
    let footer = whole.len() - 8 - length(&whole[whole.len() - 8..whole.len() - 4]);
    let mut refused = 0;
    for at in (8..whole.len() - 8).step_by(61) {
        let mut rotten = whole.clone();
        for byte in &mut rotten[at..at + 4] {
            *byte ^= 0x5a;
        }
        std::fs::write(&path, &rotten).expect("writes");
        match of_parquet(&path) {
            Err(error) => refused += usize::from(error.to_string().contains("checksum")),
            // A column that is not used, or a statistic in a page's header.
            Ok(ledger) if at < footer => {
                assert_eq!(format!("{:?}", told(&ledger)), good, "altered at byte {at}");
            }
            Ok(_) => {}
        }
    }
    assert!(refused > 20, "{refused} refused by a checksum");
}

#[test]
fn a_large_row_group_is_read_in_parts() {
    let file = ParquetFile::open(&data("cur2.parquet")).expect("opens");
    let mut reader = file.reader().expect("a reader");
    let names = ["identity_line_item_id".to_owned(), "resource_tags".to_owned()];
    let group = file.group(&mut reader, 1, &names).expect("a group");
    let whole = group.frame(&(0..file.group_rows(1))).expect("all rows");
    let mut parts = group.frame(&(0..7)).expect("seven rows");
    for rows in [7..30, 30..file.group_rows(1)] {
        parts.vstack_mut(&group.frame(&rows).expect("a part")).expect("the same columns");
    }
    assert!(parts.equals_missing(&whole));
    let error = group.frame(&(0..file.group_rows(1) + 1)).expect_err("too many rows");
    assert!(error.to_string().contains("40 of 41 rows"), "{error}");
}

#[test]
fn a_file_that_is_cut_while_it_is_read_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cut.parquet");
    std::fs::copy(data("cur2.parquet"), &path).expect("copies");
    let file = ParquetFile::open(&path).expect("opens");
    let mut reader = file.reader().expect("a reader");
    let names = ["line_item_unblended_cost".to_owned()];
    assert!(file.group(&mut reader, 0, &names).is_ok());
    std::fs::OpenOptions::new().write(true).open(&path).expect("opens").set_len(200).expect("cuts");
    let error = file.group(&mut reader, 1, &names).expect_err("cut");
    assert!(error.to_string().contains("the file has 200"), "{error}");
}
