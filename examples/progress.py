"""A job's progress, kept in Redis: any number of these servers show the same, and a new one goes on where it was left.

    POST /api/start      {"job": "backup", "total": 40}: starts a job; both may be missing
    GET  /api/progress   how all jobs stand, and each step from then on
"""

import json
import os
import re
import threading

from flask import Flask, Response, request
from redis import Redis, RedisError

import sse

STEP_SECONDS = 0.5
# The latest steps of all jobs: a stream of Redis, whose ids are the ids of our events.
STEPS = "steps"
STEPS_KEPT = 2000
# How each job stands that is not done yet, by its name.
UNFINISHED = "unfinished"

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 4096
store = Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)


@app.errorhandler(RedisError)
def unavailable(error):
    return {"error": f"Redis: {error}"}, 503, {"Retry-After": "2"}


@app.post("/api/start")
def start():
    wish = request.get_json()
    job, total = (wish.get("job", ""), wish.get("total", 20)) if isinstance(wish, dict) else (None, None)
    if not isinstance(job, str) or len(job) > 100 or type(total) is not int or not 1 <= total <= 1000:
        return {"error": "job is a name of up to 100 characters, total a number from 1 to 1000"}, 400
    job = job or f"job-{store.incr('jobs')}"
    state = {"job": job, "progress": 0, "total": total, "status": "running"}
    # The first step is due when this one has lasted as long as a step does.
    is_due(job)
    # Of two that start the same job at the same time one does.
    if not store.hsetnx(UNFINISHED, job, json.dumps(state)):
        return {"error": f"{job} is running already"}, 409
    store.xadd(STEPS, {"state": json.dumps(state)}, maxlen=STEPS_KEPT)
    return state, 202


@app.get("/api/progress")
def progress():
    place, first = request.headers.get("Last-Event-ID", ""), []
    if not re.fullmatch(r"\d+-\d+", place):
        place, first = present()
    return Response(sse.stream(steps_after, place, first), headers=sse.HEADERS)


def present():
    """The place where the steps end, and the latest step of each job."""
    place, latest = "0", {}
    for place, fields in store.xrange(STEPS):
        state = json.loads(fields["state"])
        # The latest stands last, so that ids ascend.
        latest.pop(state["job"], None)
        latest[state["job"]] = sse.event(state, place, "progress")
    return place, latest.values()


def steps_after(place):
    """The steps after a place, for which Redis is asked to wait; where it is gone, the stream ends."""
    try:
        found = store.xread({STEPS: place}, block=int(sse.PATIENCE_SECONDS * 1000))
    except RedisError:
        return None
    steps = found[0][1] if found else []
    events = [sse.event(json.loads(fields["state"]), id, "progress") for id, fields in steps]
    return events, steps[-1][0] if steps else place


def is_due(job):
    """Whether a job's next step is due: True for one who asks, and then for nobody while the step lasts."""
    return store.set(f"step:{job}", 1, nx=True, px=int(STEP_SECONDS * 1000))


def work():
    """Does the steps that are due. Several servers share the jobs so, and when one is gone, the others, or the same one
    started again, go on with the next step."""
    while not sse.leaving.wait(STEP_SECONDS / 5):
        try:
            for job in filter(is_due, store.hkeys(UNFINISHED)):
                step(job)
        except RedisError as error:
            app.logger.warning("Redis: %s", error)


def step(job):
    state = json.loads(store.hget(UNFINISHED, job) or "null")
    if not state:
        return
    # What a real job does stands here.
    state["progress"] += 1
    if state["progress"] == state["total"]:
        state["status"] = "done"
    # The step and how the job stands are written together, or neither is.
    both = store.pipeline()
    both.xadd(STEPS, {"state": json.dumps(state)}, maxlen=STEPS_KEPT)
    if state["status"] == "done":
        both.hdel(UNFINISHED, job)
    else:
        both.hset(UNFINISHED, job, json.dumps(state))
    both.execute()


threading.Thread(target=work, daemon=True).start()
