//! The executors of one group while a run goes on: slots free and busy, idle executors, release and regrowth.

use super::outcome::GroupUse;
use super::plan::PlannedGroup;

/// Slots given to tasks, by whether a task ran on them before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slots {
    pub warm: u32,
    pub fresh: u32,
}

/// Live state of a group.
#[derive(Debug)]
pub struct Pool {
    slots_per_executor: u32,
    idle_release_s: Option<f64>,
    executors: u32,
    busy: u32,
    /// Executors that were told to go, and those of their slots that still run a task.
    doomed: u32,
    doomed_busy: u32,
    free_warm: u32,
    free_fresh: u32,
    /// Idle executors by the time since when, oldest first.
    idle: Vec<(f64, u32)>,
    /// Not there yet, given back, or never fetched for want of work: may be asked for.
    released: u32,
    requested: u32,
    counted_until_s: f64,
    usage: GroupUse,
}

/// How a group stands between two rounds of a repeated chain, and what it did until then.
#[derive(Clone, Debug)]
pub struct Standing {
    counts: [u32; 6],
    /// For how long how many have been idle.
    idle: Vec<(f64, u32)>,
    usage: GroupUse,
}

/// Idle times that differ by less are alike, seconds: rounding.
const ALIKE_S: f64 = 1e-6;

impl Standing {
    /// Whether a round that begins so goes as one that begins like `other`.
    pub fn is_like(&self, other: &Self) -> bool {
        let idle = || self.idle.iter().zip(&other.idle);
        self.counts == other.counts
            && self.idle.len() == other.idle.len()
            && idle().all(|((a_s, a), (b_s, b))| a == b && (a_s - b_s).abs() < ALIKE_S)
    }
}

impl Pool {
    pub fn new(group: &PlannedGroup) -> Self {
        Self {
            slots_per_executor: group.slots_per_executor,
            idle_release_s: group.idle_release_s,
            executors: 0,
            busy: 0,
            doomed: 0,
            doomed_busy: 0,
            free_warm: 0,
            free_fresh: 0,
            idle: Vec::new(),
            released: group.on_request,
            requested: 0,
            counted_until_s: 0.0,
            usage: GroupUse::default(),
        }
    }

    pub const fn free(&self) -> u32 {
        self.free_warm + self.free_fresh
    }

    pub const fn busy(&self) -> u32 {
        self.busy
    }

    pub const fn is_elastic(&self) -> bool {
        self.idle_release_s.is_some()
    }

    pub fn arrive(&mut self, now_s: f64, executors: u32, regrown: bool) {
        self.count_until(now_s);
        if regrown {
            self.requested -= executors;
            self.released -= executors;
        }
        self.executors += executors;
        self.usage.executors += executors;
        self.free_fresh += executors * self.slots_per_executor;
    }

    /// Executors that dynamic allocation does not fetch because no task waits for them.
    pub fn decline(&mut self, executors: u32) {
        self.released += executors;
    }

    /// Gives `tasks` free slots to tasks, warm ones first.
    pub fn take(&mut self, tasks: u32) -> Slots {
        let warm = tasks.min(self.free_warm);
        let fresh = (tasks - warm).min(self.free_fresh);
        self.free_warm -= warm;
        self.free_fresh -= fresh;
        self.busy += warm + fresh;
        Slots { warm, fresh }
    }

    /// Takes slots back from finished tasks. A JVM is warm once its first tasks are through: each task that ran on a
    /// fresh slot warms the free slots of its executor too (Spark spreads tasks over executors).
    pub fn give_back(&mut self, tasks: u32, fresh: bool) {
        self.busy -= tasks;
        self.free_warm += tasks;
        if fresh {
            let warmed = (tasks * (self.slots_per_executor - 1)).min(self.free_fresh);
            self.free_fresh -= warmed;
            self.free_warm += warmed;
        }
    }

    /// Tasks on executors that were told to go have ended: their slots are not given again.
    pub fn give_up(&mut self, tasks: u32) {
        self.busy -= tasks;
        self.doomed_busy -= tasks;
    }

    pub const fn is_doomed(&self) -> bool {
        self.doomed > 0
    }

    /// Slots of all executors that are there.
    pub const fn slots(&self) -> u32 {
        self.executors * self.slots_per_executor
    }

    /// Tells executors to go: their free slots go at once, those that run a task when it ends. Answers how many there
    /// were to tell, and how many tasks run on them.
    pub fn doom(&mut self, executors: u32) -> (u32, u32) {
        let there = self.executors.saturating_sub(self.doomed);
        let executors = executors.min(there);
        if executors == 0 {
            return (0, 0);
        }
        let slots = executors * self.slots_per_executor;
        let share = u64::from(self.free()) * u64::from(executors) / u64::from(there);
        let running = self.busy - self.doomed_busy;
        let idle = u32::try_from(share).unwrap_or(slots).clamp(slots.saturating_sub(running), slots).min(self.free());
        let fresh = idle.min(self.free_fresh);
        self.free_fresh -= fresh;
        self.free_warm -= idle - fresh;
        self.doomed += executors;
        let running = (slots - idle).min(running);
        self.doomed_busy += running;
        (executors, running)
    }

    /// Executors that were told to go are gone. Answers their slots.
    pub fn lose(&mut self, now_s: f64, executors: u32) -> u32 {
        self.count_until(now_s);
        let executors = executors.min(self.doomed).min(self.executors);
        self.doomed -= executors;
        self.executors -= executors;
        self.usage.lost += executors;
        executors * self.slots_per_executor
    }

    /// Tasks on lost executors end before their time.
    pub fn kill(&mut self, tasks: u32, early_s: f64) {
        self.busy -= tasks;
        self.doomed_busy -= tasks;
        self.usage.busy_slot_s -= f64::from(tasks) * early_s;
    }

    /// Others in the place of lost executors; they do not count as more executors, only as more time.
    pub fn come_back(&mut self, now_s: f64, executors: u32) {
        self.count_until(now_s);
        self.executors += executors;
        self.free_fresh += executors * self.slots_per_executor;
    }

    pub fn add_busy(&mut self, slot_seconds: f64) {
        self.usage.busy_slot_s += slot_seconds;
    }

    /// Notes which executors are idle now; answers when the newly idle ones are due for release.
    ///
    /// Spark offers tasks to executors in random order, so few tasks lie on many executors: as long as there
    /// are executors, every busy slot is taken to keep one executor alive. Work goes to the most recently idle.
    pub fn settle(&mut self, now_s: f64) -> Option<f64> {
        let timeout_s = self.idle_release_s?;
        // Executors that were told to go are neither idle nor busy: they are lost, not given back.
        let stay = self.executors.saturating_sub(self.doomed);
        let idle_now = stay - stay.min(self.busy - self.doomed_busy);
        let noted: u32 = self.idle.iter().map(|(_, executors)| executors).sum();
        if idle_now > noted {
            self.idle.push((now_s, idle_now - noted));
            return Some(now_s + timeout_s);
        }
        self.wake(noted - idle_now);
        None
    }

    fn wake(&mut self, mut executors: u32) {
        while executors > 0 {
            let Some((_, newest)) = self.idle.last_mut() else { return };
            let woken = executors.min(*newest);
            *newest -= woken;
            executors -= woken;
            if *newest == 0 {
                self.idle.pop();
            }
        }
    }

    /// Gives back the executors whose idle time is over.
    pub fn release(&mut self, now_s: f64) {
        let Some(timeout_s) = self.idle_release_s else { return };
        let due = self.idle.iter().take_while(|(since_s, _)| since_s + timeout_s <= now_s).count();
        let leaving: u32 = self.idle.drain(..due).map(|(_, executors)| executors).sum();
        // Some of the idle ones may have been taken back.
        let leaving = leaving.min(self.executors.saturating_sub(self.doomed));
        if leaving == 0 {
            return;
        }
        self.count_until(now_s);
        self.executors -= leaving;
        self.released += leaving;
        let slots = leaving * self.slots_per_executor;
        let fresh = slots.min(self.free_fresh);
        self.free_fresh -= fresh;
        self.free_warm -= (slots - fresh).min(self.free_warm);
    }

    /// How many released executors to ask for, given the tasks that wait.
    pub fn request(&mut self, waiting_tasks: u64) -> u32 {
        let useful = waiting_tasks.div_ceil(u64::from(self.slots_per_executor.max(1)));
        let wanted = u32::try_from(useful).unwrap_or(u32::MAX).min(self.released).saturating_sub(self.requested);
        self.requested += wanted;
        wanted
    }

    /// How the group stands now.
    pub fn standing(&mut self, now_s: f64) -> Standing {
        self.count_until(now_s);
        Standing {
            counts: [self.executors, self.busy, self.free_warm, self.free_fresh, self.released, self.requested],
            idle: self.idle.iter().map(|(since_s, executors)| (now_s - since_s, *executors)).collect(),
            usage: self.usage,
        }
    }

    /// Adds `rounds` times what was used between two standings.
    pub fn add_rounds(&mut self, old: &Standing, new: &Standing, rounds: f64) {
        self.usage.busy_slot_s += rounds * (new.usage.busy_slot_s - old.usage.busy_slot_s);
        self.usage.executor_s += rounds * (new.usage.executor_s - old.usage.executor_s);
        let came = f64::from(new.usage.executors - old.usage.executors);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a saturating count")]
        let came = (rounds * came) as u32;
        self.usage.executors = self.usage.executors.saturating_add(came);
    }

    /// Moves the group on in time, as it stands.
    pub fn shift(&mut self, forward_s: f64) {
        self.counted_until_s += forward_s;
        for (since_s, _) in &mut self.idle {
            *since_s += forward_s;
        }
    }

    /// When idle executors are due for release.
    pub fn due(&self) -> Vec<f64> {
        self.idle_release_s
            .map_or_else(Vec::new, |timeout_s| self.idle.iter().map(|(since_s, _)| since_s + timeout_s).collect())
    }

    fn count_until(&mut self, now_s: f64) {
        self.usage.executor_s += f64::from(self.executors) * (now_s - self.counted_until_s);
        self.counted_until_s = now_s;
    }

    pub fn finish(mut self, end_s: f64) -> GroupUse {
        self.count_until(end_s);
        self.usage
    }
}
