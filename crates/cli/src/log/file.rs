//! The log's files: the newest, and some older ones, each of a bounded size.
//!
//! Of the crates that rotate by size one panics where a file is missing, and a panic's own line is written here. So
//! these few lines: whatever the system refuses, the line is lost and the program goes on.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// What one file holds, and how many there are: ten megabytes at most.
const BYTES: u64 = 2_000_000;
const FILES: u32 = 5;

/// The newest file, open.
pub(super) struct LogFile {
    path: PathBuf,
    /// `None`: the system refused; it is tried again with the next line.
    file: Option<File>,
    bytes: u64,
}

impl LogFile {
    pub(super) fn open(folder: &Path, name: &str) -> io::Result<Self> {
        let mut this = Self { path: folder.join(format!("{name}.log")), file: None, bytes: 0 };
        this.reopen()?;
        Ok(this)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a line. Nothing waits for the disk: what the system holds is written by it in its time.
    pub(super) fn add(&mut self, line: &str) {
        let length = line.len() as u64 + 1;
        if self.bytes + length > BYTES {
            self.begin_anew();
        }
        if self.file.is_none() && self.reopen().is_err() {
            return;
        }
        if let Some(file) = &mut self.file {
            // A disk that is full has no room for what tells of it either.
            let _ = file.write_all(format!("{line}\n").as_bytes());
            self.bytes += length;
        }
    }

    fn reopen(&mut self) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let file = options.open(&self.path)?;
        self.bytes = file.metadata()?.len();
        self.file = Some(file);
        Ok(())
    }

    fn begin_anew(&mut self) {
        // Some systems rename no file that is open.
        self.file = None;
        for number in (1..FILES - 1).rev() {
            let _ = fs::rename(self.older(number), self.older(number + 1));
        }
        if fs::rename(&self.path, self.older(1)).is_err() {
            // It must not grow for ever.
            let _ = fs::remove_file(&self.path);
        }
        self.bytes = 0;
    }

    fn older(&self, number: u32) -> PathBuf {
        self.path.with_extension(format!("{number}.log"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(folder: &Path) -> Vec<(String, u64)> {
        let files = fs::read_dir(folder).unwrap().map(Result::unwrap);
        let mut sizes: Vec<_> =
            files.map(|it| (it.file_name().into_string().unwrap(), it.metadata().unwrap().len())).collect();
        sizes.sort();
        sizes
    }

    #[test]
    fn size_and_number_are_bounded_and_the_newest_stays() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = LogFile::open(folder.path(), "streambell").unwrap();
        let line = "x".repeat(999);
        for number in 0..13_000 {
            log.add(&format!("{number:05} {}", &line[6..]));
        }
        let sizes = sizes(folder.path());
        let names: Vec<_> = sizes.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            ["streambell.1.log", "streambell.2.log", "streambell.3.log", "streambell.4.log", "streambell.log"]
        );
        assert!(sizes.iter().all(|(_, size)| *size <= BYTES), "{sizes:?}");
        let newest = fs::read_to_string(log.path()).unwrap();
        assert!(newest.lines().last().unwrap().starts_with("12999 "));
        let before = fs::read_to_string(folder.path().join("streambell.1.log")).unwrap();
        let first: u32 = newest[..5].parse().unwrap();
        assert!(before.lines().last().unwrap().starts_with(&format!("{:05} ", first - 1)), "nothing is lost between");
    }

    #[test]
    fn a_next_run_goes_on_where_the_last_ended() {
        let folder = tempfile::tempdir().unwrap();
        for run in ["first", "second"] {
            LogFile::open(folder.path(), "hub").unwrap().add(run);
        }
        assert_eq!(fs::read_to_string(folder.path().join("hub.log")).unwrap(), "first\nsecond\n");
    }

    #[test]
    fn what_the_system_refuses_is_lost_and_what_comes_later_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let within = folder.path().join("logs");
        fs::create_dir(&within).unwrap();
        let mut log = LogFile::open(&within, "streambell").unwrap();
        log.add(&"x".repeat(usize::try_from(BYTES).unwrap() - 10));
        fs::remove_dir_all(&within).unwrap();
        log.add("nowhere to go, and time for a new file");
        fs::create_dir(&within).unwrap();
        log.add("here again");
        assert_eq!(fs::read_to_string(log.path()).unwrap(), "here again\n");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_user_reads_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let log = LogFile::open(folder.path(), "streambell").unwrap();
        assert_eq!(fs::metadata(log.path()).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
