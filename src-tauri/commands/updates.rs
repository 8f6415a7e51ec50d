//! New versions. What a package manager installed, it keeps up to date. What nobody else looks after (the builds with the
//! feature `updater`: AppImage, dmg, installers) looks for a newer version when the user asks it to, and takes none
//! whose signature is not the project's.

use tauri::AppHandle;

use super::Answer;

/// Whether the program looks after that itself.
#[tauri::command]
pub(crate) fn updates_itself() -> bool {
    cfg!(feature = "updater")
}

/// The newer version that there is.
#[tauri::command]
pub(crate) async fn look_for_update(app: AppHandle) -> Answer<Option<String>> {
    imp::look(&app).await
}

/// Takes the newest version, and goes on with it.
#[tauri::command]
pub(crate) async fn install_update(app: AppHandle) -> Answer<()> {
    imp::install(&app).await
}

#[cfg(feature = "updater")]
mod imp {
    use streambell_cli::control::Shell;
    use streambell_engine::speak;
    use tauri::AppHandle;
    use tauri_plugin_updater::{Error, Update, UpdaterExt};

    use crate::{
        commands::{Answer, Refusal},
        shell,
    };

    pub(super) async fn look(app: &AppHandle) -> Answer<Option<String>> {
        Ok(newest(app).await?.map(|update| update.version))
    }

    pub(super) async fn install(app: &AppHandle) -> Answer<()> {
        if let Some(update) = newest(app).await? {
            update.download_and_install(|_, _| {}, || {}).await.map_err(|error| refusal(&error))?;
            shell::ask(app, Shell::Restart);
        }
        Ok(())
    }

    async fn newest(app: &AppHandle) -> Answer<Option<Update>> {
        let found = async { app.updater()?.check().await };
        found.await.map_err(|error| refusal(&error))
    }

    fn refusal(error: &Error) -> Refusal {
        let message = speak!(
            format!("No newer version could be fetched ({error}). Try again later, or look at the project's page."),
            format!("无法获取新版本（{error}）。请稍后再试，或查看项目页面。"),
        );
        Refusal::new("no_update", message)
    }
}

#[cfg(not(feature = "updater"))]
mod imp {
    use tauri::AppHandle;

    use crate::commands::Answer;

    pub(super) async fn look(_app: &AppHandle) -> Answer<Option<String>> {
        Ok(None)
    }

    pub(super) async fn install(_app: &AppHandle) -> Answer<()> {
        Ok(())
    }
}
