use shapecast::prices::PriceBook;
use shapecast::rank::{RecommendOptions, recommend};
use shapecast::workload::{Vocabulary, read_str};
fn main() {
    let book = PriceBook::embedded().unwrap();
    for path in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&path).unwrap();
        let w = match read_str(&text, &path, &Vocabulary::unchecked()) {
            Ok(w) => w,
            Err(e) => {
                for x in e {
                    println!("{x}");
                }
                continue;
            }
        };
        let t = std::time::Instant::now();
        let r = recommend(w, &book, &RecommendOptions::default()).unwrap();
        println!("\n=== {} {:?} shapes {}", path, t.elapsed(), r.shapes_considered);
        for row in &r.ranked {
            println!(
                "{:>3} {:20} {:70} p50 {:>10} p95 {:>10} run {:>10} month {:>12} (known {}) met {} fail {}",
                row.rank.map_or("-".into(), |x| x.to_string()),
                row.candidate.engine.as_str(),
                row.shape_text,
                row.duration.p50.to_string(),
                row.duration.p95.to_string(),
                row.cost.map_or("?".into(), |c| c.mean.to_string()),
                row.monthly_cost.map_or("?".into(), |c| c.to_string()),
                row.known_monthly_cost,
                row.deadline_met,
                row.failure
            );
            if std::env::var("BILL").is_ok() {
                for l in &row.bill.lines {
                    println!(
                        "        {:60} {:>14} {:16} {:>12} {:?}",
                        l.charge.component,
                        l.charge.quantity.round_dp(4).to_string(),
                        l.charge.unit,
                        l.amount().map_or("?".into(), |a| a.to_string()),
                        l.charge.period
                    );
                }
                for st in &row.likely_run.stages {
                    println!(
                        "        stage {} {}..{} tasks {} longest {} median {}",
                        st.name, st.start, st.end, st.tasks, st.longest_task, st.median_task
                    );
                }
            }
        }
        for x in &r.rejected {
            println!("   out {:20} {} {}", x.engine.as_str(), x.code, x.text);
        }
        for x in &r.rules {
            println!("   rule {} agrees {} : {}", x.rule, x.agrees, x.text);
        }
        for x in &r.break_even {
            println!("   break-even {:?}", x);
        }
        for x in &r.warnings {
            println!("   warn {} {}", x.code, x.text);
        }
    }
}
