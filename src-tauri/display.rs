//! What must be so before a window can be drawn.

use crate::failure::Failure;

/// Makes sure that there is a display, and that the page is not blank on it.
#[cfg(target_os = "linux")]
pub(crate) fn prepare() -> Result<(), Failure> {
    linux::avoid_blank_windows();
    gtk::init().map_err(|_| Failure::NoDisplay)
}

/// Elsewhere there always is one.
#[cfg(not(target_os = "linux"))]
pub(crate) fn prepare() -> Result<(), Failure> {
    Ok(())
}

#[cfg(target_os = "linux")]
mod linux {
    use std::{env, ffi::OsStr, os::unix::process::CommandExt, path::Path, process::Command};

    const WORKAROUND: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    /// Made by NVIDIA's own driver, and not by the free one.
    const NVIDIA: &str = "/proc/driver/nvidia/version";

    /// With NVIDIA's driver WebKitGTK's faster way to the screen leaves windows blank. WebKit is told by a variable,
    /// and a running program's own variables cannot be changed safely, so the program starts itself again with it.
    pub(super) fn avoid_blank_windows() {
        if !is_needed(Path::new(NVIDIA), env::var_os(WORKAROUND).as_deref()) {
            return;
        }
        let Ok(program) = env::current_exe() else { return };
        let error = Command::new(program).args(env::args_os().skip(1)).env(WORKAROUND, "1").exec();
        tracing::warn!(%error, "the window may stay blank; set {WORKAROUND}=1 if it does");
    }

    /// Who has set the variable, to whatever, has decided.
    fn is_needed(driver: &Path, variable: Option<&OsStr>) -> bool {
        variable.is_none() && driver.exists()
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn only_where_the_driver_is_and_nobody_has_decided() {
            let (present, absent) = (Path::new("/"), Path::new("/no/such/file"));
            assert!(is_needed(present, None));
            assert!(!is_needed(absent, None));
            assert!(!is_needed(present, Some(OsStr::new("0"))));
        }
    }
}
