//! Databases of earlier schemas: made by the migrations of then, with rows in every table.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, types::Value};

const ENGINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../engine/src/store/migrations");
const ROWS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/versions/schemas");

/// The newest schema: how many migrations there are.
pub(crate) fn newest() -> usize {
    scripts(ENGINE).len()
}

/// Makes a database as a program of this schema left it, which had been used with all earlier ones before.
pub(crate) fn make(file: &Path, schema: usize) {
    fs::create_dir_all(file.parent().expect("a folder")).expect("it can be made");
    let connection = Connection::open(file).expect("a database");
    connection.pragma_update(None, "journal_mode", "WAL").expect("as the program has it");
    let (migrations, rows) = (scripts(ENGINE), scripts(ROWS));
    assert_eq!(rows.len(), migrations.len(), "each migration has its rows in tests/versions/schemas");
    for (migration, rows) in migrations.iter().zip(&rows).take(schema) {
        for script in [migration, rows] {
            let sql = fs::read_to_string(script).expect("a script");
            connection.execute_batch(&sql).unwrap_or_else(|error| panic!("{}: {error}", script.display()));
        }
    }
    connection.pragma_update(None, "user_version", schema).expect("a version");
    connection.close().expect("all of it is written");
}

/// Every row of every table, each as its columns. What search sees is no table of rows.
#[allow(dead_code, reason = "for tests/engine")]
pub(crate) fn rows(file: &Path) -> BTreeMap<String, Vec<BTreeMap<String, Value>>> {
    let connection = Connection::open(file).expect("a database");
    let mut tables = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'event_words%'")
        .expect("a query");
    let names = tables.query_map([], |row| row.get::<_, String>(0)).expect("tables");
    let names: Vec<String> = names.collect::<Result<_, _>>().expect("names");
    names.into_iter().map(|name| (name.clone(), rows_of(&connection, &name))).collect()
}

#[allow(dead_code, reason = "for tests/engine")]
fn rows_of(connection: &Connection, table: &str) -> Vec<BTreeMap<String, Value>> {
    let mut select = connection.prepare(&format!("SELECT * FROM {table}")).expect("a query");
    let columns: Vec<String> = select.column_names().into_iter().map(str::to_owned).collect();
    let rows = select.query_map([], |row| {
        columns.iter().enumerate().map(|(at, column)| Ok((column.clone(), row.get(at)?))).collect()
    });
    rows.expect("rows").collect::<Result<_, _>>().expect("a row")
}

fn scripts(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let mut scripts: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    scripts.retain(|file| file.extension().is_some_and(|extension| extension == "sql"));
    scripts.sort();
    scripts
}
