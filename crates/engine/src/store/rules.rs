//! The tables `rule` and `rule_memory`.

use rusqlite::{Connection, params};

use crate::{
    model::{Rule, RuleId},
    rule::{Memo, Place},
};

/// All rules in their order.
pub(crate) fn all(connection: &Connection) -> rusqlite::Result<Vec<Rule>> {
    let mut statement = connection.prepare("SELECT config FROM rule ORDER BY place, id")?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    rows.map(|config| {
        serde_json::from_str(&config?)
            .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, error.into()))
    })
    .collect()
}

/// What a rule remembers, place by place.
pub(crate) fn memories(connection: &Connection, rule: &RuleId) -> rusqlite::Result<Vec<(Place, String)>> {
    let mut statement = connection.prepare("SELECT feed, key, memory FROM rule_memory WHERE rule = ?1")?;
    let rows =
        statement.query_map([&rule.0], |row| Ok((Place { feed: row.get(0)?, key: row.get(1)? }, row.get(2)?)))?;
    rows.collect()
}

/// Adds a rule, or replaces the one of that id. A rule whose condition changed remembers nothing.
pub(crate) fn upsert(connection: &mut Connection, rule: &Rule, anew: bool) -> rusqlite::Result<()> {
    let config = serde_json::to_string(rule).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    let transaction = connection.transaction()?;
    transaction.execute(
        "INSERT INTO rule (id, place, config) VALUES (?1, (SELECT ifnull(max(place), 0) + 1 FROM rule), ?2)
         ON CONFLICT (id) DO UPDATE SET config = excluded.config",
        params![rule.id.0, config],
    )?;
    if anew {
        transaction.execute("DELETE FROM rule_memory WHERE rule = ?1", [&rule.id.0])?;
    }
    transaction.commit()
}

/// Removes a rule and what it remembers.
pub(crate) fn remove(connection: &mut Connection, rule: &RuleId) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute("DELETE FROM rule WHERE id = ?1", [&rule.0])?;
    transaction.execute("DELETE FROM rule_memory WHERE rule = ?1", [&rule.0])?;
    transaction.commit()
}

/// Stores what a rule remembers of a place.
pub(super) fn remember(connection: &Connection, memo: &Memo) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO rule_memory (rule, feed, key, memory) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (rule, feed, key) DO UPDATE SET memory = excluded.memory",
        )?
        .execute(params![memo.rule.0, memo.place.feed, memo.place.key, memo.memory])?;
    Ok(())
}
