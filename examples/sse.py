"""Server-Sent Events over WSGI: how an event is written, how a stream stays open, and a channel that remembers."""

import json
import re
import threading
import time
from collections import deque

HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    # Else nginx keeps events until its buffer is full.
    "X-Accel-Buffering": "no",
}
# Clients come back after so long.
RETRY_MILLISECONDS = 2000
# Silence for so long is broken by a comment: clients learn that the server lives, and the server that a client is gone.
KEEP_ALIVE_SECONDS = 15
# How long a stream waits before it looks whether the server ends.
PATIENCE_SECONDS = 0.5

# Set when the server ends: streams have no end of their own.
leaving = threading.Event()


def event(data, id, type=None):
    """One event, as it goes over the wire; `json.dumps` leaves no line end in the data."""
    head = f"id: {id}\n" + (f"event: {type}\n" if type else "")
    return f"{head}data: {json.dumps(data, ensure_ascii=False)}\n\n"


def stream(wait, place, first=()):
    """Sends the first events, then what `wait(place)` finds: events and the place after them, none of them after
    PATIENCE_SECONDS, or None to end the stream."""
    yield "".join([f"retry: {RETRY_MILLISECONDS}\n\n", *first])
    spoken = time.monotonic()
    while not leaving.is_set() and (found := wait(place)):
        events, place = found
        if events:
            yield "".join(events)
        elif time.monotonic() - spoken > KEEP_ALIVE_SECONDS:
            yield ": keep-alive\n\n"
        else:
            continue
        spoken = time.monotonic()


class Run:
    """The ids of one run of a server that keeps nothing: an id of an earlier run is no place in this one."""

    def __init__(self):
        self.name = f"{time.time_ns() // 1_000_000:x}"

    def id(self, number):
        return f"{self.name}-{number}"

    def number(self, last_event_id):
        """The number in an id of this run, else None."""
        name, _, number = (last_event_id or "").partition("-")
        return int(number) if name == self.name and re.fullmatch("[0-9]{1,15}", number) else None


class Channel:
    """Events for everyone who listens.

    The latest events are kept once, and a listener is only a place among them. So a slow listener costs no memory, and
    one that comes back goes on where it was.
    """

    def __init__(self, keep=256, welcome=1):
        """Keeps so many events; a newcomer is told the last few of them."""
        self._events = deque(maxlen=keep)
        self._welcome = welcome
        self._run = Run()
        self._number = 0
        self._changed = threading.Condition()

    def send(self, data, type=None):
        with self._changed:
            self._number += 1
            self._events.append((self._number, type, event(data, self._run.id(self._number), type)))
            self._changed.notify_all()

    def listen(self, last_event_id, only=()):
        """The stream for a listener: of all types of events, or only of some."""
        place = self._run.number(last_event_id)
        if place is None:
            place = max(self._number - self._welcome, 0)
        return stream(lambda place: self._wait(place, only), place)

    def _wait(self, place, only):
        with self._changed:
            self._changed.wait_for(lambda: self._number > place, PATIENCE_SECONDS)
            due = [text for number, type, text in self._events if number > place and (not only or type in only)]
            return due, self._number
