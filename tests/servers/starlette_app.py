"""sse-starlette with a history, for tests/matrix, which runs it on uvicorn and on hypercorn.

GET /TOPIC?sep=SEP subscribes, with LF, CR or CRLF at the ends of lines, and replays what came after Last-Event-ID. POST
/TOPIC publishes the body as a `note`. GET /TOPIC/subscriptions tells with which version of HTTP each subscriber came.
"""

import asyncio
from collections import defaultdict

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

SEPARATORS = {"LF": "\n", "CR": "\r", "CRLF": "\r\n"}


class Topic:
    """All that was published, and the versions of HTTP that its subscribers came with."""

    def __init__(self):
        self.history: list[str] = []
        self.versions: list[str] = []
        self.changed = asyncio.Condition()

    async def publish(self, text: str):
        async with self.changed:
            self.history.append(text)
            self.changed.notify_all()

    async def after(self, position: int, separator: str):
        """The events from a position on: the id of an event is its number, from 1."""
        while True:
            async with self.changed:
                await self.changed.wait_for(lambda: len(self.history) > position)
            text = self.history[position]
            position += 1
            yield ServerSentEvent(text, event="note", id=str(position), retry=2000, sep=separator)


topics: defaultdict[str, Topic] = defaultdict(Topic)


async def subscribe(request: Request) -> Response:
    topic = topics[request.path_params["topic"]]
    position = int(request.headers.get("last-event-id", len(topic.history)))
    topic.versions.append(request.scope["http_version"])
    separator = SEPARATORS[request.query_params["sep"]]
    return EventSourceResponse(topic.after(position, separator), sep=separator)


async def publish(request: Request) -> Response:
    await topics[request.path_params["topic"]].publish((await request.body()).decode())
    return Response(status_code=204)


async def subscriptions(request: Request) -> Response:
    return PlainTextResponse(" ".join(topics[request.path_params["topic"]].versions))


app = Starlette(
    routes=[
        Route("/{topic}", subscribe, methods=["GET"]),
        Route("/{topic}", publish, methods=["POST"]),
        Route("/{topic}/subscriptions", subscriptions),
    ]
)
