//! All that is kept, as one file: a backup, and what goes on from one. It holds no secret: those are in the key ring.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use rusqlite::ErrorCode;
use tempfile::NamedTempFile;

use crate::{
    EngineError,
    home::Home,
    model::Reason,
    speak,
    store::{SCHEMA, read_only, reason},
};

/// Writes everything into one file, in the place of what stands there. It reads beside a program that runs.
///
/// # Errors
/// When the history cannot be read or the file cannot be written; what stood there is left alone then.
pub(crate) fn back_up(home: &Home, file: &Path) -> Result<(), EngineError> {
    let fresh = beside(file)?;
    copy(&home.database(), fresh.path()).map_err(|error| EngineError::Store(reason(&error)))?;
    put(fresh, file)
}

/// Checks a backup and lays it where the next start takes it up; what is there now goes on until then.
///
/// # Errors
/// When the file is no backup, is damaged, or is of a newer program; nothing is changed then.
pub(crate) fn prepare(home: &Home, file: &Path) -> Result<(), EngineError> {
    check(file)?;
    let staged = home.restored();
    let fresh = beside(&staged)?;
    copy(file, fresh.path()).map_err(|error| unreadable(file, &error))?;
    put(fresh, &staged)
}

/// Takes up what was prepared: the present database is set aside, to the file that is returned.
///
/// # Errors
/// When a file cannot be moved.
pub(crate) fn take_up(home: &Home) -> io::Result<Option<PathBuf>> {
    let staged = home.restored();
    if !staged.exists() {
        return Ok(None);
    }
    let aside = home.set_aside("before-restore")?;
    fs::rename(staged, home.database())?;
    Ok(Some(aside))
}

fn check(file: &Path) -> Result<(), EngineError> {
    let shown = file.display();
    let connection = read_only(file).map_err(|error| unreadable(file, &error))?;
    let ours = "SELECT count(*) FROM sqlite_schema WHERE name IN ('feed', 'event', 'rule', 'setting')";
    let ours: u32 = connection.query_row(ours, [], |row| row.get(0)).map_err(|error| unreadable(file, &error))?;
    let version: usize = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(|error| unreadable(file, &error))?;
    if ours < 4 || version == 0 {
        return Err(refusal(
            "no_backup",
            speak!(
                format!(
                    "{shown} is no backup of Streambell. Choose a file that Streambell wrote; nothing was changed."
                ),
                format!("{shown} 不是 Streambell 的备份。请选择由 Streambell 写出的文件；没有作任何更改。")
            ),
        ));
    }
    if version > SCHEMA {
        return Err(refusal(
            "newer_backup",
            speak!(
                format!(
                    "{shown} was written by a newer Streambell. Update Streambell, then restore it; nothing was changed."
                ),
                format!("{shown} 由更新版本的 Streambell 写出。请先更新 Streambell 再恢复；没有作任何更改。")
            ),
        ));
    }
    let verdict = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
    match verdict {
        Ok(verdict) if verdict == "ok" => Ok(()),
        Ok(_) => Err(damaged(file)),
        Err(error) => Err(unreadable(file, &error)),
    }
}

fn unreadable(file: &Path, error: &rusqlite::Error) -> EngineError {
    if error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt) {
        return damaged(file);
    }
    refusal(
        "no_backup",
        speak!(
            format!(
                "{} cannot be read as a backup of Streambell ({error}). Choose a file that Streambell wrote; nothing was changed.",
                file.display()
            ),
            format!(
                "{} 无法作为 Streambell 的备份读取（{error}）。请选择由 Streambell 写出的文件；没有作任何更改。",
                file.display()
            )
        ),
    )
}

fn damaged(file: &Path) -> EngineError {
    refusal(
        "damaged_backup",
        speak!(
            format!("{} is damaged. Choose another backup; nothing was changed.", file.display()),
            format!("{} 已损坏。请选择另一个备份；没有作任何更改。", file.display())
        ),
    )
}

fn refusal(code: &str, message: String) -> EngineError {
    EngineError::File(Reason { code: code.to_owned(), message })
}

/// One file without a journal beside it, whatever the original has.
fn copy(from: &Path, to: &Path) -> rusqlite::Result<()> {
    let to = to.to_str().ok_or_else(|| rusqlite::Error::InvalidPath(to.to_owned()))?;
    read_only(from)?.execute("VACUUM INTO ?1", [to]).map(drop)
}

/// A file that only its user can read, in the same folder: it takes the place of another at once, or not at all.
pub(crate) fn beside(file: &Path) -> Result<NamedTempFile, EngineError> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    tempfile::Builder::new()
        .prefix(".streambell-")
        .suffix(".part")
        .tempfile_in(folder)
        .map_err(|error| EngineError::unwritable(&error))
}

pub(crate) fn put(fresh: NamedTempFile, file: &Path) -> Result<(), EngineError> {
    fresh.persist(file).map(drop).map_err(|error| EngineError::unwritable(&error.error))
}
