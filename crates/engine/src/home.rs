//! The data folder: where everything is kept, and the lock that keeps two programs from writing to it.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

use directories::ProjectDirs;

/// How the names of databases begin that are kept as they were before an upgrade.
const BEFORE_UPGRADE: &str = "streambell-before-upgrade-";

/// The folder that holds all data of the program: the platform's own, or the one that `STREAMBELL_HOME` names.
#[derive(Debug, Clone)]
pub struct Home {
    folder: PathBuf,
    logs: PathBuf,
}

/// Held by the one program that may write to the data folder; let go when it is dropped or the program ends.
#[derive(Debug)]
pub struct HomeLock {
    _file: File,
}

/// Why the data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// The platform names no data folder.
    #[error("There is no home folder to keep data in. Set STREAMBELL_HOME to a folder of your choice.")]
    Nowhere,
    /// The folder cannot be made or written to.
    #[error(
        "The data folder {} cannot be written: {source}. Make it writable, or set STREAMBELL_HOME to another folder.",
        folder.display()
    )]
    NotWritable {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another Streambell holds the lock.
    #[error("Another Streambell is using the data folder {}. Stop it first, or set STREAMBELL_HOME to another folder.", folder.display())]
    InUse {
        /// The folder.
        folder: PathBuf,
    },
}

impl HomeError {
    /// A stable name of the kind of error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Nowhere => "no_home",
            Self::NotWritable { .. } => "home_not_writable",
            Self::InUse { .. } => "home_in_use",
        }
    }
}

impl Home {
    /// The folder given, else the one that `STREAMBELL_HOME` names, else the platform's; it is made if it is missing.
    ///
    /// # Errors
    /// When there is none, or it cannot be made.
    pub fn locate(explicit: Option<PathBuf>) -> Result<Self, HomeError> {
        let named = std::env::var_os("STREAMBELL_HOME").filter(|value| !value.is_empty()).map(PathBuf::from);
        let (folder, logs) = match (explicit.or(named), ProjectDirs::from("", "", "streambell")) {
            (Some(folder), _) => {
                let folder = std::path::absolute(&folder).unwrap_or(folder);
                let logs = folder.join("logs");
                (folder, logs)
            }
            (None, Some(dirs)) => (dirs.data_dir().to_owned(), platform_logs(&dirs)),
            (None, None) => return Err(HomeError::Nowhere),
        };
        make_private(&folder).map_err(|source| HomeError::NotWritable { folder: folder.clone(), source })?;
        Ok(Self { folder, logs })
    }

    /// The folder itself.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The one database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.folder.join("streambell.db")
    }

    /// The folder of the log's files; whoever writes there makes it.
    #[must_use]
    pub fn logs(&self) -> &Path {
        &self.logs
    }

    /// Makes the folder of the log's files.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn make_logs(&self) -> io::Result<&Path> {
        make_private(&self.logs)?;
        Ok(&self.logs)
    }

    /// What a panic has left for the next start.
    pub(crate) fn crash(&self) -> PathBuf {
        self.folder.join("crash.json")
    }

    /// A backup that the next start takes up.
    pub(crate) fn restored(&self) -> PathBuf {
        self.folder.join("restore.db")
    }

    /// The copy of the database that is brought to a newer form.
    pub(crate) fn upgrading(&self) -> PathBuf {
        self.folder.join("streambell-upgrading.db")
    }

    /// Where the database is kept as it was in this version, from now on.
    pub(crate) fn before_upgrade(&self, version: usize) -> PathBuf {
        self.folder.join(format!("{BEFORE_UPGRADE}{version}-{}.db", stamp()))
    }

    /// All that are kept so.
    pub(crate) fn kept_upgrades(&self) -> Vec<PathBuf> {
        let is_one = |file: &PathBuf| {
            file.extension().is_some_and(|extension| extension == "db")
                && file.file_name().is_some_and(|name| name.to_string_lossy().starts_with(BEFORE_UPGRADE))
        };
        let files = std::fs::read_dir(&self.folder).into_iter().flatten();
        files.filter_map(|entry| entry.ok().map(|entry| entry.path())).filter(is_one).collect()
    }

    /// Moves the database and what belongs to it to a name of its own: where.
    pub(crate) fn set_aside(&self, why: &str) -> io::Result<PathBuf> {
        let stamp = stamp();
        let aside = self.folder.join(format!("streambell-{why}-{stamp}.db"));
        for suffix in ["", "-wal", "-shm"] {
            let from = self.folder.join(format!("streambell.db{suffix}"));
            match std::fs::rename(from, self.folder.join(format!("streambell-{why}-{stamp}.db{suffix}"))) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(aside)
    }

    /// Where the running program listens to others that are started on the same folder.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.folder.join("control.sock")
    }

    /// Takes the lock.
    ///
    /// # Errors
    /// When another program has it, or the folder cannot be written.
    pub fn lock(&self) -> Result<HomeLock, HomeError> {
        let not_writable = |source| HomeError::NotWritable { folder: self.folder.clone(), source };
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.folder.join("lock"))
            .map_err(not_writable)?;
        match file.try_lock() {
            Ok(()) => Ok(HomeLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(HomeError::InUse { folder: self.folder.clone() }),
            Err(TryLockError::Error(source)) => Err(not_writable(source)),
        }
    }
}

/// The time, as part of a file's name.
fn stamp() -> String {
    jiff::Zoned::now().strftime("%Y%m%d-%H%M%S").to_string()
}

/// Where the platform keeps logs.
fn platform_logs(dirs: &ProjectDirs) -> PathBuf {
    let macos = || Some(directories::BaseDirs::new()?.home_dir().join("Library/Logs/streambell"));
    match macos().filter(|_| cfg!(target_os = "macos")) {
        Some(logs) => logs,
        None => dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).join("logs"),
    }
}

/// Feeds may be private: nobody else may read what came.
fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}
