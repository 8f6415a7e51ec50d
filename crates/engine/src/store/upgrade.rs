//! Bringing the database of an earlier version to the form of this one: on a copy, which then takes its place.
//!
//! Until that moment the original is whole, whatever happens: a kill, a full disk, a migration that fails. After it the
//! original stands beside under a name of its own, until the next upgrade. Only who holds the home's lock may do this.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use rusqlite::{Connection, ErrorCode};
use rusqlite_migration::Migrations;

use super::open::{Failure, MIGRATIONS, is_sound};
use crate::{home::Home, speak};

/// Brings the database from this version to the newest: where the original is kept.
pub(super) fn upgrade(home: &Home, from: usize) -> Result<PathBuf, Failure> {
    let (file, copy, kept) = (home.database(), home.upgrading(), home.before_upgrade(from));
    let size = fs::metadata(&file)?.len();
    // Migrations add to it. Where that is more, the full disk says so in the middle of one.
    let needed = size + size / 4 + (1 << 20);
    let free = fs4::available_space(home.folder()).ok();
    let no_room = |failure: Failure| match (failure, free) {
        (failure, _) if !failure.is_full() => failure,
        (_, free) => Failure::NoRoom { needed: needed.max(free.unwrap_or(0) * 2), free: free.unwrap_or(0) },
    };
    if let Some(free) = free.filter(|free| *free < needed) {
        return Err(Failure::NoRoom { needed, free });
    }
    gather(&file).map_err(no_room)?;
    migrate(&file, &copy).and_then(|()| swap(home, &copy, &kept)).map_err(|failure| {
        discard(home);
        match no_room(failure) {
            Failure::System(error) => Failure::Upgrade(error.to_string()),
            Failure::Other(error) => Failure::Upgrade(error.to_string()),
            failure => failure,
        }
    })?;
    tracing::info!(from, kept = %kept.display(), "the database was brought to the form of this version");
    for older in home.kept_upgrades().into_iter().filter(|file| *file != kept) {
        if let Err(error) = fs::remove_file(&older) {
            tracing::warn!(file = %older.display(), %error, "an older copy of the history cannot be removed");
        }
    }
    Ok(kept)
}

/// Removes a copy that is not to take the place of the original, as a start that was killed has left it.
pub(super) fn discard(home: &Home) {
    // Mostly there is none; where it cannot be removed, the next one says so.
    let _ = fs::remove_file(home.upgrading());
}

/// Checks the original and makes it one file: nothing of it is left in a journal, which would belong to the name.
fn gather(file: &Path) -> Result<(), Failure> {
    let original = Connection::open(file)?;
    original.busy_timeout(std::time::Duration::from_secs(2))?;
    if !is_sound(&original)? {
        return Err(Failure::Corrupt);
    }
    match original.pragma_update(None, "journal_mode", "DELETE") {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
            Err(Failure::Upgrade(speak!("another program has it open", "另一个程序正打开着它").into()))
        }
        done => Ok(done.and_then(|()| original.close().map_err(|(_, error)| error))?),
    }
}

/// Makes a copy in the newest form, all of it on the disk.
fn migrate(file: &Path, copy: &Path) -> Result<(), Failure> {
    fs::copy(file, copy)?;
    let mut fresh = Connection::open(copy)?;
    // A copy that fails is thrown away: it needs no way back.
    fresh.pragma_update(None, "journal_mode", "OFF")?;
    fresh.pragma_update(None, "synchronous", "OFF")?;
    Migrations::from_slice(MIGRATIONS).to_latest(&mut fresh)?;
    if !is_sound(&fresh)? {
        return Err(Failure::Upgrade(speak!("what came out of it is damaged", "转换后的文件已损坏").into()));
    }
    fresh.close().map_err(|(_, error)| error)?;
    Ok(File::options().write(true).open(copy)?.sync_all()?)
}

/// Gives the original a second name, and its first one to the copy.
fn swap(home: &Home, copy: &Path, kept: &Path) -> Result<(), Failure> {
    let file = home.database();
    // One of a start that was killed within this second.
    let _ = fs::remove_file(kept);
    // Where a file cannot have two names, a copy of it. To move it away would leave a moment without any.
    fs::hard_link(&file, kept).or_else(|_| fs::copy(&file, kept).map(drop))?;
    sync(home.folder());
    if let Err(error) = fs::rename(copy, &file) {
        let _ = fs::remove_file(kept);
        return Err(error.into());
    }
    sync(home.folder());
    Ok(())
}

/// What happened to names in a folder is on the disk, on systems that can say so.
fn sync(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}
