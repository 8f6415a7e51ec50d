//! What is in the .deb.

use std::{fs, process::Command};

use crate::packages::{done, is_debug, package, unpacked};

fn names(list: &str) -> Vec<&str> {
    list.split(',').map(|one| one.trim().split(' ').next().unwrap_or_default()).collect()
}

#[test]
fn lintian_finds_no_error() {
    let mut lintian = Command::new("lintian");
    lintian.args(["--fail-on", "error", "--tag-display-limit", "0", "--allow-root"]);
    if is_debug() {
        lintian.args(["--suppress-tags", "unstripped-binary-or-object"]);
    }
    let output = lintian.arg(package("deb")).output().expect("scripts/install.sh test installs it");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn it_says_what_it_is_and_what_it_needs() {
    let deb = package("deb");
    let field = |name: &str| done("dpkg-deb", ["--field", deb.to_str().expect("text"), name]).trim().to_owned();
    assert_eq!(field("Package"), "streambell");
    assert_eq!(field("Version"), env!("CARGO_PKG_VERSION"));
    assert_eq!(field("Section"), "net");
    assert_eq!(field("Homepage"), env!("CARGO_PKG_REPOSITORY"));
    assert_eq!(field("Maintainer"), env!("CARGO_PKG_AUTHORS"));

    // What the program's libraries want, as Debian's own tool finds it in the program.
    let folder = unpacked();
    fs::create_dir(folder.path().join("debian")).expect("a folder can be made");
    fs::write(folder.path().join("debian/control"), "Source: streambell\n\nPackage: streambell\nArchitecture: any\n")
        .expect("it can be written");
    let found = Command::new("dpkg-shlibdeps").args(["-O", "usr/bin/streambell"]).current_dir(folder.path()).output();
    let found = found.expect("scripts/install.sh test installs it");
    let found = String::from_utf8_lossy(&found.stdout).into_owned();
    let wanted = found.trim().strip_prefix("shlibs:Depends=").expect("it found what the program needs");
    let depends = field("Depends");
    for one in wanted.split(", ") {
        assert!(depends.split(", ").any(|named| named == one), "{one} is not in Depends: {depends}");
    }
    assert!(names(&depends).contains(&"ca-certificates"), "feeds by HTTPS need it");
    assert!(!depends.contains("appindicator"), "the tray needs no library");
}

#[test]
fn it_is_in_the_menu_in_two_languages_and_takes_its_links() {
    let folder = unpacked();
    let entry = folder.path().join("usr/share/applications/streambell.desktop");
    done("desktop-file-validate", [&entry]);
    let text = fs::read_to_string(entry).expect("it is there");
    for line in [
        "Name=Streambell",
        "Exec=streambell %u",
        "TryExec=streambell",
        "Icon=streambell",
        "MimeType=x-scheme-handler/streambell;",
        "StartupWMClass=streambell",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
    for key in ["Comment", "Keywords", "GenericName"] {
        assert!(text.contains(&format!("\n{key}=")) && text.contains(&format!("\n{key}[zh_CN]=")), "{key} in\n{text}");
    }
}

#[test]
fn software_centres_can_show_it() {
    let folder = unpacked();
    let file = folder.path().join("usr/share/metainfo/org.streambell.Streambell.metainfo.xml");
    done("appstreamcli", ["validate", "--no-net", file.to_str().expect("text")]);
    let text = fs::read_to_string(file).expect("it is there");
    assert!(text.contains("<launchable type=\"desktop-id\">streambell.desktop</launchable>"));
}

#[test]
fn it_has_icons_in_all_sizes_and_in_one_colour() {
    let folder = unpacked();
    let icons = folder.path().join("usr/share/icons/hicolor");
    for size in [16, 22, 24, 32, 48, 64, 128, 256, 512] {
        let icon = icons.join(format!("{size}x{size}/apps/streambell.png"));
        assert_eq!(done("identify", ["-format", "%wx%h", icon.to_str().expect("text")]), format!("{size}x{size}"));
    }
    assert!(icons.join("scalable/apps/streambell.svg").exists());
    assert!(icons.join("symbolic/apps/streambell-symbolic.svg").exists());
    let strange: Vec<_> = fs::read_dir(icons)
        .expect("it is there")
        .filter_map(|place| place.ok()?.file_name().into_string().ok())
        .filter(|name| name.contains('@'))
        .collect();
    assert_eq!(strange, [""; 0], "icon themes do not have such folders");
}

#[test]
fn every_command_has_a_manual_page_and_shells_complete_it() {
    let folder = unpacked();
    let share = folder.path().join("usr/share");
    let pages: Vec<_> = fs::read_dir(share.join("man/man1"))
        .expect("it is there")
        .map(|page| page.expect("it can be read").path())
        .collect();
    for page in &pages {
        let output = Command::new("man")
            .args(["--warnings", "--local-file", "-E", "UTF-8", "-Tutf8"])
            .arg(page)
            .env("MANWIDTH", "120")
            .output()
            .expect("scripts/install.sh test installs it");
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && complaints.is_empty(), "{}: {complaints}", page.display());
    }
    let named = |name: &str| pages.contains(&share.join(format!("man/man1/{name}.1.gz")));
    for name in
        ["streambell", "streambell-feeds-add", "streambell-run", "streambell-doctor", "streambell-hub-token-add"]
    {
        assert!(named(name), "no page of {name}");
    }
    let completed = "source usr/share/bash-completion/completions/streambell
        COMP_WORDS=(streambell feeds ad) COMP_CWORD=2
        _streambell streambell ad feeds && echo ${COMPREPLY[@]}";
    let output = Command::new("bash").args(["-c", completed]).current_dir(folder.path()).output().expect("it is there");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "add");
    for file in ["zsh/vendor-completions/_streambell", "fish/vendor_completions.d/streambell.fish"] {
        assert!(share.join(file).exists(), "{file}");
    }
}

#[test]
fn it_says_under_which_licences_it_comes() {
    let folder = unpacked();
    let doc = folder.path().join("usr/share/doc/streambell");
    let copyright = fs::read_to_string(doc.join("copyright")).expect("it is there");
    assert!(copyright.contains("Expat or Apache-2.0"));
    let changelog = done("zcat", [doc.join("changelog.gz")]);
    assert!(changelog.starts_with(&format!("streambell ({}) ", env!("CARGO_PKG_VERSION"))), "{changelog}");
}

#[test]
fn it_has_a_service_of_the_user_that_is_not_started_unasked() {
    let folder = unpacked();
    let unit = folder.path().join("usr/lib/systemd/user/streambell.service");
    let text = fs::read_to_string(unit).expect("it is there");
    assert!(text.contains("ExecStart=/usr/bin/streambell run\n"), "{text}");
    assert!(!folder.path().join("etc").exists(), "nothing is enabled, and nothing is left after a purge");
    let scripts: Vec<_> = fs::read_dir(folder.path().join("DEBIAN"))
        .expect("it is there")
        .filter_map(|file| file.ok()?.file_name().into_string().ok())
        .collect();
    assert!(!scripts.iter().any(|name| ["preinst", "postinst", "prerm"].contains(&name.as_str())), "{scripts:?}");
}

#[test]
fn only_root_may_change_what_is_installed() {
    let list = done("dpkg-deb", ["--contents", package("deb").to_str().expect("text")]);
    for line in list.lines() {
        let (mode, owner) = (&line[..10], line.split_whitespace().nth(1).unwrap_or_default());
        assert!(["root/root", "0/0"].contains(&owner), "{line}");
        let expected = match (mode.starts_with('d'), line.ends_with(" usr/bin/streambell")) {
            (true, _) => "drwxr-xr-x",
            (false, true) => "-rwxr-xr-x",
            (false, false) => "-rw-r--r--",
        };
        assert_eq!(mode, expected, "{line}");
    }
}
