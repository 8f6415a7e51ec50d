//! What is said of known services.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub(crate) enum Presets {
    /// Print all presets, a line each
    List {
        /// Print them whole, as one JSON array
        #[arg(long)]
        json: bool,
    },
    /// Print what a preset asks for, and the command that adds a feed of it
    Show {
        /// The preset's id, as 'presets list' prints it
        id: String,
        /// Print it whole, as JSON
        #[arg(long)]
        json: bool,
    },
    /// Write a preset into a file, for others
    Export {
        /// The preset's id
        id: String,
        /// The file; what stands there is replaced. '-' is standard output
        file: PathBuf,
    },
    /// Take up a preset from a file and print it
    Import {
        /// A file that was exported; '-' is standard input
        file: PathBuf,
    },
    /// Remove a preset of your own; its feeds stay
    Remove {
        /// The preset's id
        id: String,
    },
    /// Keep a feed's settings and rules as a preset, without what is secret, and print it
    Keep {
        /// The feed's id, or its name
        feed: String,
        /// What to call the preset
        name: String,
    },
}

/// A feed of a known service.
#[derive(Debug, Clone, PartialEq, Eq, Default, Args)]
pub(crate) struct FromPreset {
    /// Add a feed of this known service; 'presets show ID' prints what it asks for
    #[arg(long, value_name = "ID", group = "source")]
    pub(crate) preset: Option<String>,
    /// What the preset asks for, as 'topics=backups'; may be repeated
    #[arg(long = "set", value_name = "NAME=ANSWER", conflicts_with = "url")]
    pub(crate) answers: Vec<String>,
    /// A secret that the preset asks for: the first line of this file, else it is read from STREAMBELL_<NAME>, the
    /// terminal or standard input; may be repeated. One that it cannot do without is read in any case
    #[arg(long = "secret", value_name = "NAME[=FILE]", conflicts_with = "url")]
    pub(crate) secrets: Vec<String>,
    /// Add the rules too that the preset proposes
    #[arg(long, conflicts_with = "url")]
    pub(crate) rules: bool,
}
