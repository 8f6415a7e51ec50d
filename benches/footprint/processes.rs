//! The memory of a program and of all that it started, as the kernel tells it.

use std::{collections::HashSet, fs};

/// Bytes, with the share of pages that several processes have.
pub(crate) struct Taken {
    pub(crate) program: u64,
    pub(crate) others: u64,
}

impl Taken {
    /// By this process and those that it began.
    pub(crate) fn by(program: u32) -> Self {
        let parents: Vec<(u32, u32)> = fs::read_dir("/proc")
            .expect("Linux has it")
            .filter_map(|entry| {
                let id = entry.ok()?.file_name().to_str()?.parse().ok()?;
                Some((id, parent(id)?))
            })
            .collect();
        let mut family = HashSet::from([program]);
        loop {
            let known = family.len();
            let children: Vec<u32> =
                parents.iter().filter(|(_, parent)| family.contains(parent)).map(|(id, _)| *id).collect();
            family.extend(children);
            if family.len() == known {
                break;
            }
        }
        family.remove(&program);
        Self { program: share(program).expect("it runs"), others: family.into_iter().filter_map(share).sum() }
    }

    pub(crate) fn all(&self) -> u64 {
        self.program + self.others
    }
}

fn parent(id: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name, in brackets, may hold anything.
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

fn share(id: u32) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kilobytes| kilobytes << 10)
}
