//! Laws of the simulation, and the field's stories worked out by hand.

mod simulate_support;

use proptest::prelude::*;
use shapecast::engines::{Estimate, RunRecord};
use shapecast::prices::InterruptionBand;
use shapecast::simulate::{Calibration, CalibrationSource, Model, Settings, simulate};
use shapecast::units::{Bytes, GIGABYTE, Share, Span, TERABYTE};
use shapecast::workload::{Archetype, Compression, DeclaredStage, Format, ObservedRun, SkewPlace, Sourced, Workload};
use simulate_support::{d, provision, spot_provision, workload};

fn likely(workload: &Workload, executors: u32) -> RunRecord {
    simulate(workload, &provision(executors), "test", &Settings::likely()).remove(0)
}

fn stage_minutes(record: &RunRecord, name: &str) -> f64 {
    let stage = record.stages.iter().find(|stage| stage.name == name).expect("the stage ran");
    (stage.end - stage.start).as_seconds() / 60.0
}

/// An aggregation on 320 partitions with a hot key, all of it processor time.
fn grouped(hot_key_share: f64, place: SkewPlace, adaptive: bool) -> Workload {
    let mut workload = workload(Archetype::Aggregation, Bytes::new(2 * TERABYTE));
    workload.job.shuffle = d(Bytes::new(640 * GIGABYTE));
    workload.job.shuffle_partitions = Some(d(320));
    workload.job.skew.hot_key_share = d(Share::clamped(hot_key_share));
    workload.job.skew.place = place;
    workload.job.adaptive = d(adaptive);
    workload.job.memory_expansion = d(0.01);
    workload.output.volume = d(Bytes::ZERO);
    workload.output.files = d(0);
    workload
}

#[test]
fn a_hot_key_of_five_and_a_half_percent_makes_six_hours_of_twenty_minutes() {
    // 23.04 TB over 320 slots are 72 GB a task; at 60 MB/s 1,200 s = 20 min. One key with 5.6 %: its task reads
    // 1,290 GB and its even part of 68 GB: 1,358 GB / 60 MB/s = 22,637 s = 6 h 17 min. Disk and network are
    // made fast here, so that the processor decides.
    let minutes = |hot| {
        let mut workload = grouped(hot, SkewPlace::GroupBy, true);
        workload.job.shuffle = d(Bytes::new(23_040 * GIGABYTE));
        let mut fast = provision(80);
        let machine = &mut fast.groups[0].machine;
        (machine.network_bytes_per_s, machine.disk_bytes_per_s, machine.disk) = (1e12, 1e12, Bytes::ZERO);
        stage_minutes(&simulate(&workload, &fast, "test", &Settings::likely())[0], "aggregate")
    };
    // The spread of task times makes the even stage a little longer than its mean task.
    assert!((20.0..28.0).contains(&minutes(0.0)), "{}", minutes(0.0));
    assert!((375.0..381.0).contains(&minutes(0.056)), "{}", minutes(0.056));
}

#[test]
fn adaptive_execution_mends_the_join_but_never_the_group_by() {
    let join = |adaptive| {
        let mut workload = grouped(0.056, SkewPlace::Join, adaptive);
        workload.job.archetype = d(Archetype::JoinHeavy);
        stage_minutes(&likely(&workload, 80), "join")
    };
    assert!(join(false) > 8.0 * join(true), "{} {}", join(false), join(true));
    let by = |adaptive| stage_minutes(&likely(&grouped(0.056, SkewPlace::GroupBy, adaptive), 80), "aggregate");
    assert!((by(false) / by(true) - 1.0).abs() < 0.1);
}

#[test]
fn one_hundred_and_ninety_nine_of_two_hundred_tasks_end_in_seconds() {
    let mut workload = grouped(0.9, SkewPlace::Rdd, true);
    workload.job.shuffle = d(Bytes::new(100 * GIGABYTE));
    workload.job.shuffle_partitions = Some(d(200));
    let record = likely(&workload, 80);
    let stage = record.stages.last().expect("the aggregation");
    assert_eq!(stage.tasks, 200);
    // 50 MB each against 90 GB.
    assert!(stage.median_task.as_seconds() < 5.0, "{:?}", stage.median_task);
    assert!(stage.longest_task.as_seconds() > 1_000.0, "{:?}", stage.longest_task);
}

#[test]
fn a_hot_key_that_no_executor_can_hold_kills_the_run() {
    // 5.6 % of 640 GB and the key's even part, three times as large in memory: (35.84 + 1.89) × 3 = 113 GB.
    let mut workload = grouped(0.056, SkewPlace::GroupBy, true);
    workload.job.memory_expansion = d(3.0);
    let record = likely(&workload, 80);
    let reason = record.failure.expect("out of memory");
    assert!(reason.contains("stage `aggregate` needs 113 GB in memory; one executor has 15.3 GB"), "{reason}");
    assert!(reason.contains("4 attempts"));
}

#[test]
fn unsplittable_files_leave_cores_idle() {
    let mut workload = workload(Archetype::ScanFilter, Bytes::new(200 * GIGABYTE));
    workload.input.format = d(Format::Json);
    workload.input.files = d(10);
    let splittable = |compression| {
        let mut other = workload.clone();
        other.input.compression = d(compression);
        likely(&other, 40)
    };
    let (gzip, none) = (splittable(Compression::Gzip), splittable(Compression::None));
    assert_eq!(gzip.stages[0].tasks, 10);
    assert!(none.stages[0].tasks > 1_000);
    let share = |record: &RunRecord| record.groups[0].busy_slot_time.as_seconds() / (160.0 * record.work.as_seconds());
    assert!(share(&gzip) < 0.1 && share(&none) > 0.8, "{} {}", share(&gzip), share(&none));
}

#[test]
fn many_small_files_cost_time_and_requests() {
    let files = |count: u64| {
        let mut workload = workload(Archetype::ScanFilter, Bytes::new(100 * GIGABYTE));
        workload.input.files = d(count);
        likely(&workload, 40)
    };
    let (few, many) = (files(400), files(1_000_000));
    // One GET of data, footer and HEAD for each file.
    assert!(many.s3_gets >= 3_000_000 && few.s3_gets < 10_000, "{} {}", many.s3_gets, few.s3_gets);
    assert!(many.work.as_seconds() > 2.0 * few.work.as_seconds(), "{:?} {:?}", many.work, few.work);
}

#[test]
fn four_terabytes_of_json_in_nine_hours_on_one_machine_calibrate_the_rates() {
    let mut workload = workload(Archetype::Aggregation, Bytes::new(4 * TERABYTE));
    workload.input.format = d(Format::Json);
    workload.input.compression = d(Compression::None);
    workload.job.shuffle = d(Bytes::new(200 * GIGABYTE));
    workload.observed_runs = vec![ObservedRun {
        instance_type: "r5.4xlarge".to_owned(),
        count: 1,
        duration: Span::hours(9.0),
        volume: None,
    }];
    let calibration = Calibration::from_observed_runs(&workload);
    assert_eq!(calibration.source, CalibrationSource::Observed { used: 1, unused: 0 });
    // 7.7 MB/s/vCPU against 20 MB/s of scanning and the rest: the user's job is heavier than the published rates.
    assert!((1.2..4.0).contains(&calibration.factor), "{calibration:?}");
    // The same machine (four executors of four cores at half their shares), again: nine hours.
    let record = likely(&workload, 4);
    assert!((record.work.as_hours() - 9.0).abs() < 0.5, "{:?}", record.work);
    // Nine times the slots: close to an hour.
    let wide = likely(&workload, 36);
    assert!((0.95..1.2).contains(&wide.work.as_hours()), "{:?}", wide.work);
}

#[test]
fn an_unknown_machine_does_not_calibrate_and_says_so() {
    let mut workload = workload(Archetype::ScanFilter, Bytes::new(TERABYTE));
    workload.observed_runs =
        vec![ObservedRun { instance_type: "our-box".to_owned(), count: 1, duration: Span::hours(9.0), volume: None }];
    let calibration = Calibration::from_observed_runs(&workload);
    assert_eq!((calibration.factor, calibration.source), (1.0, CalibrationSource::Unusable));
}

#[test]
fn explicit_stages_override_the_archetype() {
    let stage = |name: &str, parents: &[&str]| DeclaredStage {
        name: name.to_owned(),
        tasks: Some(160),
        cpu: Span::seconds(1_600.0),
        input: Bytes::ZERO,
        shuffle_read: Bytes::ZERO,
        shuffle_write: Bytes::ZERO,
        output: Bytes::ZERO,
        max_over_median: 1.0,
        parents: parents.iter().map(|parent| (*parent).to_owned()).collect(),
    };
    let mut workload = workload(Archetype::Aggregation, Bytes::new(TERABYTE));
    workload.job.stages = vec![stage("last", &["first"]), stage("first", &[])];
    let record = likely(&workload, 40);
    let names: Vec<&str> = record.stages.iter().map(|stage| stage.name.as_str()).collect();
    assert_eq!(names, ["first", "last"]);
    // Two waves of one: 10 s a task, plus spread, warm-up and gaps.
    assert!((20.0..32.0).contains(&record.work.as_seconds()), "{:?}", record.work);
}

#[test]
fn too_little_disk_and_a_time_limit_are_failures() {
    let workload = workload(Archetype::Sort, Bytes::new(10 * TERABYTE));
    let mut small = provision(4);
    small.groups[0].machine.disk = Bytes::gib(20);
    let reason = simulate(&workload, &small, "a", &Settings::likely())[0].failure.clone().expect("full");
    assert!(reason.contains("of disk"), "{reason}");
    let mut short = provision(4);
    short.groups[0].machine.disk = Bytes::new(100 * TERABYTE);
    short.time_limit = Some(Span::hours(1.0));
    let reason = simulate(&workload, &short, "a", &Settings::likely())[0].failure.clone().expect("too long");
    assert!(reason.contains("the service ends it after"), "{reason}");
}

#[test]
fn cached_data_that_does_not_fit_is_read_again_in_every_pass() {
    let workload = workload(Archetype::MlIteration, Bytes::new(500 * GIGABYTE));
    // 1.5 TB in memory: 120 executors of 14.2 GiB hold it, 20 do not.
    let (fits, thrashes) = (likely(&workload, 120), likely(&workload, 20));
    assert!((fits.bytes_read.as_f64() / 500e9 - 1.0).abs() < 1e-6);
    assert!(thrashes.bytes_read.as_f64() > 4.0 * fits.bytes_read.as_f64());
    // Super-linear: six times the executors are more than six times faster.
    assert!(thrashes.work.as_seconds() > 6.0 * fits.work.as_seconds());
}

#[test]
fn the_same_seed_gives_the_same_runs_and_a_neighbour_changes_nothing() {
    let workload = workload(Archetype::JoinHeavy, Bytes::new(TERABYTE));
    let settings = Settings::drawn(7, 20);
    let provision = spot_provision(40, InterruptionBand::Above20);
    let alone = simulate(&workload, &provision, "b", &settings);
    let _ = simulate(&workload, &provision, "a", &settings);
    assert_eq!(simulate(&workload, &provision, "b", &settings), alone);
    assert_ne!(simulate(&workload, &provision, "c", &settings), alone);
    assert_ne!(simulate(&workload, &provision, "b", &Settings::drawn(8, 20)), alone);
}

#[test]
fn candidates_share_what_is_unknown_about_the_workload() {
    // With nothing random about the machines, two candidates differ by a constant factor in every replication, while
    // the replications themselves differ by the unknown rates.
    let mut workload = workload(Archetype::ScanFilter, Bytes::new(10 * TERABYTE));
    workload.output.volume = d(Bytes::ZERO);
    let mut exact = provision(25);
    exact.groups[0].machine.core_speed = Estimate::exact(1.0);
    (exact.start_up_s, exact.runtime_speed) = (Estimate::exact(0.0), Estimate::exact(1.0));
    let mut twice = exact.clone();
    twice.groups[0].arrivals[0].executors = 50;
    let settings = Settings::drawn(7, 30);
    let a = simulate(&workload, &exact, "a", &settings);
    let b = simulate(&workload, &twice, "b", &settings);
    let ratios: Vec<f64> = a.iter().zip(&b).map(|(a, b)| a.work.as_seconds() / b.work.as_seconds()).collect();
    // Now and then a run is an outlier on its own: that is chance of a run, not of the workload.
    let outliers = ratios.iter().filter(|ratio| !(1.6..2.4).contains(*ratio)).count();
    assert!(outliers <= 3, "{ratios:?}");
    let times = || a.iter().map(|record| record.work.as_seconds());
    assert!(times().fold(0.0, f64::max) > 1.5 * times().fold(f64::INFINITY, f64::min));
}

#[test]
fn the_likely_run_lies_among_the_drawn_ones() {
    let workload = workload(Archetype::JoinHeavy, Bytes::new(TERABYTE));
    let model = Model::new(&workload);
    let likely = model.simulate(&provision(40), "a", &Settings::likely())[0].work.as_seconds();
    let mut drawn: Vec<f64> = model
        .simulate(&provision(40), "a", &Settings::drawn(3, 400))
        .iter()
        .map(|record| record.work.as_seconds())
        .collect();
    drawn.sort_by(f64::total_cmp);
    assert!((0.85..1.15).contains(&(drawn[200] / likely)), "median {} likely {likely}", drawn[200]);
}

fn an_archetype() -> impl Strategy<Value = Archetype> {
    prop::sample::select(vec![
        Archetype::ScanFilter,
        Archetype::Aggregation,
        Archetype::JoinHeavy,
        Archetype::Sort,
        Archetype::MlIteration,
        Archetype::SqlAdHoc,
        Archetype::ContainerBatch,
    ])
}

fn grown(workload: &Workload, factor: f64) -> Workload {
    let scale = |value: &mut Sourced<Bytes>| value.value = value.value.scaled(factor);
    let mut other = workload.clone();
    scale(&mut other.input.volume);
    scale(&mut other.output.volume);
    scale(&mut other.job.shuffle);
    other
}

proptest! {
    /// Within 3 %: Spark's cutting of files into waves gives steps, see `docs/concepts/simulation.md`. With adaptive
    /// execution a hot key has a step of its own: 14 GB leave it under AQE's 256 MB and whole, twice the data lift it
    /// over them and it is split. So a hot key is tried without adaptive execution.
    #[test]
    fn more_data_never_takes_less_time(
        archetype in an_archetype(), gigabytes in 1_u64..5_000, factor in 1.05..4.0_f64, executors in 1_u32..150,
        hot in prop::sample::select(vec![0.0, 0.03]),
    ) {
        let mut small = workload(archetype, Bytes::new(gigabytes * GIGABYTE));
        small.job.skew.hot_key_share = d(Share::clamped(hot));
        small.job.skew.place = SkewPlace::Join;
        small.job.adaptive = d(hot <= 0.0);
        let (before, after) = (likely(&small, executors), likely(&grown(&small, factor), executors));
        if before.failure.is_none() && after.failure.is_none() {
            prop_assert!(after.work.as_seconds() >= 0.97 * before.work.as_seconds(), "{:?} {:?}", before.work, after.work);
        }
    }

    #[test]
    fn an_interruption_never_shortens_a_run(
        archetype in an_archetype(), gigabytes in 1_u64..5_000, executors in 2_u32..150, seed: u64,
    ) {
        let workload = workload(archetype, Bytes::new(gigabytes * GIGABYTE));
        let spot = spot_provision(executors, InterruptionBand::Above20);
        let mut owned = spot.clone();
        owned.groups[1].market = shapecast::engines::Market::OnDemand;
        for settings in [Settings::likely(), Settings::drawn(seed, 3).telling_stages()] {
            let with = simulate(&workload, &spot, "a", &settings);
            let without = simulate(&workload, &owned, "a", &settings);
            for (with, without) in with.iter().zip(&without) {
                // List scheduling has anomalies: without some executors the long tasks may by chance start earlier. Half a
                // task's time is allowed for that.
                prop_assert!(!with.stages.is_empty());
                let anomaly = with.stages.iter().map(|stage| stage.longest_task.as_seconds()).fold(0.0, f64::max);
                prop_assert!(
                    with.work.as_seconds() >= without.work.as_seconds() - 0.5 * anomaly - 1e-6,
                    "{:?} {:?}", with.work, without.work
                );
                prop_assert!(with.spot_delay.as_seconds() >= 0.0 && without.spot_delay == Span::ZERO);
                if settings.replications == 0 {
                    prop_assert!((with.work - with.spot_delay - without.work).as_seconds().abs() < 1e-6);
                }
            }
        }
    }

    #[test]
    fn every_record_is_sound(
        archetype in an_archetype(), gigabytes in 0_u64..3_000, files in 0_u64..100_000, executors in 0_u32..100, seed: u64,
    ) {
        let mut workload = workload(archetype, Bytes::new(gigabytes * GIGABYTE));
        workload.input.files = d(files);
        for record in simulate(&workload, &spot_provision(executors, InterruptionBand::Above20), "a", &Settings::drawn(seed, 2)) {
            prop_assert!(record.makespan.as_seconds().is_finite() && record.work.as_seconds() >= 0.0);
            prop_assert!(executors > 0 || record.failure.is_some() || record.stages.iter().all(|stage| stage.tasks == 0));
            for group in &record.groups {
                prop_assert!(group.executor_time.as_seconds().is_finite() && group.executor_time.as_seconds() >= 0.0);
                prop_assert!(group.busy_slot_time.as_seconds() <= 4.0 * group.executor_time.as_seconds() * 1.5 + 1e-6);
            }
            for stage in &record.stages {
                prop_assert!(stage.end >= stage.start);
            }
        }
    }
}
