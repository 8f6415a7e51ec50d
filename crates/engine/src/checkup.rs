//! What the program needs of its surroundings, tried one by one: each check is fine, or says what to do.
//!
//! It needs no engine, so that it tells also why one does not start, and changes nothing.

mod history;
mod hub;
mod way;

use std::{fs, io::Write, path::Path, sync::Arc};

use crate::{
    Crash, Home, Language, Secrets,
    model::{Check, CheckState, HubInfo, Part, Preferences},
    secrets::Vault,
    speak, store,
};

/// What the program that runs on the data folder has of a hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HubSeen {
    /// No program runs.
    NoProgram,
    /// It was started without one.
    Without,
    /// It has one, which is there, or (`None`) is not.
    With(Option<HubInfo>),
}

/// Tries everything but the desktop, beside the program that runs, if one does. A locked key ring may ask the user for
/// its password.
pub async fn examine(home: &Home, secrets: Arc<dyn Secrets>, hub: HubSeen) -> Vec<Check> {
    examine_with(home, &Vault::new(secrets, "doctor"), hub).await
}

/// As [`examine`], where the data folder cannot even be located.
#[must_use]
pub fn examine_without_home(error: &crate::HomeError) -> Vec<Check> {
    Language::of(None).speak();
    let here = speak!("there is none that can be used", "没有可用的数据文件夹");
    vec![version(None), Check::wrong(Part::DataFolder, here, error)]
}

pub(crate) async fn examine_with(home: &Home, vault: &Vault, hub: HubSeen) -> Vec<Check> {
    let on_disk = {
        let home = home.clone();
        tokio::task::spawn_blocking(move || {
            let stored = history::read(&home);
            let preferences = stored.as_ref().ok().and_then(|stored| stored.preferences.clone()).unwrap_or_default();
            Language::of(preferences.language.as_deref()).speak();
            let checks = vec![
                version(stored.as_ref().ok()),
                data_folder(home.folder()),
                history::check(&home, &stored),
                history::disk(&home, stored.as_ref().ok()),
            ];
            let rest = vec![
                way::network(),
                way::proxy(&preferences.network),
                hub::port(&preferences, &hub),
                log(&home),
                crash(&home),
            ];
            (checks, rest)
        })
    };
    // One that panics tells nothing; the log does.
    let (mut checks, rest) = on_disk.await.unwrap_or_default();
    checks.push(key_ring(vault).await);
    checks.extend(rest);
    checks
}

/// What is read of the database before it is looked through.
struct Stored {
    schema: usize,
    preferences: Option<Preferences>,
    /// When the oldest event came.
    oldest: Option<crate::model::Millis>,
}

impl Check {
    /// It is as it should be.
    pub fn fine(check: Part, found: impl ToString) -> Self {
        Self { check, state: CheckState::Fine, found: found.to_string(), mend: None }
    }

    /// The program does without, and does less.
    pub fn warning(check: Part, found: impl ToString, mend: impl ToString) -> Self {
        Self { check, state: CheckState::Warning, found: found.to_string(), mend: Some(mend.to_string()) }
    }

    /// What the user relies on does not work.
    pub fn wrong(check: Part, found: impl ToString, mend: impl ToString) -> Self {
        Self { check, state: CheckState::Wrong, found: found.to_string(), mend: Some(mend.to_string()) }
    }
}

fn version(stored: Option<&Stored>) -> Check {
    let (version, ours) = (env!("CARGO_PKG_VERSION"), store::SCHEMA);
    let schema = stored.map_or(ours, |stored| stored.schema);
    let found = speak!(
        format!("Streambell {version}; history of version {schema}"),
        format!("Streambell {version}；历史的版本为 {schema}")
    );
    if schema <= ours {
        return Check::fine(Part::Version, found);
    }
    let mend = speak!(
        format!(
            "The history was written by a newer Streambell; this one reads up to version {ours}. Install the newer one again."
        ),
        format!("历史由更新的 Streambell 写入；本程序最多能读取版本 {ours}。请重新安装较新的版本。")
    );
    Check::wrong(Part::Version, found, mend)
}

fn data_folder(folder: &Path) -> Check {
    let shown = folder.display();
    if let Err(error) = try_to_write(folder) {
        let found = speak!(format!("{shown} cannot be written ({error})"), format!("无法写入 {shown}（{error}）"));
        let mend = speak!(
            "Make it writable for you, or set STREAMBELL_HOME to another folder.",
            "请让您对它有写入权限，或将 STREAMBELL_HOME 设为其他文件夹。"
        );
        return Check::wrong(Part::DataFolder, found, mend);
    }
    if open_to_others(folder) {
        let found = speak!(format!("{shown} can be read by others"), format!("其他用户可以读取 {shown}"));
        let mend = speak!(
            format!("What your feeds send may be private: chmod 700 '{shown}'"),
            format!("订阅的内容可能是私密的：chmod 700 '{shown}'")
        );
        return Check::warning(Part::DataFolder, found, mend);
    }
    Check::fine(Part::DataFolder, shown)
}

fn try_to_write(folder: &Path) -> std::io::Result<()> {
    tempfile::tempfile_in(folder)?.write_all(b"a test of Streambell")
}

#[cfg(unix)]
fn open_to_others(folder: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(folder).is_ok_and(|meta| meta.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn open_to_others(_folder: &Path) -> bool {
    false
}

async fn key_ring(vault: &Vault) -> Check {
    match vault.try_out().await {
        Ok(()) => Check::fine(
            Part::KeyRing,
            speak!("a secret was kept, read and removed", "已成功保存、读取并删除一个测试密钥"),
        ),
        Err(error) => Check::wrong(Part::KeyRing, speak!("it does not keep secrets", "无法保存密钥"), error),
    }
}

fn log(home: &Home) -> Check {
    let folder = home.logs();
    let shown = folder.display();
    if !fs::exists(folder).unwrap_or(true) {
        return Check::fine(Part::Log, speak!(format!("{shown} (nothing yet)"), format!("{shown}（尚无内容）")));
    }
    match try_to_write(folder) {
        Ok(()) => Check::fine(Part::Log, shown),
        Err(error) => Check::warning(
            Part::Log,
            speak!(format!("{shown} cannot be written ({error})"), format!("无法写入 {shown}（{error}）")),
            speak!(
                "Nothing is logged to files. Make it a folder that you may write to.",
                "日志不会写入文件。请确保它是您可以写入的文件夹。"
            ),
        ),
    }
}

fn crash(home: &Home) -> Check {
    let Some(crash) = Crash::left(home) else {
        return Check::fine(Part::Crash, speak!("none was left", "没有遗留"));
    };
    let logs = home.logs().display();
    let mend = speak!(
        format!("Please report it with the log, which is in {logs}. The next start tells of it, this once."),
        format!("请附上 {logs} 中的日志报告此问题。下次启动时会提示一次。")
    );
    Check::warning(Part::Crash, crash.words(), mend)
}
