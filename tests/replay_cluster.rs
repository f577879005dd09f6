//! The exact scheduler by hand, by law, and against the scheduler of cohorts.

use proptest::prelude::*;
use shapecast::simulate::replay::cluster::run;
use shapecast::simulate::replay::problem::{Departure, DynamicAllocation, Executor, Job, Problem, Stage, Task};
use shapecast::simulate::scheduler::{self, Plan, PlannedGroup, PlannedStage};

fn stage(job: usize, parents: &[usize], times: &[f64]) -> Stage {
    Stage {
        job,
        parents: parents.to_vec(),
        tasks: times.iter().map(|time| Task::of(*time)).collect(),
        ..Stage::default()
    }
}

fn one_job(stages: Vec<Stage>, executors: Vec<Executor>) -> Problem {
    Problem { jobs: vec![Job::default()], stages, executors, ..Problem::default() }
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-6
}

#[test]
fn tasks_take_slots_in_their_order() {
    // Two slots; 3, 2, 2: slot A 0–3, slot B 0–2 and 2–4. Then the child's 1 s: 5.
    let problem = one_job(vec![stage(0, &[], &[3.0, 2.0, 2.0]), stage(0, &[0], &[1.0])], vec![Executor::standing(2)]);
    let schedule = run(&problem);
    assert!(close(schedule.end_s, 5.0) && !schedule.stalled, "{schedule:?}");
    assert!(close(schedule.stages[0].1, 4.0) && close(schedule.task_s, 8.0));
}

#[test]
fn driver_times_stand_between_jobs_and_stages() {
    // Job 0: 1 s until its stage, 2 s of it, 0.5 s of tail = 3.5. Job 1: 4 s later, 2 s of work: 9.5.
    let mut first = stage(0, &[], &[2.0]);
    first.delay_s = 1.0;
    let jobs = vec![Job { tail_s: 0.5, ..Job::default() }, Job { after: vec![0], delay_s: 4.0, tail_s: 0.0 }];
    let problem = Problem {
        jobs,
        stages: vec![first, stage(1, &[], &[2.0])],
        executors: vec![Executor::standing(1)],
        ..Problem::default()
    };
    assert!(close(run(&problem).end_s, 9.5));
}

#[test]
fn jobs_that_overlapped_overlap_again() {
    // Both jobs start at 0 on two slots: 4 s, not 8; with one slot the first job's tasks go first.
    let jobs = vec![Job::default(), Job::default()];
    let stages = vec![stage(0, &[], &[4.0]), stage(1, &[], &[4.0])];
    let mut problem = Problem { jobs, stages, executors: vec![Executor::standing(2)], ..Problem::default() };
    assert!(close(run(&problem).end_s, 4.0));
    problem.executors = vec![Executor::standing(1)];
    let schedule = run(&problem);
    assert!(close(schedule.end_s, 8.0) && close(schedule.stages[0].1, 4.0));
}

#[test]
fn first_tasks_on_a_slot_are_slower() {
    // One slot, warm-up 3 and 1: 3+1, 1+1, 1 = 7. Two executors of one slot: 4 + (2 of 1): A 0–4, B 0–4, third 4–6.
    let mut warm = stage(0, &[], &[1.0, 1.0, 1.0]);
    warm.warm_up_s = [3.0, 1.0];
    assert!(close(run(&one_job(vec![warm.clone()], vec![Executor::standing(1)])).end_s, 7.0));
    assert!(close(run(&one_job(vec![warm], vec![Executor::standing(1); 2])).end_s, 6.0));
}

#[test]
fn a_lost_executor_loses_its_running_task_and_its_output() {
    // Two executors of a slot. Map tasks of 2 s end at 2 on each. The reduce stage has two tasks of 4 s from 2 on. At 3 the
    // first executor dies: its reduce task is lost, and so is its map output. On the second executor the running reduce
    // task ends at 6, the map task runs again 6–8, the lost reduce task 8–12.
    let dying = Executor { until: Some(Departure { at_s: 3.0, is_loss: true }), ..Executor::standing(1) };
    let stages = vec![stage(0, &[], &[2.0, 2.0]), stage(0, &[0], &[4.0, 4.0])];
    let mut problem = one_job(stages, vec![dying, Executor::standing(1)]);
    let schedule = run(&problem);
    assert!(close(schedule.end_s, 12.0) && schedule.rerun == 2, "{schedule:?}");
    // With an external shuffle service only the running task is lost: 6–10.
    problem.keeps_shuffle = true;
    assert!(close(run(&problem).end_s, 10.0));
    // One that leaves in order ends its task first.
    problem.executors[0].until = Some(Departure { at_s: 3.0, is_loss: false });
    assert!(close(run(&problem).end_s, 6.0));
}

#[test]
fn dynamic_allocation_asks_for_one_two_and_four() {
    // Seven tasks of 100 s, one slot each, backlog 1 s, executors at once. Requests at 1, 2 and 3 s add 1, 2 and 4.
    let rules = DynamicAllocation {
        initial: 0,
        min: 0,
        max: 100,
        slots: 1,
        backlog_s: 1.0,
        sustained_s: 1.0,
        ratio: 1.0,
        idle_s: 60.0,
        latency_s: 0.0,
        tracks_shuffle: false,
    };
    let mut problem = one_job(vec![stage(0, &[], &[100.0; 7])], Vec::new());
    problem.allocation = Some(rules);
    let schedule = run(&problem);
    assert!((102.9..=104.1).contains(&schedule.end_s) && schedule.most_executors == 7, "{schedule:?}");
    // At most two: 1 + 2 … four waves on two executors, three of them on one.
    problem.allocation = Some(DynamicAllocation { max: 2, ..rules });
    let schedule = run(&problem);
    assert!(schedule.most_executors == 2 && (400.0..=403.0).contains(&schedule.end_s), "{schedule:?}");
}

#[test]
fn idle_executors_are_given_back() {
    // Four executors; a task of 10 s each, then one task of 200 s: three idle ones leave 60 s after 10 s.
    let rules = DynamicAllocation {
        initial: 4,
        min: 0,
        max: 4,
        slots: 1,
        backlog_s: 1.0,
        sustained_s: 1.0,
        ratio: 1.0,
        idle_s: 60.0,
        latency_s: 0.0,
        tracks_shuffle: false,
    };
    let mut problem = one_job(vec![stage(0, &[], &[10.0; 4]), stage(0, &[0], &[200.0])], Vec::new());
    problem.allocation = Some(rules);
    let schedule = run(&problem);
    // 3 × 70 s and 210 s; looks come every second.
    assert!((415.0..=425.0).contains(&schedule.executor_s), "{schedule:?}");
}

#[test]
fn a_job_without_executors_stalls() {
    assert!(run(&one_job(vec![stage(0, &[], &[1.0])], Vec::new())).stalled);
}

/// Task times of two parallel stages and one that joins them.
fn times() -> impl Strategy<Value = Vec<Vec<f64>>> {
    prop::collection::vec(prop::collection::vec(0.1..50.0_f64, 1..40), 3)
}

fn graph(times: &[Vec<f64>]) -> Vec<Stage> {
    vec![stage(0, &[], &times[0]), stage(0, &[], &times[1]), stage(0, &[0, 1], &times[2])]
}

proptest! {
    #[test]
    fn the_schedulers_of_tasks_and_of_cohorts_agree(times in times(), slots in 1..9_u32) {
        let exact = run(&one_job(graph(&times), vec![Executor::standing(slots)]));
        let mut plan = Plan {
            groups: vec![PlannedGroup { arrivals: vec![(0.0, 1)], slots_per_executor: slots, ..PlannedGroup::default() }],
            ..Plan::default()
        };
        for (index, times) in times.iter().enumerate() {
            let mut planned = PlannedStage::new(if index == 2 { vec![0, 1] } else { Vec::new() });
            times.iter().for_each(|time| planned.push(1, [*time]));
            plan.stages.push(planned);
        }
        let cohorts = scheduler::run(&plan);
        prop_assert!((exact.end_s - cohorts.end_s).abs() < 1e-6, "{} {}", exact.end_s, cohorts.end_s);
    }

    #[test]
    fn no_schedule_beats_its_work_or_its_longest_task(times in times(), slots in 1..9_u32, executors in 1..5_usize) {
        let schedule = run(&one_job(graph(&times), vec![Executor::standing(slots); executors]));
        let work: f64 = times.iter().flatten().sum();
        let longest = times.iter().flatten().fold(0.0_f64, |a, b| a.max(*b));
        let all = f64::from(slots) * executors as f64;
        prop_assert!(schedule.end_s + 1e-6 >= (work / all).max(longest));
        prop_assert!(schedule.end_s <= work + 1e-6 && !schedule.stalled);
        prop_assert!((schedule.task_s - work).abs() < 1e-6);
    }

    #[test]
    fn a_loss_never_loses_a_task(times in times(), at_s in 0.0..200.0_f64) {
        let dying = Executor { until: Some(Departure { at_s, is_loss: true }), ..Executor::standing(2) };
        let schedule = run(&one_job(graph(&times), vec![dying, Executor::standing(2)]));
        let work: f64 = times.iter().flatten().sum();
        prop_assert!(!schedule.stalled && schedule.task_s + 1e-6 >= work);
    }
}
