//! Reading a cost export: `cargo bench --no-default-features --bench costs`.
//!
//! A year of a platform's costs (5.6 million rows), as CSV and as Parquet, is measured with the whole program; see
//! `make_costs.py` beside this file and docs/speed.md.

use std::fmt::Write as _;

use divan::counter::{BytesCount, ItemsCount};
use shapecast::finops::cost::{Ledger, Packing, read_csv};

fn main() {
    divan::main();
}

const ROWS: usize = 200_000;

/// Rows of CUR 2.0 with all tags in one column, as AWS writes CSV.
fn export() -> String {
    let mut text = "identity_line_item_id,identity_time_interval,line_item_usage_start_date,line_item_line_item_type,\
                    line_item_product_code,line_item_usage_type,line_item_usage_amount,line_item_unblended_cost,\
                    line_item_currency_code,line_item_resource_id,pricing_public_on_demand_cost,resource_tags\n"
        .to_owned();
    for row in 0..ROWS {
        let (day, pipeline) = (1 + row * 28 / ROWS, row % 40);
        let _ = writeln!(
            text,
            "{row:052x},2026-10-{day:02}T00:00:00Z/2026-10-{day:02}T01:00:00Z,2026-10-{day:02}T00:00:00Z,Usage,AmazonEC2,\
             SpotUsage:r6g.4xlarge,1,0.{row:06},USD,i-0{row:016x},0.8064,\"{{\"\"user_pipeline\"\":\"\"orders-{pipeline}\"\",\
             \"\"user_team\"\":\"\"ads\"\",\"\"aws_elasticmapreduce_job_flow_id\"\":\"\"j-{pipeline}-{day}\"\"}}\""
        );
    }
    text
}

#[divan::bench(args = [1, 2], sample_count = 10)]
fn cur_csv(bencher: divan::Bencher, threads: usize) {
    let text = export();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
    bencher.counter(ItemsCount::new(ROWS)).counter(BytesCount::new(text.len())).bench(|| {
        pool.install(|| {
            let mut ledger = Ledger::new("pipeline");
            read_csv(text.as_bytes(), Packing::Plain, &mut ledger).expect("reads");
            assert_eq!(ledger.counts().0, ROWS as u64);
            ledger.total()
        })
    });
}
