"""Flask with flask-sse on Redis: the server of many articles, for tests/headless and tests/matrix."""

import os

from flask import Flask, request
from flask_sse import sse

app = Flask(__name__)
app.config["REDIS_URL"] = os.environ["REDIS_URL"]
app.register_blueprint(sse, url_prefix="/stream")


@app.post("/publish")
def publish():
    """Publishes {"data": …, "type": …, "id": …, "channel": …} to every subscriber, through Redis."""
    message = request.get_json()
    channel = message.get("channel", "sse")
    sse.publish(message["data"], type=message.get("type"), id=message.get("id"), channel=channel)
    return "", 204
