//! Writes what the command line's definition says in other forms: man pages, and completions for shells.
//!
//! `cargo run -p streambell-cli --example pages -- FOLDER` lays them out below FOLDER as a package has them below `/usr`.

use std::{env, error::Error, fs, path::Path};

use clap::Command;
use clap_complete::{Shell, generate_to};
use streambell_cli::Invocation;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args_os().nth(1).ok_or("name the folder to write to")?;
    let share = Path::new(&folder).join("share");
    let mut command = without_help(Invocation::definition());
    let name = command.get_name().to_owned();
    for (shell, place) in [
        (Shell::Bash, "bash-completion/completions"),
        (Shell::Zsh, "zsh/vendor-completions"),
        (Shell::Fish, "fish/vendor_completions.d"),
    ] {
        let place = share.join(place);
        fs::create_dir_all(&place)?;
        let written = generate_to(shell, &mut command, &name, &place)?;
        if shell == Shell::Bash {
            // Where it is looked for by the name of the command.
            fs::rename(written, place.join(&name))?;
        }
    }
    let place = share.join("man/man1");
    fs::create_dir_all(&place)?;
    clap_mangen::generate_to(command, &place)?;
    Ok(())
}

/// Without the verb `help`, which would have a page for each page.
fn without_help(command: Command) -> Command {
    command.disable_help_subcommand(true).mut_subcommands(without_help)
}
