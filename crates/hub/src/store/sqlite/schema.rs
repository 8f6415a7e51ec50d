//! The database: its tables, and opening it.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags, Row, config::DbConfig};
use rusqlite_migration::{M, Migrations};

use super::super::OpenError;
use crate::event::EventId;

/// Numbered migrations: each is final once it is released; a change is a further one.
///
/// Ids are [`crate::EventId`]s as numbers. `latest` outlives retention: what a key is about is there until it is gone.
const MIGRATIONS: &[M<'static>] = &[M::up(
    "CREATE TABLE hub (newest INTEGER NOT NULL, born INTEGER NOT NULL);
     INSERT INTO hub VALUES (0, 0);
     CREATE TABLE topic (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, dropped INTEGER NOT NULL DEFAULT 0);
     CREATE TABLE event (
         id INTEGER PRIMARY KEY,
         topic INTEGER NOT NULL REFERENCES topic,
         keyed INTEGER NOT NULL,
         body TEXT NOT NULL
     );
     CREATE INDEX event_of_topic ON event (topic, id);
     CREATE TABLE latest (
         topic INTEGER NOT NULL REFERENCES topic,
         key TEXT NOT NULL,
         id INTEGER NOT NULL,
         body TEXT NOT NULL,
         PRIMARY KEY (topic, key)
     ) WITHOUT ROWID;",
)];

/// Opens the database to write and to read. A damaged one is set aside, one of a newer hub is left untouched, and one of
/// an earlier hub becomes one of this in a single transaction: whole, or not at all.
pub(super) fn open(file: &Path) -> Result<(Connection, Connection), OpenError> {
    let failed = |source| OpenError::Database { file: file.to_owned(), source };
    if version(file).is_ok_and(|version| version > MIGRATIONS.len()) {
        return Err(OpenError::Newer { file: file.to_owned() });
    }
    match try_open(file) {
        Err(error) if is_damaged(&error) => {
            let aside = file.with_extension(format!("damaged-{}.db", Timestamp::now().as_millisecond()));
            let moved = |source| OpenError::Folder { folder: file.to_owned(), source };
            std::fs::rename(file, &aside).map_err(moved)?;
            for companion in ["db-wal", "db-shm"] {
                match std::fs::remove_file(file.with_extension(companion)) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(moved(error)),
                    _ => {}
                }
            }
            tracing::error!(aside = %aside.display(), "the hub's journal is damaged and was set aside");
            try_open(file).map_err(failed)
        }
        opened => opened.map_err(failed),
    }
}

fn try_open(file: &Path) -> rusqlite::Result<(Connection, Connection)> {
    let mut writer = Connection::open(file)?;
    writer.busy_timeout(Duration::from_secs(5))?;
    // NORMAL with WAL: a killed hub loses nothing that it acknowledged, a power cut at most the last moments.
    writer.pragma_update(None, "journal_mode", "WAL")?;
    writer.pragma_update(None, "synchronous", "NORMAL")?;
    Migrations::from_slice(MIGRATIONS).to_latest(&mut writer).map_err(|error| match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => err,
        other => rusqlite::Error::ToSqlConversionFailure(other.into()),
    })?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let reader = Connection::open_with_flags(file, flags)?;
    reader.busy_timeout(Duration::from_secs(5))?;
    Ok((writer, reader))
}

/// The version that a database is in, read without a trace, and leaving a journal that is there where it is.
fn version(file: &Path) -> rusqlite::Result<usize> {
    let connection = Connection::open(file)?;
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, file.with_extension("db-wal").exists())?;
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// The newest event there has been, and what lies before the first.
pub(super) fn life(connection: &Connection) -> rusqlite::Result<(EventId, EventId)> {
    let born = EventId::before(Timestamp::now()).to_number();
    connection.execute("UPDATE hub SET born = ?1 WHERE born = 0", [born])?;
    let number = |row: &Row<'_>, column| row.get(column).map(EventId::from_number);
    connection.query_row("SELECT newest, born FROM hub", [], |row| Ok((number(row, 0)?, number(row, 1)?)))
}

fn is_damaged(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}
