//! The database, and the disk that it is on.

use std::fs;

use super::Stored;
use crate::{
    clock,
    home::Home,
    model::{Check, Millis, Part, Reason},
    speak, store,
};

/// With less the history is soon in trouble.
const ROOM: u64 = 200 << 20;
/// A disk that is full sooner is worth a word.
const SOON: i64 = 14;
const DAY: Millis = 24 * 60 * 60 * 1000;

/// What the database tells of itself; a missing one tells what a fresh one does.
pub(super) fn read(home: &Home) -> Result<Stored, Reason> {
    if !home.database().exists() {
        return Ok(Stored { schema: store::SCHEMA, preferences: None, oldest: None });
    }
    let read = || {
        let connection = store::read_only(&home.database())?;
        let schema = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if schema == 0 {
            // It was made this moment, and nothing is in it yet.
            return Ok(Stored { schema: store::SCHEMA, preferences: None, oldest: None });
        }
        let preferences = store::settings::get(&connection, "preferences")?;
        Ok(Stored { schema, preferences, oldest: store::events::oldest(&connection)? })
    };
    read().map_err(|error| store::reason(&error))
}

/// Reads all of it, beside whoever writes.
pub(super) fn check(home: &Home, stored: &Result<Stored, Reason>) -> Check {
    let whole = || {
        let connection = store::read_only(&home.database())?;
        connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0))
    };
    let verdict = match stored {
        Err(reason) => Err(reason.clone()),
        Ok(_) if !home.database().exists() => {
            return Check::fine(Part::History, speak!("nothing is kept yet", "尚无内容"));
        }
        Ok(_) => whole().map_err(|error| store::reason(&error)),
    };
    match verdict {
        Ok(verdict) if verdict == "ok" => {
            let size = size(bytes(home));
            Check::fine(Part::History, speak!(format!("{size}, looked through"), format!("{size}，已全部检查")))
        }
        Ok(verdict) => Check::wrong(
            Part::History,
            speak!(format!("it is damaged ({verdict})"), format!("已损坏（{verdict}）")),
            speak!(
                "Back it up, then restart Streambell: what can be read goes on, or restore an earlier backup.",
                "请先备份，再重新启动 Streambell：能读取的部分会继续使用；也可以恢复较早的备份。"
            ),
        ),
        Err(reason) => Check::wrong(Part::History, speak!("it cannot be read through", "无法全部读取"), reason.message),
    }
}

/// How much room there is, against what the history grows.
pub(super) fn disk(home: &Home, stored: Option<&Stored>) -> Check {
    let folder = home.folder().display();
    let free = match fs4::available_space(home.folder()) {
        Ok(free) => free,
        Err(error) => {
            return Check::warning(
                Part::Disk,
                speak!(format!("the system does not tell ({error})"), format!("系统没有告知（{error}）")),
                speak!("Look at the disk.", "请检查磁盘。"),
            );
        }
    };
    let daily = stored.and_then(|stored| daily_growth(home, stored.oldest?));
    let grows = daily.map(|daily| {
        speak!(format!(", and the history grows by {} a day", size(daily)), format!("，历史每天增长约 {}", size(daily)))
    });
    let found = speak!(format!("{} free", size(free)), format!("剩余 {}", size(free))) + &grows.unwrap_or_default();
    let mend = speak!(
        format!("Free some space where {folder} is, or keep less of your feeds' history."),
        format!("请在 {folder} 所在的磁盘上腾出一些空间，或减少保留的历史。")
    );
    let soon = daily.is_some_and(|daily| i64::try_from(free / daily.max(1)).is_ok_and(|days| days < SOON));
    match free {
        free if free < ROOM => Check::wrong(Part::Disk, found, mend),
        _ if soon => Check::warning(Part::Disk, found, mend),
        _ => Check::fine(Part::Disk, found),
    }
}

/// Bytes a day, of a history that has had a day to grow.
fn daily_growth(home: &Home, oldest: Millis) -> Option<u64> {
    let days = u64::try_from((clock::now() - oldest) / DAY).ok().filter(|days| *days > 0)?;
    Some(bytes(home) / days)
}

fn bytes(home: &Home) -> u64 {
    fs::metadata(home.database()).map_or(0, |meta| meta.len())
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000_000 => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
        _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_few_figures() {
        let cases = [(0, "0.0 MB"), (48_372_000, "48.3 MB"), (999_999_999, "999.9 MB"), (12_345_678_901, "12.3 GB")];
        for (bytes, told) in cases {
            assert_eq!(size(bytes), told);
        }
    }
}
