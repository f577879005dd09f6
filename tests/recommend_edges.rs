//! Odd questions at the level of the whole answer: nothing vanishes without a reason, no constraint is forgotten.

use shapecast::engines::{EngineId, Role, Shape};
use shapecast::prices::PriceBook;
use shapecast::rank::{RecommendOptions, Recommendation, recommend};
use shapecast::workload::{Vocabulary, Workload, read_str};

fn read(text: &str) -> Workload {
    read_str(text, "edge.yaml", &Vocabulary::unchecked()).unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"))
}

fn answer(text: &str) -> Recommendation {
    let options = RecommendOptions { replications: 8, ..RecommendOptions::default() };
    recommend(read(text), &PriceBook::embedded().expect("the snapshot"), &options).expect("an answer")
}

/// Every engine is ranked, or rejected with a reason.
fn assert_all_accounted_for(answer: &Recommendation) {
    for engine in EngineId::ALL {
        let ranked = answer.ranked.iter().any(|row| row.candidate.engine == engine);
        let rejected = answer.rejected.iter().any(|out| out.engine == engine && !out.text.is_empty());
        assert!(ranked || rejected, "{engine} vanished");
    }
}

const SMALL: &str =
    "name: edge\ninput: {volume: 20 GB, format: parquet}\ncadence: daily\ndeadline: 6 h\njob: aggregation\n";

#[test]
fn a_quota_too_small_for_any_size_is_named_and_nobody_slips_through() {
    let answer = answer(&format!("{SMALL}constraints: {{max_vcpu: 4}}\n"));
    assert_all_accounted_for(&answer);
    assert!(answer.ranked.iter().all(|row| row.rank.is_none()), "no engine runs on 4 vCPU with its driver");
    for engine in [EngineId::EmrEc2, EngineId::EmrEks, EngineId::Glue, EngineId::Databricks, EngineId::EmrServerless] {
        let out = answer.rejected.iter().find(|out| out.engine == engine).expect("rejected");
        assert_eq!((out.code.as_str(), out.relax.as_deref()), ("no-shape", Some("constraints.max_vcpu")), "{engine}");
    }
    // What could run it comes before what never could.
    let first = &answer.rejected[0];
    assert_eq!(first.code, "no-shape");
    assert_eq!(answer.rejected.last().map(|out| out.code.as_str()), Some("not-declared"));
}

#[test]
fn a_quota_counts_the_driver_and_the_primary() {
    let quota = 40;
    let answer = answer(&format!("{SMALL}constraints: {{max_vcpu: {quota}}}\n"));
    assert_all_accounted_for(&answer);
    for row in answer.ranked.iter().filter(|row| row.candidate.engine.role() != Role::Baseline) {
        let held = match &row.candidate.shape {
            // Node types and worker types of 8 and 4 vCPU and more, the cheapest of each is among these.
            Shape::EmrServerless(shape) => shape.max_executors * shape.worker_vcpu + shape.driver_vcpu,
            Shape::Databricks(shape) => (shape.nodes.count + 1) * vcpu(&shape.nodes.instance_type),
            Shape::EmrEks(shape) => {
                shape.nodes.count * vcpu(&shape.nodes.instance_type) + vcpu(&shape.driver_node.instance_type)
            }
            Shape::EmrEc2(shape) => {
                let task = shape.task.as_ref().map_or(0, |fleet| fleet.target_units);
                shape.core.count * vcpu(&shape.core.instance_type) + task + vcpu(&shape.primary.instance_type)
            }
            _ => 0,
        };
        assert!(held <= quota, "{}: {held} vCPU", row.candidate.id);
    }
}

fn vcpu(instance_type: &str) -> u32 {
    shapecast::catalog::Catalog::embedded().instance(instance_type).expect("a known type").vcpu
}

#[test]
fn types_that_no_engine_is_made_of_are_named() {
    let answer = answer(&format!("{SMALL}constraints: {{instance_types: [m4.xlarge]}}\n"));
    assert_all_accounted_for(&answer);
    let out = answer.rejected.iter().find(|out| out.engine == EngineId::EmrEc2).expect("rejected");
    assert_eq!(out.relax.as_deref(), Some("constraints.instance_types"));
}

#[test]
fn fewer_items_than_the_smallest_ladder_step_still_have_a_size() {
    for files in [1, 2, 3, 5] {
        let answer = answer(&format!(
            "name: edge\ninput: {{volume: 1 GB, format: binary, files: {files}}}\ncadence: daily\ndeadline: 2 h\n\
             job: {{archetype: container-batch, item_time: 5 min, container: {{vcpu: 1, memory: 2 GiB}}}}\n"
        ));
        assert_all_accounted_for(&answer);
        let first = answer.ranked.iter().find(|row| row.rank == Some(1)).expect("Batch on Fargate");
        let Shape::BatchFargate(shape) = &first.candidate.shape else { panic!("{}", first.candidate.id) };
        assert!(shape.concurrency <= files, "{} tasks for {files} items", shape.concurrency);
    }
}

#[test]
fn the_largest_volume_that_can_be_written_is_no_panic() {
    let text = SMALL.replace("20 GB", "8000 PB");
    let answer = answer(&format!("{text}constraints: {{engines: {{allow: [glue, emr-ec2]}}, spot: false}}\n"));
    assert_all_accounted_for(&answer);
    assert!(answer.ranked.iter().all(|row| row.rank.is_none()));
}

#[test]
fn an_engine_without_its_own_price_is_neither_first_nor_compared() {
    // The snapshot has EC2 prices of Querétaro, and none of Glue or of S3 requests.
    let region = "region: mx-central-1\nconstraints: {engines: {allow: [glue, emr-ec2]}, spot: false}\n";
    let answer = answer(&format!("{SMALL}{region}"));
    let ranked: Vec<_> = answer.ranked.iter().filter(|row| row.rank.is_some()).collect();
    assert_eq!(ranked[0].candidate.engine, EngineId::EmrEc2, "{:?}", ranked[0].reasons);
    let glue = ranked.iter().find(|row| row.candidate.engine == EngineId::Glue).expect("Glue is eligible");
    assert!(glue.monthly_cost.is_none());
    assert_eq!(glue.reasons[0].code, "price-missing", "{:?}", glue.reasons);
    assert!(answer.warnings.iter().any(|note| note.code == "no-complete-price"));
}
