//! Opening the database: migrations, what is newer, what is corrupt, and what errors mean to a person.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig};
use rusqlite_migration::{M, Migrations};

use super::upgrade;
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
    M::up(include_str!("migrations/0008_dialect.sql")),
];

/// The version of a database that this program writes, and the newest that it reads.
pub(crate) const SCHEMA: usize = MIGRATIONS.len();

/// Databases up to this size are checked through at each start (a fraction of a second).
const CHECKED_SIZE: u64 = 64 << 20;

/// Why the database cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It was written by a newer program.
    #[error("{}", newer(file))]
    Newer {
        /// The database.
        file: PathBuf,
    },
    /// It is of an earlier version, and the disk has no room to bring it to the form of this one.
    #[error("{}", no_room(folder, *needed, *free))]
    NoRoom {
        /// Where room is needed.
        folder: PathBuf,
        /// How much, in bytes.
        needed: u64,
        /// How much there is.
        free: u64,
    },
    /// It is of an earlier version, and cannot be brought to the form of this one.
    #[error("{}", not_upgraded(file, message))]
    NotUpgraded {
        /// The database, as it was.
        file: PathBuf,
        /// Why.
        message: String,
    },
    /// The system refused.
    #[error("{}", unusable(file, message))]
    Unusable {
        /// The database.
        file: PathBuf,
        /// Why, and what to do.
        message: String,
    },
    /// A damaged database cannot be set aside, or a backup cannot be taken up.
    #[error("{}", stuck(file, source))]
    Stuck {
        /// The database.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// No thread could be started.
    #[error("{}", no_thread(.0))]
    Thread(io::Error),
}

fn newer(file: &Path) -> String {
    let file = file.display();
    speak!(
        format!(
            "{file} was written by a newer Streambell; it was left untouched. Install the newer version again, or set STREAMBELL_HOME to another folder."
        ),
        format!(
            "{file} 由更新版本的 Streambell 写出；未作任何改动。请重新安装较新的版本，或把 STREAMBELL_HOME 设为另一个文件夹。"
        ),
    )
}

fn no_room(folder: &Path, needed: u64, free: u64) -> String {
    let (folder, needed, free) = (folder.display(), megabytes(needed), megabytes(free));
    speak!(
        format!(
            "The history is of an earlier version, and to bring it to the form of this one about {needed} MB must be free in {folder}; {free} MB are. Free some space, then start again: the history is as it was."
        ),
        format!(
            "历史来自较早的版本，转换为此版本的格式需要 {folder} 有约 {needed} MB 可用空间，目前只有 {free} MB。请腾出一些空间后重新启动：历史未作任何改动。"
        ),
    )
}

fn not_upgraded(file: &Path, message: &str) -> String {
    let file = file.display();
    speak!(
        format!(
            "The history {file} is of an earlier version and cannot be brought to the form of this one: {message}. It is as it was: start again, and if it stays so, install the earlier version and report this."
        ),
        format!(
            "历史 {file} 来自较早的版本，无法转换为此版本的格式（{message}）。历史未作任何改动：请重新启动；如果仍然如此，请安装较早的版本并报告此问题。"
        ),
    )
}

fn unusable(file: &Path, message: &str) -> String {
    let file = file.display();
    speak!(format!("The history {file} cannot be opened: {message}"), format!("无法打开历史 {file}：{message}"))
}

fn stuck(file: &Path, error: &io::Error) -> String {
    let file = file.display();
    speak!(
        format!(
            "The history {file} cannot be moved to or from its place: {error}. Move it away by hand, then start again."
        ),
        format!("历史 {file} 无法移动（{error}）。请手动移走它，然后重新启动。"),
    )
}

fn no_thread(error: &io::Error) -> String {
    speak!(
        format!("The system gives no thread for the history: {error}. Close other programs and start again."),
        format!("系统没有为历史提供线程（{error}）。请关闭其他程序后重新启动。"),
    )
}

/// Rounded up.
fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1_000_000)
}

pub(super) struct Connections {
    pub(super) writer: Connection,
    pub(super) reader: Connection,
    pub(super) found: Found,
}

/// What became of files at the start, each with its new name.
#[derive(Default)]
pub(crate) struct Found {
    /// A database that could not be read was set aside.
    pub(crate) set_aside: Option<PathBuf>,
    /// A backup was taken up; this was there before.
    pub(crate) restored: Option<PathBuf>,
    /// A database of an earlier version was brought to the form of this one; this is how it was.
    pub(crate) upgraded: Option<PathBuf>,
}

pub(super) enum Failure {
    Newer,
    Corrupt,
    NoRoom { needed: u64, free: u64 },
    Upgrade(String),
    System(io::Error),
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

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

impl From<rusqlite_migration::Error> for Failure {
    fn from(error: rusqlite_migration::Error) -> Self {
        match error {
            rusqlite_migration::Error::RusqliteError { err, .. } => err.into(),
            other => Self::Other(rusqlite::Error::ToSqlConversionFailure(other.into())),
        }
    }
}

impl Failure {
    pub(super) fn is_full(&self) -> bool {
        match self {
            Self::Other(error) => error.sqlite_error_code() == Some(ErrorCode::DiskFull),
            Self::System(error) => {
                matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
            }
            _ => false,
        }
    }
}

pub(super) fn open(home: &Home) -> Result<Connections, StoreError> {
    let stuck = |file| |source| StoreError::Stuck { file, source };
    let restored = archive::take_up(home).map_err(stuck(home.restored()))?;
    upgrade::discard(home);
    let (opened, set_aside) = match try_open(home) {
        Err(Failure::Corrupt) => {
            let aside = home.set_aside("damaged").map_err(stuck(home.database()))?;
            tracing::error!(aside = %aside.display(), "the database is damaged and was set aside");
            (try_open(home), Some(aside))
        }
        opened => (opened, None),
    };
    let (writer, reader, upgraded) = opened.map_err(|failure| explain(failure, home))?;
    Ok(Connections { writer, reader, found: Found { set_aside, restored, upgraded } })
}

fn explain(failure: Failure, home: &Home) -> StoreError {
    let file = home.database();
    match failure {
        Failure::Newer => StoreError::Newer { file },
        Failure::Corrupt => StoreError::Unusable { file, message: speak!("it is damaged.", "它已损坏。").into() },
        Failure::NoRoom { needed, free } => StoreError::NoRoom { folder: home.folder().to_owned(), needed, free },
        Failure::Upgrade(message) => StoreError::NotUpgraded { file, message },
        Failure::System(source) => StoreError::Stuck { file, source },
        Failure::Other(error) => StoreError::Unusable { file, message: reason(&error).message },
    }
}

fn try_open(home: &Home) -> Result<(Connection, Connection, Option<PathBuf>), Failure> {
    let file = home.database();
    let version = version(&file)?;
    if version > SCHEMA {
        return Err(Failure::Newer);
    }
    let upgraded = (1..SCHEMA).contains(&version).then(|| upgrade::upgrade(home, version)).transpose()?;
    let small = std::fs::metadata(&file).is_ok_and(|meta| meta.len() <= CHECKED_SIZE);
    let mut writer = Connection::open(&file)?;
    writer.busy_timeout(Duration::from_secs(5))?;
    if small && upgraded.is_none() && !is_sound(&writer)? {
        return Err(Failure::Corrupt);
    }
    // NORMAL with WAL: a killed program loses nothing, a power cut at most the last moments, which the server replays.
    writer.pragma_update(None, "journal_mode", "WAL")?;
    writer.pragma_update(None, "synchronous", "NORMAL")?;
    writer.pragma_update(None, "foreign_keys", true)?;
    // A fresh one.
    Migrations::from_slice(MIGRATIONS).to_latest(&mut writer)?;
    Ok((writer, read_only(&file)?, upgraded))
}

/// The version that a database is in, read without a trace: what is newer stays as it is to the last byte.
fn version(file: &Path) -> rusqlite::Result<usize> {
    if !file.exists() {
        return Ok(0);
    }
    let mut journal = file.as_os_str().to_owned();
    journal.push("-wal");
    let connection = Connection::open(file)?;
    connection.busy_timeout(Duration::ZERO)?;
    // Without the index that several processes share, and leaving a journal that is there where it is.
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, Path::new(&journal).exists())?;
    let version = |connection: &Connection| connection.pragma_query_value(None, "user_version", |row| row.get(0));
    match version(&connection) {
        // Somebody else looks at it: there is no more trace to leave.
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => version(&read_only(file)?),
        version => version,
    }
}

/// Whether nothing is found to be wrong with it.
pub(super) fn is_sound(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0)).map(|verdict| verdict == "ok")
}

/// One more who reads, beside who writes.
pub(crate) fn read_only(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let reader = Connection::open_with_flags(file, flags)?;
    reader.busy_timeout(Duration::from_secs(5))?;
    Ok(reader)
}

/// For a short look: where nobody has it open, no trace of that is left beside the file.
pub(crate) fn read_at_rest(file: &Path) -> rusqlite::Result<Connection> {
    let mut journal = file.as_os_str().to_owned();
    journal.push("-wal");
    match url::Url::from_file_path(file) {
        Ok(mut url) if !Path::new(&journal).exists() => {
            url.set_query(Some("immutable=1"));
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
            Connection::open_with_flags(url.as_str(), flags)
        }
        _ => read_only(file),
    }
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
