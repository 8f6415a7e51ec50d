//! An entry in the user's autostart folder, as freedesktop.org's Desktop Application Autostart and Desktop Entry
//! specifications have it.
//!
//! A part of our own: what there is for this overlooks `XDG_CONFIG_HOME`, breaks at a space in a path, leaves an entry
//! behind that starts nothing when the program is removed, and does not see what the desktop's own settings switched off.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use directories::BaseDirs;

use super::ARGUMENT;

/// As the program's own desktop entry is called, so that desktops show them as one.
const FILE: &str = "streambell.desktop";
/// As the plugin called it that did this before, in `~/.config` whatever `XDG_CONFIG_HOME` said.
const EARLIER: &str = ".config/autostart/Streambell.desktop";

/// The user's list of programs that start at login, as far as it is about this one.
pub(super) struct Autostart {
    entry: PathBuf,
    earlier: PathBuf,
    program: PathBuf,
}

impl Autostart {
    /// Of the user who runs it; `None` without a home folder.
    pub(super) fn of_user(program: PathBuf) -> Option<Self> {
        let folders = BaseDirs::new()?;
        Some(Self {
            entry: folders.config_dir().join("autostart").join(FILE),
            earlier: folders.home_dir().join(EARLIER),
            program,
        })
    }

    /// Whether the desktop will start it.
    pub(super) fn is_on(&self) -> io::Result<bool> {
        Ok(read(&self.entry)?.is_some_and(|text| starts(&text)))
    }

    /// Puts it on the list, or takes it off.
    pub(super) fn set(&self, on: bool) -> io::Result<()> {
        if on { write(&self.entry, &self.program) } else { remove(&self.entry) }
    }

    /// Puts our own entry in the place of an earlier version's, if there is one.
    pub(super) fn take_over(&self) -> io::Result<()> {
        let Some(earlier) = read(&self.earlier)? else { return Ok(()) };
        if starts(&earlier) && read(&self.entry)?.is_none() {
            // It knew no quotes.
            let command = value(&earlier, "Exec").and_then(|command| command.strip_suffix(ARGUMENT)).map(str::trim_end);
            let program = command.map(Path::new).filter(|program| program.is_file());
            write(&self.entry, program.unwrap_or(&self.program))?;
        }
        remove(&self.earlier)
    }
}

fn read(file: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn write(file: &Path, program: &Path) -> io::Result<()> {
    let program = program.to_str().ok_or_else(|| {
        io::Error::new(io::ErrorKind::InvalidData, format!("the path {} is no text", program.display()))
    })?;
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, entry(program))
}

fn entry(program: &str) -> String {
    let (try_exec, exec) = (escaped(program), escaped(&argument(program)));
    format!(
        "[Desktop Entry]
Type=Application
Name=Streambell
Name[zh_CN]=Streambell
Comment=Live feeds on your desktop
Comment[zh_CN]=桌面上的实时订阅
Icon=streambell
TryExec={try_exec}
Exec={exec} {ARGUMENT}
Terminal=false
StartupNotify=false
X-GNOME-Autostart-enabled=true
"
    )
}

/// As an argument of `Exec` is written: in quotes, unless there is nothing in it that needs them.
fn argument(text: &str) -> String {
    if text.chars().all(|c| c.is_ascii_alphanumeric() || "/._+-".contains(c)) {
        return text.to_owned();
    }
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '`' | '$' | '\\' => quoted.extend(['\\', c]),
            '%' => quoted.push_str("%%"),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

/// As any text of an entry is written: `argument` comes before.
fn escaped(text: &str) -> String {
    text.replace('\\', r"\\").replace('\n', r"\n").replace('\t', r"\t").replace('\r', r"\r")
}

/// Whether the desktop starts what this entry names: users switch entries off in its settings, and the program may be
/// gone.
fn starts(entry: &str) -> bool {
    let is = |key, wanted| value(entry, key).is_some_and(|value| value.eq_ignore_ascii_case(wanted));
    let is_gone = value(entry, "TryExec").map(unescaped).is_some_and(|program| {
        let program = Path::new(&program);
        program.is_absolute() && !program.is_file()
    });
    !is("Hidden", "true") && !is("X-GNOME-Autostart-enabled", "false") && !is_gone
}

/// A value of the group that an entry begins with.
fn value<'e>(entry: &'e str, key: &str) -> Option<&'e str> {
    let mut group = entry.lines().skip_while(|line| line.trim_end() != "[Desktop Entry]").skip(1);
    group.by_ref().take_while(|line| !line.starts_with('[')).find_map(|line| {
        let (name, value) = line.split_once('=')?;
        (name.trim() == key).then_some(value.trim())
    })
}

fn unescaped(text: &str) -> String {
    let mut whole = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        whole.push(match c {
            '\\' => match chars.next() {
                Some('s') => ' ',
                Some('n') => '\n',
                Some('t') => '\t',
                Some('r') => '\r',
                Some(other) => other,
                None => break,
            },
            c => c,
        });
    }
    whole
}

#[cfg(test)]
mod tests;
