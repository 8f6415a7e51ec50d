//! The memory of a program and of all that it started, as the kernel tells it.

use std::{collections::HashSet, fs};

/// Bytes, with the share of pages that several processes have.
pub(crate) struct Taken {
    pub(crate) program: u64,
    pub(crate) others: u64,
    /// Of both, what is no file's: other programs that run the same libraries make the rest smaller.
    pub(crate) anonymous: u64,
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
        let shares: Vec<(u32, Share)> = family.into_iter().filter_map(|id| Some((id, share(id)?))).collect();
        let sum = |wanted: fn(u32, u32) -> bool| {
            shares.iter().filter(|(id, _)| wanted(*id, program)).map(|(_, share)| share.all).sum()
        };
        Self {
            program: sum(|id, program| id == program),
            others: sum(|id, program| id != program),
            anonymous: shares.iter().map(|(_, share)| share.anonymous).sum(),
        }
    }
}

fn parent(id: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name, in brackets, may hold anything.
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

struct Share {
    all: u64,
    anonymous: u64,
}

fn share(id: u32) -> Option<Share> {
    let text = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
    let bytes = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kilobytes| kilobytes << 10)
    };
    Some(Share { all: bytes("Pss:")?, anonymous: bytes("Pss_Anon:")? })
}
