//! Opening the database: migrations, what is newer, what is corrupt, and what errors mean to a person.

use std::{
    io,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, ErrorCode, OpenFlags};
use rusqlite_migration::{M, MigrationDefinitionError, Migrations};

use crate::{archive, home::Home, model::Reason, speak};

/// Numbered migrations: each is final once it is released; a change is a further one.
pub(super) const MIGRATIONS: &[M<'static>] = &[
    M::up(include_str!("migrations/0001_begin.sql")),
    M::up(include_str!("migrations/0002_rule_memory.sql")),
    M::up(include_str!("migrations/0003_announced.sql")),
    M::up(include_str!("migrations/0004_alert_lasts.sql")),
    M::up(include_str!("migrations/0005_series.sql")),
    M::up(include_str!("migrations/0006_card.sql")),
    M::up(include_str!("migrations/0007_recovered.sql")),
];

/// The version of a database that this program writes, and the newest that it reads.
pub(crate) const SCHEMA: usize = MIGRATIONS.len();

/// Databases up to this size are checked through at each start (a fraction of a second).
const CHECKED_SIZE: u64 = 64 << 20;

/// Why the database cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It was written by a newer program.
    #[error(
        "{} was written by a newer Streambell; it was left untouched. Install the newer version again, or set STREAMBELL_HOME to another folder.",
        file.display()
    )]
    Newer {
        /// The database.
        file: PathBuf,
    },
    /// The system refused.
    #[error("The history {} cannot be opened: {message}", file.display())]
    Unusable {
        /// The database.
        file: PathBuf,
        /// Why, and what to do.
        message: String,
    },
    /// A damaged database cannot be set aside, or a backup cannot be taken up.
    #[error("The history {} cannot be moved to or from its place: {source}. Move it away by hand, then start again.", file.display())]
    Stuck {
        /// The database.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// No thread could be started.
    #[error("The system gives no thread for the history: {0}. Close other programs and start again.")]
    Thread(io::Error),
}

pub(super) struct Connections {
    pub(super) writer: Connection,
    pub(super) reader: Connection,
    pub(super) set_aside: Option<PathBuf>,
    pub(super) restored: Option<PathBuf>,
}

enum Failure {
    Newer,
    Corrupt,
    Other(rusqlite::Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Corrupt,
            _ => Self::Other(error),
        }
    }
}

pub(super) fn open(home: &Home) -> Result<Connections, StoreError> {
    let file = home.database();
    let restored = archive::take_up(home).map_err(|source| StoreError::Stuck { file: home.restored(), source })?;
    match try_open(home) {
        Ok((writer, reader)) => Ok(Connections { writer, reader, set_aside: None, restored }),
        Err(Failure::Corrupt) => {
            let aside = home.set_aside("damaged").map_err(|source| StoreError::Stuck { file: file.clone(), source })?;
            tracing::error!(aside = %aside.display(), "the database is damaged and was set aside");
            let (writer, reader) = try_open(home).map_err(|failure| explain(failure, file))?;
            Ok(Connections { writer, reader, set_aside: Some(aside), restored })
        }
        Err(failure) => Err(explain(failure, file)),
    }
}

fn explain(failure: Failure, file: PathBuf) -> StoreError {
    match failure {
        Failure::Newer => StoreError::Newer { file },
        Failure::Corrupt => StoreError::Unusable { file, message: speak!("it is damaged.", "它已损坏。").into() },
        Failure::Other(error) => StoreError::Unusable { file, message: reason(&error).message },
    }
}

fn try_open(home: &Home) -> Result<(Connection, Connection), Failure> {
    let file = home.database();
    let small = std::fs::metadata(&file).is_ok_and(|meta| meta.len() <= CHECKED_SIZE);
    let mut writer = Connection::open(&file)?;
    writer.busy_timeout(std::time::Duration::from_secs(5))?;
    // Newer than this program: found before anything is written, the journal mode included.
    let migrations = Migrations::from_slice(MIGRATIONS);
    let version: usize = writer.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version > SCHEMA {
        return Err(Failure::Newer);
    }
    if small {
        let verdict: String = writer.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if verdict != "ok" {
            return Err(Failure::Corrupt);
        }
    }
    // NORMAL with WAL: a killed program loses nothing, a power cut at most the last moments, which the server replays.
    writer.pragma_update(None, "journal_mode", "WAL")?;
    writer.pragma_update(None, "synchronous", "NORMAL")?;
    writer.pragma_update(None, "foreign_keys", true)?;
    migrations.to_latest(&mut writer).map_err(|error| match error {
        rusqlite_migration::Error::MigrationDefinition(MigrationDefinitionError::DatabaseTooFarAhead) => Failure::Newer,
        rusqlite_migration::Error::RusqliteError { err, .. } => err.into(),
        other => Failure::Other(rusqlite::Error::ToSqlConversionFailure(other.into())),
    })?;
    Ok((writer, read_only(&file)?))
}

/// One more who reads, beside who writes.
pub(crate) fn read_only(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let reader = Connection::open_with_flags(file, flags)?;
    reader.busy_timeout(std::time::Duration::from_secs(5))?;
    Ok(reader)
}

/// What an error of the database means to a person.
pub(crate) fn reason(error: &rusqlite::Error) -> Reason {
    let (code, message) = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => (
            "disk_full",
            speak!("The disk is full, so nothing more can be kept. Free some space: Streambell goes on by itself, and what has come meanwhile is not lost.", "磁盘已满，无法再保存。请腾出一些空间：Streambell 会自动继续，期间收到的内容不会丢失。").to_owned(),
        ),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => (
            "history_not_writable",
            speak!("The history cannot be written. Make the data folder and its files writable for you.", "历史无法写入。请让您对数据文件夹及其中的文件有写入权限。").to_owned(),
        ),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => (
            "history_damaged",
            speak!("The history is damaged. Restart Streambell: it sets the damaged file aside and begins a fresh one.", "历史已损坏。请重新启动 Streambell：它会把损坏的文件放到一边，重新开始一份。").to_owned(),
        ),
        Some(ErrorCode::SystemIoFailure) => (
            "history_io",
            speak!(format!("The disk reports an error ({error}). Check that it is still there and has space left."), format!("磁盘报告错误（{error}）。请检查它是否仍然连接并有剩余空间。")),
        ),
        _ => ("history_error", speak!(format!("The history failed: {error}. Restart Streambell; if it stays so, report it."), format!("历史出错（{error}）。请重新启动 Streambell；如果仍然如此，请报告此问题。"))),
    };
    Reason { code: code.to_owned(), message }
}
