//! How the program itself is: figures, and what it can try of its surroundings.

use super::{Engine, storage::aside};
use crate::{
    EngineError, clock,
    model::{Check, Figures, Part, Processes, Status},
    processes, speak, store,
};

/// With less the history is soon in trouble.
const ROOM: u64 = 200 << 20;

impl Engine {
    /// What the engine and the program do and take now.
    ///
    /// # Errors
    /// When the engine has ended.
    pub async fn figures(&self) -> Result<Figures, EngineError> {
        let processes = tokio::task::spawn_blocking(processes::look).await.unwrap_or(Processes::default());
        self.ask(move |actor| {
            Box::pin(async move {
                let (waiting, room) = actor.store.queue();
                let open = actor.feeds.iter().filter(|kept| matches!(kept.status, Status::Open { .. }));
                Ok(Figures {
                    at: clock::now(),
                    since: actor.since,
                    feeds: small(actor.feeds.len()),
                    open: small(open.count()),
                    events: u64::try_from(actor.next_seq - actor.first_seq).unwrap_or_default(),
                    waiting: small(waiting),
                    room: small(room),
                    processes,
                })
            })
        })
        .await
    }

    /// Tries the key ring, the database and the disk. A locked key ring may ask the user for its password.
    ///
    /// # Errors
    /// When the engine has ended.
    pub async fn self_test(&self) -> Result<Vec<Check>, EngineError> {
        let key_ring = self.vault.try_out().await.err().map(|error| error.to_string());
        Ok(vec![
            Check { part: Part::KeyRing, trouble: key_ring },
            Check { part: Part::Database, trouble: self.database_trouble().await? },
            Check { part: Part::Disk, trouble: self.disk_trouble() },
        ])
    }

    async fn database_trouble(&self) -> Result<Option<String>, EngineError> {
        let file = self.home.database();
        let verdict = aside(move || {
            let verdict = store::read_only(&file).and_then(|connection| {
                connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0))
            });
            verdict.map_err(|error| EngineError::Store(store::reason(&error)))
        });
        match verdict.await {
            Ok(verdict) => Ok((verdict != "ok").then(|| {
                speak!(format!("The history is damaged ({verdict}). Back it up, then restart Streambell: what can be read goes on, or restore an earlier backup."), format!("历史已损坏（{verdict}）。请先备份，再重新启动 Streambell：能读取的部分会继续使用；也可以恢复较早的备份。"))
            })),
            Err(EngineError::Store(reason)) => Ok(Some(reason.message)),
            Err(error) => Err(error),
        }
    }

    fn disk_trouble(&self) -> Option<String> {
        let folder = self.home.folder();
        match fs4::available_space(folder) {
            Ok(free) if free >= ROOM => None,
            Ok(free) => Some(speak!(
                format!(
                    "Only {} MB are free where {} is. Free some space, or keep less of your feeds' history.",
                    free / 1_000_000,
                    folder.display()
                ),
                format!(
                    "{1} 所在的磁盘只剩 {0} MB。请腾出一些空间，或减少保留的历史。",
                    free / 1_000_000,
                    folder.display()
                )
            )),
            Err(error) => Some(speak!(
                format!("The system does not tell how much space is free ({error}). Look at the disk."),
                format!("系统没有告知剩余空间（{error}）。请检查磁盘。")
            )),
        }
    }
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
