use std::{env, ffi::OsStr, fs, path::PathBuf, process::Command};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Where the packages are.
fn folder() -> PathBuf {
    env::var_os("STREAMBELL_PACKAGES").expect("scripts/test-package.sh names it").into()
}

/// The one package of this kind.
pub(crate) fn package(kind: &str) -> PathBuf {
    let folder = folder();
    let files = fs::read_dir(&folder).expect("'make package' has made it");
    let mut found = files.filter_map(|file| {
        let path = file.ok()?.path();
        (path.extension() == Some(OsStr::new(kind))).then_some(path)
    });
    match (found.next(), found.next()) {
        (Some(package), None) => package,
        _ => panic!("there is not one .{kind} in {}: run 'make package'", folder.display()),
    }
}

/// What stands in the .deb, taken out of it.
pub(crate) fn unpacked() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    done("dpkg-deb", [OsStr::new("--raw-extract"), package("deb").as_os_str(), folder.path().as_os_str()]);
    folder
}

/// Whether the packages are of the program as the tests have it, whose symbols are left in.
pub(crate) fn is_debug() -> bool {
    folder().ends_with("debug")
}

/// What a command printed that did what it should.
pub(crate) fn done(program: &str, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> String {
    let output = Command::new(program).args(args).current_dir(ROOT).env("LC_ALL", "C.UTF-8").output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}: scripts/install.sh test installs it"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{program} failed:\n{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}
