//! Exports that are good, and those that are not.

use super::*;

pub(super) const HEAD: &str = "identity_line_item_id,identity_time_interval,line_item_usage_start_date,line_item_line_item_type,\
                    line_item_product_code,line_item_usage_type,line_item_usage_amount,line_item_unblended_cost,\
                    line_item_currency_code,line_item_resource_id,resource_tags_user_pipeline\n";

pub(super) fn row(id: &str, kind: &str, cost: &str, currency: &str, pipeline: &str) -> String {
    format!(
        "{id},2026-11-09T00:00:00Z/2026-11-09T01:00:00Z,2026-11-09T00:00:00Z,{kind},AmazonEC2,SpotUsage:r5.4xlarge,2,\
         {cost},{currency},i-1,{pipeline}\n"
    )
}

fn ledger(text: &str) -> Result<Ledger, CostError> {
    let mut ledger = Ledger::new("pipeline");
    read_csv(text.as_bytes(), Packing::Plain, &mut ledger).map(|()| ledger)
}

fn total(text: &str) -> String {
    ledger(text).expect("reads").total().dollars().normalize().to_string()
}

#[test]
fn sums_are_exact_and_credits_count() {
    // 0.1 and 0.2 are no binary fractions: 0.1 + 0.2 - 0.05 - 0.01 = 0.24.
    let text = [
        HEAD,
        &row("1", "Usage", "0.1", "USD", "orders"),
        &row("2", "Usage", "0.2", "USD", ""),
        &row("3", "Credit", "-0.05", "USD", "orders"),
        &row("4", "Refund", "-1E-2", "USD", "orders"),
    ]
    .concat();
    assert_eq!(total(&text), "0.24");
    let ledger = ledger(&text).expect("reads");
    assert_eq!(ledger.pipelines(), ["orders"]);
    let credit: Vec<_> = ledger.cells().into_iter().filter(|(key, _)| key.kind == Kind::Credit).collect();
    assert_eq!(credit[0].1.cost.to_string(), "-0.05");
    // Two hours of 16 vCPU on Spot, twice.
    let spot: f64 = ledger.cells().iter().filter(|(key, _)| key.spot).map(|(_, cell)| cell.vcpu_hours).sum();
    assert!((spot - 64.0).abs() < 1e-9);
}

#[test]
fn a_row_that_is_there_twice_counts_once_and_is_said() {
    let twice = row("1", "Usage", "0.10", "USD", "orders");
    let text = [HEAD, &twice, &row("2", "Usage", "0.2", "USD", ""), &twice].concat();
    assert_eq!(total(&text), "0.3");
    let (rows, duplicates, cost) = ledger(&text).expect("reads").counts();
    assert_eq!((rows, duplicates, cost.dollars().normalize().to_string().as_str()), (2, 1, "0.1"));
}

#[test]
fn two_versions_of_one_row_are_refused() {
    let text = [HEAD, &row("1", "Usage", "0.1", "USD", ""), &row("1", "Usage", "0.2", "USD", "")].concat();
    assert!(matches!(ledger(&text), Err(CostError::Contradiction { row: 3, .. })));
}

#[test]
fn currencies_are_not_mixed() {
    let text = [HEAD, &row("1", "Usage", "0.1", "USD", ""), &row("2", "Usage", "0.2", "EUR", "")].concat();
    let error = ledger(&text).expect_err("mixed");
    assert_eq!(
        error.to_string(),
        "row 3 is in EUR, the rows before are in USD: amounts of several currencies cannot be added"
    );
}

#[test]
fn missing_columns_are_named() {
    let text = [HEAD, &row("1", "Usage", "0.1", "USD", "")].concat().replace("line_item_unblended_cost", "cost");
    let error = ledger(&text).expect_err("missing");
    assert_eq!(error.to_string(), "columns are missing: line_item_unblended_cost");
    let text =
        HEAD.replace("resource_tags_user_pipeline", "resource_tags_user_team") + &row("1", "Usage", "1", "USD", "");
    assert_eq!(
        ledger(&text).expect_err("no tag").to_string(),
        "no column has the tag `pipeline`; tags of this export: team"
    );
    assert!(matches!(ledger("a,b\n1,2\n"), Err(CostError::UnknownKind { .. })));
    assert_eq!(ledger("").err(), Some(CostError::Empty));
    assert_eq!(ledger(HEAD).err(), Some(CostError::Empty));
}

#[test]
fn half_a_file_is_refused() {
    let text = [HEAD, &row("1", "Usage", "0.1", "USD", "orders")].concat();
    let half = &text[..text.len() - 20];
    let error = ledger(half).expect_err("cut off");
    assert!(error.to_string().starts_with("the file is cut off at row 2"), "{error}");
    let mut packed = Vec::new();
    let mut encoder = flate2::write::GzEncoder::new(&mut packed, flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, text.as_bytes()).expect("packs");
    encoder.finish().expect("packs");
    let mut whole = Ledger::new("pipeline");
    read_csv(packed.as_slice(), Packing::Gzip, &mut whole).expect("reads");
    assert_eq!(whole.total().dollars().to_string(), "0.1");
    let error = read_csv(&packed[..packed.len() - 12], Packing::Gzip, &mut Ledger::new("pipeline"));
    assert!(matches!(error, Err(CostError::CutOff { .. })), "{error:?}");
}

#[test]
fn a_cost_that_is_no_amount_is_not_zero() {
    for cost in ["", "n/a", "1,5"] {
        let text = [HEAD, &row("1", "Usage", cost, "USD", "")].concat();
        assert!(ledger(&text).is_err(), "{cost}");
    }
}

#[test]
fn tags_may_stand_in_one_column_as_json() {
    let text = HEAD.replace("resource_tags_user_pipeline", "resource_tags")
        + &row("1", "Usage", "1.5", "USD", "\"{\"\"user_pipeline\"\":\"\"orders\"\",\"\"user_team\"\":\"\"a\"\"}\"");
    assert_eq!(ledger(&text).expect("reads").pipelines(), ["orders"]);
}

#[test]
fn the_older_spelling_is_read_too() {
    let old = "identity/LineItemId,identity/TimeInterval,lineItem/UsageStartDate,lineItem/LineItemType,\
               lineItem/ProductCode,lineItem/UsageType,lineItem/UsageAmount,lineItem/UnblendedCost,\
               lineItem/CurrencyCode,lineItem/ResourceId,resourceTags/user:pipeline\n";
    assert_eq!(total(&(old.to_owned() + &row("1", "Usage", "0.1", "USD", "a"))), "0.1");
}

#[test]
fn cost_explorers_table_is_read_and_checked() {
    let table = "\"pipeline\",\"orders($)\",\"No tag key: pipeline($)\",\"Total costs($)\"\n\
                 pipeline total,3.5,1,4.5\n2026-11-09,1.5,0.25,1.75\n2026-11-10,2,0.75,2.75\n";
    let read = ledger(table).expect("reads");
    assert_eq!(
        (read.total().dollars().normalize().to_string().as_str(), read.pipelines()),
        ("4.5", &["orders".to_owned()][..])
    );
    let twice = table.replace("2026-11-10", "2026-11-09");
    assert_eq!(ledger(&twice).expect_err("twice").to_string(), "row 4: the day 2026-11-09 is there twice");
    let wrong = table.replace("0.25,1.75", "0.25,1.95");
    assert!(matches!(ledger(&wrong), Err(CostError::Sum { row: 3, .. })));
    assert!(matches!(ledger(&table.replace("orders($)", "orders(EUR)")), Err(CostError::Currencies { .. })));
    assert!(matches!(ledger(&table.replace("pipeline", "Service")), Err(CostError::NoTag { .. })));
}

/// More than two blocks of rows, each with a cost of its own.
fn long(rows: u32) -> String {
    let mut text = HEAD.to_owned();
    for number in 0..rows {
        let pipeline = ["orders", "clicks", ""][number as usize % 3];
        text += &row(&format!("id{number}"), "Usage", &format!("0.{number:07}"), "USD", pipeline);
    }
    text
}

#[test]
fn blocks_are_added_up_as_if_they_were_one() {
    const ROWS: u32 = 70_000;
    let text = long(ROWS);
    assert!(text.len() > 2 * (4 << 20));
    let one = ledger(&text).expect("reads");
    // 0 + 1 + … + 69,999 units of 10⁻⁷.
    let units = u64::from(ROWS) * u64::from(ROWS - 1) / 2;
    assert_eq!(one.total().dollars(), rust_decimal::Decimal::new(i64::try_from(units).expect("small"), 7));
    assert_eq!(one.counts().0, u64::from(ROWS));
    let with_threads = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| {
            let ledger = ledger(&text).expect("reads");
            format!("{:?} {:?}", ledger.cells(), ledger.pipelines())
        })
    };
    assert_eq!(with_threads(1), with_threads(3));
}

#[test]
fn what_is_wrong_far_down_has_its_row_and_counts_once() {
    let text = long(70_000);
    let again = row("id1", "Usage", "0.0000001", "USD", "clicks");
    let (rows, duplicates, cost) = ledger(&(text.clone() + &again)).expect("reads").counts();
    assert_eq!((rows, duplicates, cost.dollars().to_string().as_str()), (70_000, 1, "0.0000001"));
    let refused = |last: &str| ledger(&(text.clone() + last)).expect_err("wrong").to_string();
    assert!(refused(&row("id1", "Usage", "7", "USD", "")).starts_with("row 70002 is the line item `id1` again"));
    assert!(refused(&row("new", "Usage", "7", "EUR", "")).starts_with("row 70002 is in EUR"));
    assert!(refused(&row("new", "Usage", "seven", "USD", "")).starts_with("row 70002: `line_item_unblended_cost`"));
    assert!(refused("half,a row\n").starts_with("the file is cut off at row 70002"));
}
