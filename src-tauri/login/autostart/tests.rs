use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

use tempfile::TempDir;

use super::*;

struct User {
    folder: TempDir,
    list: Autostart,
}

/// A user whose program has this name, and tells how it is started.
fn user_with(program: &str) -> User {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let program = home.join(program);
    fs::write(&program, "#!/bin/sh\nprintf '%s|' \"$#\" \"$@\" >\"$0.told\"\n").unwrap();
    assert!(Command::new("mkfifo").arg(told_by(&program)).status().unwrap().success());
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let list = Autostart { entry: home.join("config/autostart").join(FILE), earlier: home.join(EARLIER), program };
    User { folder, list }
}

/// Where a user's program tells how it was started; whoever reads there waits for it.
fn told_by(program: &Path) -> PathBuf {
    let mut path = program.as_os_str().to_owned();
    path.push(".told");
    path.into()
}

fn leave_earlier(user: &User, text: &str) {
    fs::create_dir_all(user.list.earlier.parent().unwrap()).unwrap();
    fs::write(&user.list.earlier, text).unwrap();
}

#[test]
fn it_is_put_on_the_list_and_taken_off() {
    let user = user_with("streambell");
    let list = &user.list;
    assert!(!list.is_on().unwrap());
    list.set(true).unwrap();
    assert!(list.is_on().unwrap());
    list.set(false).unwrap();
    assert!(!list.is_on().unwrap());
    assert!(!list.entry.exists());
    list.set(false).unwrap();
}

#[test]
fn what_the_desktop_switched_off_is_off_and_can_be_switched_on_again() {
    let user = user_with("streambell");
    let list = &user.list;
    for line in ["Hidden=true", "X-GNOME-Autostart-enabled=false", "X-GNOME-Autostart-enabled = False"] {
        list.set(true).unwrap();
        let text = fs::read_to_string(&list.entry).unwrap();
        let text = text.replace("X-GNOME-Autostart-enabled=true", line);
        fs::write(&list.entry, &text).unwrap();
        assert!(!list.is_on().unwrap(), "{line}");
        list.set(true).unwrap();
        assert!(list.is_on().unwrap(), "{line}");
        fs::write(&list.entry, format!("{}\n[Desktop Action Other]\n{line}\n", entry("/bin/sh"))).unwrap();
        assert!(list.is_on().unwrap(), "{line} of another group");
    }
}

#[test]
fn an_entry_whose_program_is_gone_is_off() {
    let user = user_with("streambell");
    let list = &user.list;
    list.set(true).unwrap();
    fs::remove_file(&list.program).unwrap();
    assert!(!list.is_on().unwrap());
}

#[test]
fn an_earlier_version_is_taken_over_as_it_was() {
    let line = |program: &Path| format!("[Desktop Entry]\nType=Application\nExec={} --hidden\n", program.display());
    // On, with a program that is still there.
    let it = user_with("streambell");
    let installed = it.folder.path().join("in stalled");
    fs::write(&installed, "").unwrap();
    leave_earlier(&it, &line(&installed));
    it.list.take_over().unwrap();
    assert!(it.list.is_on().unwrap() && !it.list.earlier.exists());
    assert!(fs::read_to_string(&it.list.entry).unwrap().contains("in stalled\" --hidden\n"));

    // On, with one that was moved since.
    let it = user_with("streambell");
    leave_earlier(&it, &line(Path::new("/nowhere/streambell")));
    it.list.take_over().unwrap();
    let exec = format!("Exec={} --hidden\n", it.list.program.display());
    assert!(fs::read_to_string(&it.list.entry).unwrap().contains(&exec));

    // Switched off by the desktop.
    let it = user_with("streambell");
    leave_earlier(&it, &format!("{}Hidden=true\n", line(&it.list.program)));
    it.list.take_over().unwrap();
    assert!(!it.list.entry.exists() && !it.list.earlier.exists());

    // None.
    let it = user_with("streambell");
    it.list.take_over().unwrap();
    assert!(!it.list.entry.exists());
}

/// GLib starts entries as desktops do.
#[test]
fn the_desktop_starts_it_wherever_it_is() {
    for name in ["streambell", "Stream bell.AppImage", r#"it's "50" of $HOME\`now`; & 铃"#, "tab\there\nand line"] {
        let user = user_with(name);
        let list = &user.list;
        list.set(true).unwrap();
        assert!(list.is_on().unwrap(), "{name}");
        let valid = Command::new("desktop-file-validate").arg(&list.entry).output().expect("install.sh test brings it");
        assert!(
            valid.status.success() && valid.stdout.is_empty(),
            "{name}: {}",
            String::from_utf8_lossy(&valid.stdout)
        );
        let launched = Command::new("gio").arg("launch").arg(&list.entry).status().expect("install.sh test brings it");
        assert!(launched.success(), "{name}");
        let told = Command::new("timeout").args(["30", "cat"]).arg(told_by(&list.program)).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&told.stdout), "1|--hidden|", "{name}");
    }
}

/// GLib does not find a program at such a place; others do.
#[test]
fn a_percent_sign_stands_for_itself() {
    assert!(entry("/opt/50%u/s").contains("\nTryExec=/opt/50%u/s\nExec=\"/opt/50%%u/s\" --hidden\n"));
}
