//! Billing of Fargate tasks (ECS, Batch): vCPU, memory, disk. Batch itself is free.

use rust_decimal::Decimal;

use crate::catalog::Architecture;
use crate::engines::usage::{BilledTime, FargateTasks, FargateUsage, HOUR_S, Terms};
use crate::engines::{Charge, CostGroup};
use crate::prices::{ServiceItem, items};
use crate::units::{GbHour, Quantity, VcpuHour};

/// From the start of the image pull to the end of the task, rounded up to a second, one minute at least on Linux
/// (Fargate pricing page, read 2018 and 2026-10).
const MINIMUM_S: u32 = 60;
/// Ephemeral disk of a task that is not billed, GB (same page).
const FREE_DISK_GB: u32 = 20;

/// vCPU-hours, GB-hours and GB-hours of disk above 20 GB a task.
#[must_use]
pub fn charges(usage: &FargateUsage, terms: &Terms) -> Vec<Charge> {
    usage.tasks.iter().flat_map(|tasks| lines_of_tasks(tasks, terms)).collect()
}

fn lines_of_tasks(tasks: &FargateTasks, terms: &Terms) -> Vec<Charge> {
    let time = BilledTime::new(tasks.running, MINIMUM_S);
    let (vcpu_key, memory_key) = items_of(tasks.architecture, tasks.spot);
    let hours = |size: Decimal| Decimal::from(tasks.count) * size * time.seconds() / HOUR_S;
    let formula = |size: &str| format!("{} × {size} × {time} / 3600", tasks.count);
    let (vcpu, memory) = (tasks.vcpu.normalize(), tasks.memory_gb.normalize());
    let spot = if tasks.spot { " Spot" } else { "" };
    let name = || format!("{} × {vcpu} vCPU {memory} GB", tasks.count);
    let group = CostGroup::Compute;
    let mut lines = vec![
        Charge::per_run(
            terms.say(|| format!("Fargate{spot} vCPU, {}", name())),
            group,
            vcpu_key,
            Quantity::new(hours(vcpu)),
            terms.say(|| formula(&format!("{vcpu} vCPU"))),
        ),
        Charge::per_run(
            terms.say(|| format!("Fargate{spot} memory, {}", name())),
            group,
            memory_key,
            Quantity::new(hours(memory)),
            terms.say(|| formula(&format!("{memory} GB"))),
        ),
    ];
    let disk = tasks.disk_gb - Decimal::from(FREE_DISK_GB);
    if disk > Decimal::ZERO {
        let size = terms.say(|| formula(&format!("({} - {FREE_DISK_GB} free) GB", tasks.disk_gb.normalize())));
        let quantity = Quantity::new(hours(disk));
        let component = terms.say(|| format!("Fargate disk, {}", name()));
        lines.push(Charge::per_run(component, CostGroup::Storage, &items::FARGATE_STORAGE, quantity, size));
    }
    lines
}

/// The items of a task's architecture and purchase option.
const fn items_of(
    architecture: Architecture,
    spot: bool,
) -> (&'static ServiceItem<VcpuHour>, &'static ServiceItem<GbHour>) {
    match (architecture, spot) {
        (Architecture::X86_64, true) => (&items::FARGATE_SPOT_VCPU, &items::FARGATE_SPOT_MEMORY),
        (Architecture::Arm64, true) => (&items::FARGATE_SPOT_VCPU_ARM, &items::FARGATE_SPOT_MEMORY_ARM),
        (Architecture::X86_64, false) => (&items::FARGATE_VCPU_X86, &items::FARGATE_MEMORY_X86),
        (Architecture::Arm64, false) => (&items::FARGATE_VCPU_ARM, &items::FARGATE_MEMORY_ARM),
    }
}
