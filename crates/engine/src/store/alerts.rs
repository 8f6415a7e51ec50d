//! The table `alert`.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::model::{Alert, AlertId, AlertState, Announced, FeedId, RuleId, Seq, Urgency};

const COLUMNS: &str = "id, feed, rule, key, event, at, title, body, link, urgency, state, resolved_at, read, announced, answer, snoozed_until, lasts";

/// Adds an alert, or stores how it stands now.
pub(crate) fn upsert(connection: &Connection, alert: &Alert) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO alert (id, feed, rule, key, event, at, title, body, link, urgency, state, resolved_at, read,
                 announced, snoozed_until, lasts)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
             ON CONFLICT (id) DO UPDATE SET state = excluded.state, resolved_at = excluded.resolved_at,
                 read = excluded.read, announced = excluded.announced, snoozed_until = excluded.snoozed_until",
        )?
        .execute(params![
            alert.id,
            alert.feed.0,
            alert.rule.as_ref().map(|rule| &rule.0),
            alert.key,
            alert.event,
            alert.at,
            alert.title,
            alert.body,
            alert.link,
            urgency_name(alert.urgency),
            state_name(alert.state),
            alert.resolved_at,
            alert.read,
            serde_json::to_string(&alert.announced).unwrap_or_default(),
            alert.snoozed_until,
            alert.lasts,
        ])?;
    Ok(())
}

/// Alerts, newest first.
pub(crate) fn page(
    connection: &Connection,
    state: Option<AlertState>,
    before: AlertId,
    limit: u32,
) -> rusqlite::Result<Vec<Alert>> {
    let sql =
        format!("SELECT {COLUMNS} FROM alert WHERE id < ?1 AND (?2 IS NULL OR state = ?2) ORDER BY id DESC LIMIT ?3");
    connection.prepare_cached(&sql)?.query_map(params![before, state.map(state_name), limit], alert_of)?.collect()
}

/// Those whose condition holds.
pub(crate) fn open(connection: &Connection) -> rusqlite::Result<Vec<Alert>> {
    let sql = format!("SELECT {COLUMNS} FROM alert WHERE state <> 'resolved' ORDER BY id");
    connection.prepare_cached(&sql)?.query_map([], alert_of)?.collect()
}

/// One alert.
pub(crate) fn one(connection: &Connection, id: AlertId) -> rusqlite::Result<Option<Alert>> {
    let sql = format!("SELECT {COLUMNS} FROM alert WHERE id = ?1");
    connection.prepare_cached(&sql)?.query_row([id], alert_of).optional()
}

/// The numbers of those that nobody has acknowledged.
pub(crate) fn firing(connection: &Connection) -> rusqlite::Result<Vec<AlertId>> {
    let mut statement = connection.prepare_cached("SELECT id FROM alert WHERE state = 'firing' ORDER BY id")?;
    statement.query_map([], |row| row.get(0))?.collect()
}

/// Those that a gate holds back.
pub(crate) fn held(connection: &Connection) -> rusqlite::Result<Vec<Alert>> {
    let sql = format!("SELECT {COLUMNS} FROM alert WHERE announced LIKE '{{\"how\":\"held\"%' ORDER BY id");
    connection.prepare_cached(&sql)?.query_map([], alert_of)?.collect()
}

/// Those that an event made fire.
pub(crate) fn of_event(connection: &Connection, event: Seq) -> rusqlite::Result<Vec<Alert>> {
    let sql = format!("SELECT {COLUMNS} FROM alert WHERE event = ?1 ORDER BY id");
    connection.prepare_cached(&sql)?.query_map([event], alert_of)?.collect()
}

/// They were announced in another way than it seemed.
pub(crate) fn announce(connection: &mut Connection, alerts: &[AlertId], announced: Announced) -> rusqlite::Result<()> {
    let announced = serde_json::to_string(&announced).unwrap_or_default();
    let transaction = connection.transaction()?;
    for alert in alerts {
        transaction
            .prepare_cached("UPDATE alert SET announced = ?2 WHERE id = ?1")?
            .execute(params![alert, announced])?;
    }
    transaction.commit()
}

/// What became of a notification.
pub(crate) fn answer(connection: &Connection, alert: AlertId, answer: &str) -> rusqlite::Result<()> {
    connection.prepare_cached("UPDATE alert SET answer = ?2 WHERE id = ?1")?.execute(params![alert, answer])?;
    Ok(())
}

/// How many are unread.
pub(crate) fn unread(connection: &Connection) -> rusqlite::Result<u32> {
    connection.query_row("SELECT count(*) FROM alert WHERE read = 0", [], |row| row.get(0))
}

/// The user has seen all of them.
pub(crate) fn read_all(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute("UPDATE alert SET read = 1 WHERE read = 0", [])?;
    Ok(())
}

/// The number after the newest alert that ever was.
pub(crate) fn next_id(connection: &Connection) -> rusqlite::Result<AlertId> {
    let newest: Option<AlertId> = connection
        .query_row("SELECT seq FROM sqlite_sequence WHERE name = 'alert'", [], |row| row.get(0))
        .optional()?;
    Ok(newest.unwrap_or(0) + 1)
}

fn alert_of(row: &Row<'_>) -> rusqlite::Result<Alert> {
    let urgency: String = row.get(9)?;
    let state: String = row.get(10)?;
    Ok(Alert {
        id: row.get(0)?,
        feed: FeedId(row.get(1)?),
        rule: row.get::<_, Option<String>>(2)?.map(RuleId),
        key: row.get(3)?,
        event: row.get(4)?,
        at: row.get(5)?,
        title: row.get(6)?,
        body: row.get(7)?,
        link: row.get(8)?,
        urgency: [Urgency::Low, Urgency::Critical]
            .into_iter()
            .find(|known| urgency_name(*known) == urgency)
            .unwrap_or_default(),
        state: [AlertState::Firing, AlertState::Acknowledged]
            .into_iter()
            .find(|known| state_name(*known) == state)
            .unwrap_or(AlertState::Resolved),
        resolved_at: row.get(11)?,
        read: row.get(12)?,
        announced: serde_json::from_str(&row.get::<_, String>(13)?).unwrap_or_default(),
        answer: row.get(14)?,
        snoozed_until: row.get(15)?,
        lasts: row.get(16)?,
    })
}

fn urgency_name(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Low => "low",
        Urgency::Normal => "normal",
        Urgency::Critical => "critical",
    }
}

fn state_name(state: AlertState) -> &'static str {
    match state {
        AlertState::Firing => "firing",
        AlertState::Acknowledged => "acknowledged",
        AlertState::Resolved => "resolved",
    }
}
