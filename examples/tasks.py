"""A task list that everyone sees change. It is kept in SQLite, and so are the places in its stream.

    GET    /tasks          the list
    POST   /tasks          {"title": "Restock Sencha"}: a new task
    PATCH  /tasks/<id>     {"done": true} or {"title": "…"}: a task changes
    DELETE /tasks/<id>     a task goes
    GET    /tasks/stream   the list as it is, and each change from then on
"""

import os
import re
import sqlite3
import threading
from contextlib import closing

from flask import Flask, Response, abort, request
from werkzeug.exceptions import HTTPException

import sse

# `change` numbers the changes of all tasks: a task has that of its latest one. What is removed leaves its row, so that
# someone who was away learns of it.
SCHEMA = """
CREATE TABLE IF NOT EXISTS task (
    id INTEGER PRIMARY KEY, title TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0,
    removed INTEGER NOT NULL DEFAULT 0, change INTEGER NOT NULL UNIQUE
) STRICT
"""
NEXT_CHANGE = "(SELECT coalesce(max(change), 0) + 1 FROM task)"

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 4096
changed = threading.Condition()


def database(sql, *values):
    """Carries out a statement, and returns the rows that it gives."""
    with closing(sqlite3.connect(os.environ["TASKS_FILE"])) as connection, connection:
        connection.row_factory = sqlite3.Row
        return connection.execute(sql, values).fetchall()


def change(sql, *values):
    """Changes a task, and tells who listens."""
    with changed:
        rows = database(f"{sql} RETURNING *", *values)
        changed.notify_all()
    return task(rows[0]) if rows else abort(404)


def task(row):
    if row["removed"]:
        return {"id": row["id"], "removed": True}
    return {"id": row["id"], "title": row["title"], "done": bool(row["done"])}


def wished():
    """What the request wishes of a task."""
    wish = request.get_json()
    if not isinstance(wish, dict) or not wish or not wish.keys() <= {"title", "done"}:
        abort(400, "a task has a title, and is done or not")
    if "title" in wish and not (isinstance(wish["title"], str) and 0 < len(wish["title"].strip()) <= 200):
        abort(400, "a title is a text of up to 200 characters")
    if "done" in wish and not isinstance(wish["done"], bool):
        abort(400, "done is true or false")
    return wish


@app.errorhandler(HTTPException)
def refuse(error):
    return {"error": error.description}, error.code


@app.get("/tasks")
def show():
    return [task(row) for row in database("SELECT * FROM task WHERE NOT removed ORDER BY id")]


@app.post("/tasks")
def add():
    title = wished().get("title") or abort(400, "a new task has a title")
    return change(f"INSERT INTO task (title, change) VALUES (?, {NEXT_CHANGE})", title), 201


@app.patch("/tasks/<int:id>")
def edit(id):
    wish = wished()
    return change(
        f"UPDATE task SET title = coalesce(?, title), done = coalesce(?, done), change = {NEXT_CHANGE}"
        " WHERE id = ? AND NOT removed",
        wish.get("title"), wish.get("done"), id,
    )  # fmt: skip


@app.delete("/tasks/<int:id>")
def remove(id):
    change(f"UPDATE task SET removed = 1, title = '', change = {NEXT_CHANGE} WHERE id = ? AND NOT removed", id)
    return "", 204


@app.get("/tasks/stream")
def follow():
    last, first = request.headers.get("Last-Event-ID", ""), []
    if not re.fullmatch("[0-9]{1,15}", last):
        # Who is new hears nothing of tasks that are gone.
        rows = database("SELECT * FROM task ORDER BY change")
        last, first = rows[-1]["change"] if rows else 0, [event(row) for row in rows if not row["removed"]]
    return Response(sse.stream(changes_after, int(last), first), headers=sse.HEADERS)


def changes_after(place):
    """How the tasks stand that have changed since a place."""
    rows = []

    def look():
        rows.extend(database("SELECT * FROM task WHERE change > ? ORDER BY change", place))
        return rows

    with changed:
        changed.wait_for(look, sse.PATIENCE_SECONDS)
    return [event(row) for row in rows], rows[-1]["change"] if rows else place


def event(row):
    return sse.event(task(row), row["change"], "task")


database(SCHEMA)
