//! What an application keeps ready between runs, and when it stops.

use std::collections::BTreeMap;

use super::api::{AutoStop, InitialCapacity, WorkerConfiguration};
use super::workers::DRIVER_DISK_GB;
use crate::engines::ServerlessShape;
use crate::spec::notes::Notes;

/// EMR Serverless's own auto-stop.
const DEFAULT_IDLE_MIN: u32 = 15;

/// Pre-initialised workers, of the size that runs ask for: others would lie idle beside them.
pub(super) fn initial_capacity(
    shape: &ServerlessShape,
    notes: &mut Notes,
) -> Option<BTreeMap<&'static str, InitialCapacity>> {
    let ready = shape.pre_initialised?;
    let of = |worker_count: u32, vcpu: u32, memory_gb: u32, disk_gb: u32| InitialCapacity {
        worker_count,
        worker_configuration: WorkerConfiguration {
            cpu: format!("{vcpu} vCPU"),
            memory: format!("{memory_gb} GB"),
            disk: format!("{disk_gb} GB"),
        },
    };
    let executors = ready.runs * ready.executors;
    notes.setting(
        "initialCapacity",
        format!("{} × Driver, {executors} × Executor", ready.runs),
        format!(
            "Ready within seconds for {} at a time, and billed as long as the application is started, busy or idle. Their \
             size is the one that the run asks for: a run takes no pre-initialised worker of another.",
            if ready.runs == 1 { "one run".to_owned() } else { format!("{} runs", ready.runs) }
        ),
    );
    Some(BTreeMap::from([
        ("Driver", of(ready.runs, shape.driver_vcpu, shape.driver_memory_gb, DRIVER_DISK_GB)),
        ("Executor", of(executors, shape.worker_vcpu, shape.worker_memory_gb, shape.worker_disk_gb)),
    ]))
}

/// The service's own auto-stop, unless workers are kept ready: then none before the next run.
pub(super) fn auto_stop(shape: &ServerlessShape, notes: &mut Notes) -> AutoStop {
    let Some(ready) = shape.pre_initialised else {
        notes.default_kept("`autoStartConfiguration`, `autoStopConfiguration` (15 minutes) are written out, but they are the service's defaults. Without pre-initialised workers a started application costs nothing.");
        return AutoStop { enabled: true, idle_timeout_minutes: Some(DEFAULT_IDLE_MIN) };
    };
    let reason = match ready.auto_stop_min {
        Some(_) => "Twice the time between two runs: it stops the bill when the schedule stops.",
        None => {
            "Nobody knows when the next run comes, and a stopped application has no workers ready. Stop it by hand when \
             no run is to come: idle workers are billed."
        }
    };
    let said = ready.auto_stop_min.map_or_else(|| "off".to_owned(), |minutes| format!("{minutes} minutes"));
    notes.setting("autoStopConfiguration", said, reason);
    AutoStop { enabled: ready.auto_stop_min.is_some(), idle_timeout_minutes: ready.auto_stop_min }
}
