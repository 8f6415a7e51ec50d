//! What the program takes of the computer, with the processes of its web view.

use std::collections::HashSet;

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System, get_current_pid};

use crate::model::Processes;

/// Looks at this process and those that it began. It takes some milliseconds.
pub(crate) fn look() -> Processes {
    let Ok(own) = get_current_pid() else { return Processes::default() };
    let Ok(mut system) = System::new() else { return Processes::default() };
    let wanted = ProcessRefreshKind::nothing().with_memory().with_cpu().without_tasks();
    system.refresh_processes_specifics(ProcessesToUpdate::All, true, wanted);
    let mut ours = HashSet::from([own]);
    loop {
        let known = ours.len();
        let children = system.processes().iter().filter(|(_, it)| it.parent().is_some_and(|it| ours.contains(&it)));
        let children: Vec<Pid> = children.map(|(id, _)| *id).collect();
        ours.extend(children);
        if ours.len() == known {
            break;
        }
    }
    let processes = ours.iter().filter_map(|id| system.process(*id));
    processes.fold(Processes::default(), |sum, process| Processes {
        count: sum.count + 1,
        memory: sum.memory + own_share(process.pid()).unwrap_or(process.memory()),
        cpu: sum.cpu + process.accumulated_cpu_time(),
    })
}

/// What a process takes, with its share of what several map: only Linux tells.
#[cfg(target_os = "linux")]
fn own_share(id: Pid) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kilobytes| kilobytes << 10)
}

#[cfg(not(target_os = "linux"))]
fn own_share(_: Pid) -> Option<u64> {
    None
}
