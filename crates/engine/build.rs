//! Makes the list of the presets that are built in: each file of `presets/`.

use std::{env, fmt::Write, fs, path::Path};

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../presets");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files: Vec<_> = fs::read_dir(&folder)
        .expect("the folder of presets")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    let mut list = String::from("pub(crate) const BUILT_IN: &[(&str, &str)] = &[\n");
    for file in &files {
        let file = file.canonicalize().expect("a file");
        println!("cargo::rerun-if-changed={}", file.display());
        let id = file.file_stem().expect("a name").to_string_lossy();
        writeln!(list, "    ({id:?}, include_str!({:?})),", file.display().to_string()).expect("memory");
    }
    list.push_str("];\n");
    let out = Path::new(&env::var_os("OUT_DIR").expect("cargo's")).join("presets.rs");
    fs::write(out, list).expect("cargo's folder can be written");
}
