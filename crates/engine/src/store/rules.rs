//! The tables `rule` and `rule_side`.

use rusqlite::{Connection, params};

use super::RuleSide;
use crate::{
    model::{FeedId, Rule, RuleId},
    rule::Side,
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

/// What a rule remembers.
pub(crate) fn sides(connection: &Connection, rule: &RuleId) -> rusqlite::Result<Vec<(FeedId, String, Side)>> {
    let mut statement = connection
        .prepare("SELECT f.id, s.key, s.side FROM rule_side s JOIN feed f ON f.no = s.feed WHERE s.rule = ?1")?;
    let rows =
        statement.query_map([&rule.0], |row| Ok((FeedId(row.get(0)?), row.get(1)?, Side::from_code(row.get(2)?))))?;
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
        transaction.execute("DELETE FROM rule_side WHERE rule = ?1", [&rule.id.0])?;
    }
    transaction.commit()
}

/// Removes a rule and what it remembers.
pub(crate) fn remove(connection: &mut Connection, rule: &RuleId) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute("DELETE FROM rule WHERE id = ?1", [&rule.0])?;
    transaction.execute("DELETE FROM rule_side WHERE rule = ?1", [&rule.0])?;
    transaction.commit()
}

/// Stores on which side of its level a rule saw a value.
pub(super) fn remember(connection: &Connection, side: &RuleSide) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO rule_side (rule, feed, key, side) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (rule, feed, key) DO UPDATE SET side = excluded.side",
        )?
        .execute(params![side.rule, side.feed, side.key, side.side.code()])?;
    Ok(())
}
