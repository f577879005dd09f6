//! The scheduler alone: tiny plans worked out by hand, and the laws of list scheduling.

use proptest::prelude::*;
use shapecast::simulate::scheduler::{
    Disruption, Outcome, Plan, PlannedGroup, PlannedStage, Repeat, run, run_stepwise,
};

/// Executors of one slot each that are there from the start.
fn slots(count: u32) -> PlannedGroup {
    PlannedGroup { arrivals: vec![(0.0, count)], slots_per_executor: 1, ..PlannedGroup::default() }
}

fn stage(parents: &[usize], batches: &[(u32, f64)]) -> PlannedStage {
    let mut stage = PlannedStage::new(parents.to_vec());
    for (count, duration_s) in batches {
        stage.push(*count, [*duration_s]);
    }
    stage
}

fn plan(stages: Vec<PlannedStage>, groups: Vec<PlannedGroup>) -> Plan {
    Plan { stages, groups, ..Plan::default() }
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs())
}

#[test]
fn ten_tasks_of_three_seconds_on_four_slots_take_nine() {
    // Waves of 4, 4 and 2.
    let outcome = run(&plan(vec![stage(&[], &[(10, 3.0)])], vec![slots(4)]));
    assert!(near(outcome.end_s, 9.0), "{outcome:?}");
    assert!(near(outcome.groups[0].busy_slot_s, 30.0));
    assert!(near(outcome.groups[0].executor_s, 36.0));
}

#[test]
fn a_child_waits_for_its_parents_and_the_driver() {
    // Parents: 5 s and 8 s side by side on 2 slots; driver 2 s; child 3 s: 8 + 2 + 3.
    let mut child = stage(&[0, 1], &[(1, 3.0)]);
    child.driver_delay_s = 2.0;
    let outcome = run(&plan(vec![stage(&[], &[(1, 5.0)]), stage(&[], &[(1, 8.0)]), child], vec![slots(2)]));
    assert!(near(outcome.end_s, 13.0), "{outcome:?}");
}

#[test]
fn the_older_stage_goes_first() {
    // 3 tasks of 2 s and 1 task of 1 s on 2 slots: at 2 s the older stage's third task takes the first slot, the younger's
    // task the other: 4 s and 3 s.
    let outcome = run(&plan(vec![stage(&[], &[(3, 2.0)]), stage(&[], &[(1, 1.0)])], vec![slots(2)]));
    assert!(near(outcome.stages[0].end_s, 4.0) && near(outcome.stages[1].end_s, 3.0), "{outcome:?}");
}

#[test]
fn late_executors_take_the_rest() {
    // 1 slot at 0 s, 2 more at 4 s; 6 tasks of 3 s: the first does [0,3] [3,6] [6,9], the others [4,7] [7,10] each, but
    // only 6 tasks are there: starts at 0, 3, 4, 4, 6, 7: the last ends at 10.
    let group = PlannedGroup { arrivals: vec![(0.0, 1), (4.0, 2)], slots_per_executor: 1, ..PlannedGroup::default() };
    let outcome = run(&plan(vec![stage(&[], &[(6, 3.0)])], vec![group]));
    assert!(near(outcome.end_s, 10.0), "{outcome:?}");
    // Executor time: 10 + 2 × 6.
    assert!(near(outcome.groups[0].executor_s, 22.0));
}

#[test]
fn the_first_task_of_a_slot_is_slower() {
    // 2 slots, 4 tasks of 3 s, 1 s of warm-up: 4 + 3.
    let group = PlannedGroup { warm_up_s: 1.0, ..slots(2) };
    let outcome = run(&plan(vec![stage(&[], &[(4, 3.0)])], vec![group]));
    assert!(near(outcome.end_s, 7.0), "{outcome:?}");
}

#[test]
fn idle_executors_are_given_back_and_asked_for_again() {
    // 4 executors. Stage 0: one task of 100 s; three idle executors leave after 60 s. Stage 1: 4 tasks of 10 s: one
    // executor is there, three come back after 30 s: [100,110] [110,120] [120,130] on the first, one more at 130 at
    // the latest: the fourth task starts at 130 on any; 140 in all.
    let group = PlannedGroup { idle_release_s: Some(60.0), regrow_s: 30.0, ..slots(4) };
    let outcome = run(&plan(vec![stage(&[], &[(1, 100.0)]), stage(&[0], &[(4, 10.0)])], vec![group]));
    assert!(near(outcome.end_s, 140.0), "{outcome:?}");
    // 140 + 3 × 60 for the first four, 3 × 10 for those that came again.
    assert!(near(outcome.groups[0].executor_s, 350.0), "{outcome:?}");
    assert_eq!(outcome.groups[0].executors, 7);
}

/// One executor that stays, and three that come 300 s after tasks wait and go after 70 idle seconds.
fn with_scaling(keeps_output: bool) -> Vec<PlannedGroup> {
    let scaled = PlannedGroup {
        arrivals: Vec::new(),
        idle_release_s: Some(70.0),
        regrow_s: 300.0,
        on_request: 3,
        keeps_output,
        ..slots(0)
    };
    vec![slots(1), scaled]
}

#[test]
fn executors_on_request_come_when_tasks_wait_and_go_when_they_are_idle() {
    // 10 tasks of 100 s: the first three on the one executor until 300 s; then four at a time: [300,400], and three on
    // [400,500]. Two of the three that came work until 500; the other has been idle since 400 and goes at 470:
    // 2 × 200 + 170 s.
    let outcome = run(&wide(vec![wide_stage(&[], &[(10, 100.0)], false)], with_scaling(true)));
    assert!(near(outcome.end_s, 500.0), "{outcome:?}");
    assert_eq!(outcome.groups[1].executors, 3);
    assert!(near(outcome.groups[1].executor_s, 570.0), "{outcome:?}");
}

#[test]
fn idle_executors_with_output_that_is_still_read_stay() {
    // As above until 500 s; then one task of 1,000 s reads what the ten left, and one of 500 s reads nothing.
    let stages = || {
        vec![
            wide_stage(&[], &[(10, 100.0)], true),
            wide_stage(&[0], &[(1, 1_000.0)], false),
            wide_stage(&[1], &[(1, 500.0)], false),
        ]
    };
    let keeping = run(&wide(stages(), with_scaling(true)));
    assert!(near(keeping.end_s, 2_000.0), "{keeping:?}");
    // All three stay until nobody reads any more, at 1,500 s: 3 × 1,200 s.
    assert!(near(keeping.groups[1].executor_s, 3_600.0), "{keeping:?}");
    // Without that rule one goes at 470 s and two at 570 s: 170 + 2 × 270 s.
    let plan = wide(stages(), with_scaling(false));
    assert!(near(run(&plan).groups[1].executor_s, 710.0), "{:?}", run(&plan));
    assert!(near(run_stepwise(&plan).groups[1].executor_s, 710.0));
}

#[test]
fn what_nobody_waits_for_never_comes() {
    let outcome = run(&wide(vec![wide_stage(&[], &[(1, 900.0)], false)], with_scaling(true)));
    assert!(near(outcome.end_s, 900.0) && outcome.groups[1].executors == 0, "{outcome:?}");
}

/// A stage with the same task times on two groups.
fn wide_stage(parents: &[usize], runs: &[(u32, f64)], keeps_output: bool) -> PlannedStage {
    let mut stage = PlannedStage::new(parents.to_vec());
    for (count, duration_s) in runs {
        stage.push(*count, [*duration_s, *duration_s]);
    }
    stage.keeps_output = keeps_output;
    stage
}

fn wide(stages: Vec<PlannedStage>, groups: Vec<PlannedGroup>) -> Plan {
    Plan { stages, groups, ..Plan::default() }
}

#[test]
fn whole_waves_are_jumped_over() {
    // 100,000 tasks of 2 s on 10 slots: 20,000 s, in a handful of events instead of 10,000.
    let plan = plan(vec![stage(&[], &[(100_000, 2.0)])], vec![slots(10)]);
    let outcome = run(&plan);
    assert!(near(outcome.end_s, 20_000.0));
    assert!(outcome.events < 20, "{}", outcome.events);
    assert!(run_stepwise(&plan).events >= 10_000);
}

#[test]
fn without_executors_the_run_stalls() {
    let outcome = run(&plan(vec![stage(&[], &[(1, 1.0)])], vec![slots(0)]));
    assert!(outcome.stalled);
}

#[test]
fn groups_of_different_speed_share_the_work() {
    // Group 0: 1 slot, 2 s a task; group 1: 1 slot, 4 s. 6 tasks: group 0 does 0,2,4,6 and group 1 does 0,4: 8 s.
    let mut both = PlannedStage::new(Vec::new());
    both.push(6, [2.0, 4.0]);
    let outcome = run(&plan(vec![both], vec![slots(1), slots(1)]));
    assert!(near(outcome.end_s, 8.0), "{outcome:?}");
}

#[test]
fn a_stage_lasts_no_less_than_its_shortest_time() {
    let mut floor = stage(&[], &[(2, 1.0)]);
    floor.min_duration_s = 30.0;
    assert!(near(run(&plan(vec![floor, stage(&[0], &[(1, 2.0)])], vec![slots(2)])).end_s, 32.0));
}

/// A chain of two stages that runs `more` times after the first, between a stage before and one after.
fn with_chain(more: u32) -> (Vec<PlannedStage>, Vec<Repeat>) {
    let stages = vec![
        stage(&[], &[(7, 2.0)]),
        stage(&[0], &[(9, 3.0), (1, 10.0)]),
        stage(&[1], &[(5, 1.0)]),
        stage(&[2], &[(4, 2.0)]),
    ];
    (stages, vec![Repeat { first: 1, last: 2, more }])
}

#[test]
fn a_chain_runs_as_often_as_it_is_repeated() {
    // Four slots: 7 tasks of 2 s take 4 s. A round: 9 tasks of 3 s and one of 10 s: waves at 3 and 6 s, then two tasks from
    // 6 s on: 9 and 16 s; 5 tasks of 1 s take 2 s: 18 s a round. The end: 2 s. 4 + 10 × 18 + 2.
    let (stages, repeats) = with_chain(9);
    let plan = Plan { stages, groups: vec![slots(4)], repeats, ..Plan::default() };
    for outcome in [run(&plan), run_stepwise(&plan)] {
        assert!(near(outcome.end_s, 186.0), "{outcome:?}");
        // 14 + 10 × (27 + 10 + 5) + 8.
        assert!(near(outcome.groups[0].busy_slot_s, 442.0), "{outcome:?}");
        assert!(near(outcome.stages[1].active_s, 160.0) && near(outcome.stages[2].active_s, 20.0), "{outcome:?}");
        assert!(near(outcome.stages[1].start_s, 4.0) && near(outcome.stages[2].end_s, 184.0), "{outcome:?}");
    }
}

#[test]
fn rounds_that_go_alike_are_jumped_over() {
    let (stages, repeats) = with_chain(100_000);
    let outcome = run(&Plan { stages, groups: vec![slots(4)], repeats, ..Plan::default() });
    assert!(outcome.events < 60, "{}", outcome.events);
    assert!(near(outcome.end_s, 4.0 + 100_001.0 * 18.0 + 2.0));
}

#[test]
fn one_hot_task_does_not_stop_the_jump() {
    // Two stages of half a million tasks, one task of the first runs as long as everything else together.
    let mut first = PlannedStage::new(Vec::new());
    first.push(250_000, [1.0]);
    first.push(1, [50_000.0]);
    first.push(250_000, [1.0]);
    let plan = plan(vec![first, stage(&[], &[(500_000, 2.0)])], vec![slots(100)]);
    let outcome = run(&plan);
    assert!(outcome.events < 100, "{}", outcome.events);
}

prop_compose! {
    fn a_group()(
        arrivals in prop::collection::vec((0.0..200.0_f64, 1_u32..8), 1..4),
        slots_per_executor in 1_u32..5,
        warm_up_s in prop::sample::select(vec![0.0, 1.5]),
        idle_release_s in prop::sample::select(vec![None, Some(20.0)]),
        on_request in 0_u32..4,
        keeps_output in any::<bool>(),
    ) -> PlannedGroup {
        PlannedGroup { arrivals, slots_per_executor, warm_up_s, idle_release_s, regrow_s: 7.0, on_request, keeps_output }
    }
}

type Batches = Vec<(u32, f64)>;

fn some_stages() -> impl Strategy<Value = Vec<(Batches, bool)>> {
    let batches = prop::collection::vec((1_u32..600, 0.5..9.0_f64), 1..4);
    prop::collection::vec((batches, any::<bool>()), 1..5)
}

/// Stages in a chain, some beside each other, on groups that are each a little slower than the one before.
fn chained(stages: &[(Batches, bool)], groups: &[PlannedGroup]) -> Plan {
    let slower = |group: usize| 1.0 + 0.37 * f64::from(u32::try_from(group).expect("few groups"));
    let stages = stages.iter().enumerate().map(|(index, (batches, beside))| {
        let parents = if *beside || index == 0 { Vec::new() } else { vec![index - 1] };
        let mut stage = PlannedStage::new(parents);
        for (count, duration_s) in batches {
            stage.push(*count, (0..groups.len()).map(|group| duration_s * slower(group)));
        }
        stage
    });
    plan(stages.collect(), groups.to_vec())
}

fn assert_same(fast: &Outcome, slow: &Outcome) {
    assert!(near(fast.end_s, slow.end_s), "{} {}", fast.end_s, slow.end_s);
    assert_eq!(fast.stalled, slow.stalled);
    for (a, b) in fast.stages.iter().zip(&slow.stages) {
        assert!(near(a.start_s, b.start_s) && near(a.end_s, b.end_s) && near(a.longest_s, b.longest_s), "{a:?} {b:?}");
    }
    for (a, b) in fast.groups.iter().zip(&slow.groups) {
        assert!(near(a.executor_s, b.executor_s) && near(a.busy_slot_s, b.busy_slot_s), "{a:?} {b:?}");
        assert_eq!(a.executors, b.executors);
    }
}

proptest! {
    #[test]
    fn jumping_over_waves_equals_stepping(
        stages in some_stages(),
        groups in prop::collection::vec(a_group(), 1..4),
    ) {
        let plan = chained(&stages, &groups);
        assert_same(&run(&plan), &run_stepwise(&plan));
    }

    #[test]
    fn jumping_over_rounds_equals_stepping(
        stages in some_stages(),
        groups in prop::collection::vec(a_group(), 1..4),
        first in 0_usize..3,
        more in 0_u32..30,
    ) {
        let in_a_row: Vec<(Batches, bool)> = stages.into_iter().map(|(batches, _)| (batches, false)).collect();
        let last = in_a_row.len() - 1;
        let repeats = vec![Repeat { first: first.min(last), last, more }];
        let plan = Plan { repeats, ..chained(&in_a_row, &groups) };
        let (fast, slow) = (run(&plan), run_stepwise(&plan));
        assert_same(&fast, &slow);
        for (a, b) in fast.stages.iter().zip(&slow.stages) {
            prop_assert!(near(a.active_s, b.active_s), "{a:?} {b:?}");
        }
    }

    #[test]
    fn a_run_of_equal_tasks_is_the_same_as_single_tasks(
        count in 1_u32..120, duration_s in 0.5..9.0_f64, group in a_group(),
    ) {
        let together = run(&plan(vec![stage(&[], &[(count, duration_s)])], vec![group.clone()]));
        let singles: Vec<(u32, f64)> = (0..count).map(|_| (1, duration_s)).collect();
        let apart = run(&plan(vec![stage(&[], &singles)], vec![group]));
        assert_same(&together, &apart);
    }

    /// Holds for one stage of equal tasks. It does *not* hold in general: Graham's anomalies of list scheduling
    /// make some task graphs slower on more machines, and Spark has them too.
    #[test]
    fn more_executors_are_never_slower_for_equal_tasks(
        count in 1_u32..2_000, duration_s in 0.5..9.0_f64, executors in 1_u32..60, more in 1_u32..60,
    ) {
        let time = |executors| run(&plan(vec![stage(&[], &[(count, duration_s)])], vec![slots(executors)])).end_s;
        prop_assert!(time(executors + more) <= time(executors) + 1e-9);
    }

    /// Graham's bound: no list schedule is longer than the mean work of a slot and the longest task together.
    #[test]
    fn no_stage_is_longer_than_its_work_and_its_longest_task(
        batches in prop::collection::vec((1_u32..300, 0.5..9.0_f64), 1..6), executors in 1_u32..60,
    ) {
        let outcome = run(&plan(vec![stage(&[], &batches)], vec![slots(executors)]));
        let work: f64 = batches.iter().map(|(count, duration_s)| f64::from(*count) * duration_s).sum();
        let longest = batches.iter().map(|batch| batch.1).fold(0.0, f64::max);
        let mean = work / f64::from(executors);
        prop_assert!(outcome.end_s <= mean + longest + 1e-6);
        prop_assert!(outcome.end_s >= mean.max(longest) - 1e-6);
        prop_assert!(near(outcome.groups[0].busy_slot_s, work));
    }
}

fn lost(at_s: f64, executors: u32, back_after_s: Option<f64>) -> Disruption {
    Disruption { at_s, group: 0, executors, warning_s: 100.0, output_kept: 0.0, back_after_s }
}

/// `executors` of one slot each.
fn singles(executors: u32) -> PlannedGroup {
    PlannedGroup { arrivals: vec![(0.0, executors)], slots_per_executor: 1, ..PlannedGroup::default() }
}

fn stage_of(parents: Vec<usize>, tasks: u32, seconds: f64, keeps_output: bool) -> PlannedStage {
    let mut stage = PlannedStage::new(parents);
    stage.push(tasks, [seconds]);
    stage.keeps_output = keeps_output;
    stage
}

#[test]
fn a_notice_lets_short_tasks_end_and_kills_long_ones() {
    // Four executors, eight tasks of 60 s. Notice at 30 s to two: their first tasks end at 60 s, the other two executors
    // do the remaining four tasks in two waves: 60 + 120 = 180 s. Nothing is killed: 8 × 60 s of work.
    let mut plan = plan(vec![stage_of(Vec::new(), 8, 60.0, false)], vec![singles(4)]);
    plan.disruptions = vec![lost(30.0, 2, None)];
    let outcome = run(&plan);
    assert!((outcome.end_s - 180.0).abs() < 1e-9, "{}", outcome.end_s);
    assert_eq!(outcome.groups[0].lost, 2);
    assert!((outcome.groups[0].busy_slot_s - 480.0).abs() < 1e-9);
    // Two stand to the end, two until 130 s.
    assert!((outcome.groups[0].executor_s - (2.0 * 180.0 + 2.0 * 130.0)).abs() < 1e-9);
    // Four tasks of 400 s: two are killed at 130 s and run again from 400 s on: 800 s, and 2 × 130 s of work for nothing.
    let mut plan = self::plan(vec![stage_of(Vec::new(), 4, 400.0, false)], vec![singles(4)]);
    plan.disruptions = vec![lost(30.0, 2, None)];
    let outcome = run(&plan);
    assert!((outcome.end_s - 800.0).abs() < 1e-9, "{}", outcome.end_s);
    assert!((outcome.groups[0].busy_slot_s - (4.0 * 400.0 + 2.0 * 130.0)).abs() < 1e-9);
    // With two others from 230 s on they end at 630 s.
    plan.disruptions = vec![lost(30.0, 2, Some(200.0))];
    assert!((run(&plan).end_s - 630.0).abs() < 1e-9);
}

#[test]
fn lost_output_is_made_again_up_the_lineage() {
    // Three stages of eight tasks of 60 s on four executors: 120 s each. At 150 s two executors are told to go, at 250 s they
    // are gone with half of all output.
    let stages =
        vec![stage_of(Vec::new(), 8, 60.0, true), stage_of(vec![0], 8, 60.0, true), stage_of(vec![1], 8, 60.0, false)];
    let mut plan = plan(stages, vec![singles(4)]);
    plan.disruptions = vec![lost(150.0, 2, None)];
    let outcome = run(&plan);
    // Stage 1 has two waves on four slots until 180 s, then the last four tasks on two: 120 → 180 → 240 → 300 s.
    // At 250 s its two last tasks run, two more have ended since 180 s: six ended, three lost. Stage 0 lost four of eight.
    // From 250.2 s on: stage 0's four again as slots become free at 300 s: 300 → 420 s, then stage 1's three: 420 → 540 s,
    // then eight tasks of stage 2 on two slots: 240 s.
    assert!((outcome.end_s - 780.0).abs() < 1.0, "{outcome:?}");
    // Nothing of it without output to lose.
    let mut without = plan.clone();
    without.stages.iter_mut().for_each(|stage| stage.keeps_output = false);
    assert!((run(&without).end_s - 540.0).abs() < 1e-9, "{}", run(&without).end_s);
    // Moved in time, nothing is lost either.
    plan.disruptions[0].output_kept = 1.0;
    assert!((run(&plan).end_s - 540.0).abs() < 1e-9);
}

#[test]
fn lost_executors_of_an_elastic_group_are_not_given_back_too() {
    // Two of four executors are told to go at 30 s; their tasks end at 60 s, others come at 930 s. 100 tasks of 60 s: 4 by
    // 60 s, then 2 a minute until 930 s (14.5 waves: 30 tasks launched by 900 s), four a minute from then on. Work left at
    // 930 s: 100 × 60 − 4 × 60 − 2 × 870 = 4,020 slot-seconds, 1,005 s of four slots: 1,935 s, and the last wave.
    let mut group = singles(4);
    (group.idle_release_s, group.regrow_s) = (Some(0.0), 30.0);
    let mut plan = plan(vec![stage_of(Vec::new(), 100, 60.0, false)], vec![group]);
    plan.disruptions = vec![lost(30.0, 2, Some(900.0))];
    let outcome = run(&plan);
    assert!((1_935.0..1_996.0).contains(&outcome.end_s), "{}", outcome.end_s);
    assert!((run_stepwise(&plan).end_s - outcome.end_s).abs() < 1e-6);
    assert_eq!(outcome.groups[0].lost, 2);
}

#[test]
fn all_executors_gone_for_good_is_a_stall() {
    let mut plan = plan(vec![stage_of(Vec::new(), 4, 400.0, false)], vec![singles(4)]);
    plan.disruptions = vec![lost(30.0, 9, None)];
    let outcome = run(&plan);
    assert!(outcome.stalled && outcome.groups[0].lost == 4);
}

fn disruptions() -> impl Strategy<Value = Vec<Disruption>> {
    let one = (0.0..3_000.0_f64, 1..6_u32, prop::option::of(100.0..900.0_f64), 0.0..1.0_f64);
    prop::collection::vec(one, 0..6).prop_map(|mut all| {
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        let of = |(at_s, executors, back_after_s, output_kept)| Disruption {
            output_kept,
            ..lost(at_s, executors, back_after_s)
        };
        all.into_iter().map(of).collect()
    })
}

proptest! {
    /// Whatever is taken back: as long as somebody stays, the run ends, all work is done at least once, and jumping over waves
    /// and rounds changes no more than which of two equal tasks is lost.
    #[test]
    fn losses_delay_and_never_lose_work(
        counts in prop::collection::vec((1..60_u32, 1.0..200.0_f64, any::<bool>()), 1..5),
        disruptions in disruptions(), more in 0..20_u32,
    ) {
        let last = counts.len() - 1;
        let repeats = vec![Repeat { first: 0, last, more }];
        // The second group is never taken back.
        let groups = vec![
            PlannedGroup { arrivals: vec![(0.0, 5)], slots_per_executor: 3, ..PlannedGroup::default() },
            PlannedGroup { arrivals: vec![(0.0, 1)], slots_per_executor: 2, ..PlannedGroup::default() },
        ];
        let stages: Vec<PlannedStage> = counts
            .iter()
            .enumerate()
            .map(|(index, (tasks, seconds, keeps))| {
                let mut stage = PlannedStage::new(index.checked_sub(1).into_iter().collect());
                stage.push(*tasks, [*seconds, *seconds]);
                stage.keeps_output = *keeps;
                stage
            })
            .collect();
        let work: f64 = counts.iter().map(|(tasks, seconds, _)| f64::from(*tasks) * seconds).sum::<f64>() * f64::from(more + 1);
        let plan = Plan { stages, groups, repeats, disruptions };
        let (jumped, stepped) = (run(&plan), run_stepwise(&plan));
        prop_assert!(!jumped.stalled);
        let busy: f64 = jumped.groups.iter().map(|group| group.busy_slot_s).sum();
        prop_assert!(busy >= work * (1.0 - 1e-9), "{busy} {work}");
        // Which of two tasks that end within rounding of each other stands on a lost executor is open.
        let longest = counts.iter().map(|(_, seconds, _)| *seconds).fold(0.0, f64::max);
        let open_s = 1e-6 * stepped.end_s + longest * plan.disruptions.len() as f64;
        prop_assert!((jumped.end_s - stepped.end_s).abs() < open_s, "{} {}", jumped.end_s, stepped.end_s);
        prop_assert_eq!(jumped.groups[0].lost, stepped.groups[0].lost);
    }
}
