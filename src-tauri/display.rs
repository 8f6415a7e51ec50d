//! What must be so before a window can be drawn.

use crate::failure::Failure;

/// Makes sure that there is a display, and that the page is not blank on it.
#[cfg(target_os = "linux")]
pub(crate) fn prepare() -> Result<(), Failure> {
    linux::choose_renderer();
    gtk::init().map_err(|_| Failure::NoDisplay)
}

/// Elsewhere there always is one.
#[cfg(not(target_os = "linux"))]
pub(crate) fn prepare() -> Result<(), Failure> {
    Ok(())
}

#[cfg(target_os = "linux")]
mod linux {
    use std::{env, ffi::OsStr, fs, os::unix::process::CommandExt, path::Path, process::Command};

    const WORKAROUND: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    /// Made by NVIDIA's own driver, and not by the free one.
    const NVIDIA: &str = "/proc/driver/nvidia/version";
    /// Has a `renderD…` for each graphics processor.
    const GRAPHICS: &str = "/dev/dri";

    /// WebKitGTK's usual way to the screen leaves windows blank with NVIDIA's driver, and where there is no graphics
    /// processor it costs a quarter of a core for a few events a second, six times what the other way costs. WebKit is
    /// told by a variable, and a running program's own variables cannot be changed safely, so the program starts itself
    /// again with it.
    pub(super) fn choose_renderer() {
        if !is_needed(Path::new(NVIDIA), Path::new(GRAPHICS), env::var_os(WORKAROUND).as_deref()) {
            return;
        }
        let Ok(program) = env::current_exe() else { return };
        let error = Command::new(program).args(env::args_os().skip(1)).env(WORKAROUND, "1").exec();
        tracing::warn!(%error, "the window may stay blank or be slow; set {WORKAROUND}=1 if it is");
    }

    /// Who has set the variable, to whatever, has decided.
    fn is_needed(nvidia: &Path, graphics: &Path, variable: Option<&OsStr>) -> bool {
        variable.is_none() && (nvidia.exists() || !has_processor(graphics))
    }

    fn has_processor(graphics: &Path) -> bool {
        let is_one = |entry: fs::DirEntry| entry.file_name().as_encoded_bytes().starts_with(b"renderD");
        fs::read_dir(graphics).is_ok_and(|entries| entries.filter_map(Result::ok).any(is_one))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn only_where_it_helps_and_nobody_has_decided() {
            let folder = tempfile::tempdir().unwrap();
            let (present, absent) = (folder.path(), Path::new("/no/such/file"));
            assert!(is_needed(absent, absent, None), "no graphics processor");
            assert!(is_needed(absent, present, None), "still none");
            fs::write(folder.path().join("renderD128"), "").unwrap();
            assert!(!is_needed(absent, present, None), "a free driver");
            assert!(is_needed(present, present, None), "NVIDIA's");
            assert!(!is_needed(present, absent, Some(OsStr::new("0"))), "somebody has decided");
        }
    }
}
