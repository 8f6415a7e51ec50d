//! What clients do, beside five peers, on real sockets: `cargo bench -p streambell-benches --bench behaviours`.
//!
//! Prints the table of the README of `streambell-sse`. A cell is what a library did just now; `–` is where the question
//! does not arise, because it only decodes. Everything is as each library comes, except that all get an idle limit of
//! two seconds where they have a setting for one.

mod checks;
mod libraries;
mod server;

use checks::{CHECKS, Check};
use libraries::{LIBRARIES, Library};

fn main() -> std::io::Result<()> {
    // Some peers panic; that is their cell, and needs no trace.
    std::panic::set_hook(Box::new(|_| {}));
    let names: Vec<_> = LIBRARIES.iter().map(|library| library.name).collect();
    println!("| | {} |\n|---|{}", names.join(" | "), "---|".repeat(names.len()));
    // A thread for each cell: some peers compute for seconds without a break, and nobody else should wait for that.
    let row = |check| LIBRARIES.each_ref().map(|library| std::thread::spawn(move || cell(check, library)));
    let rows: Vec<_> = CHECKS.iter().map(|check| (check, row(check))).collect();
    for (check, cells) in rows {
        let cells = cells.map(|cell| cell.join().unwrap_or_else(|_| Ok("panics".to_owned())));
        println!("| {} | {} |", check.what, cells.into_iter().collect::<std::io::Result<Vec<_>>>()?.join(" | "));
    }
    Ok(())
}

fn cell(check: &Check, library: &'static Library) -> std::io::Result<String> {
    if check.needs_client && !library.is_client {
        return Ok("–".to_owned());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on((check.run)(library)))
}
