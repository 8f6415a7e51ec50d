"""sse-starlette, for tests/matrix, under uvicorn and hypercorn.

GET /sse subscribes (?sep=cr, lf or crlf; the last is the package's own); GET /sse/subscribers counts; POST /sse publishes
its body as an event of the type `note`. What was published after Last-Event-ID is replayed.
"""

import asyncio

from sse_starlette import EventSourceResponse
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

SEPARATORS = {"cr": "\r", "lf": "\n", "crlf": "\r\n"}
history = []
published = asyncio.Condition()
subscribers = 0


async def events(seen, sep):
    global subscribers
    subscribers += 1
    try:
        while True:
            while seen < len(history):
                seen += 1
                yield {"id": str(seen), "event": "note", "data": history[seen - 1], "sep": sep}
            async with published:
                await published.wait_for(lambda: seen < len(history))
    finally:
        subscribers -= 1


async def subscribe(request):
    sep = SEPARATORS[request.query_params.get("sep", "crlf")]
    seen = int(request.headers.get("last-event-id", "0"))
    return EventSourceResponse(events(seen, sep), sep=sep, ping=15)


async def publish(request):
    history.append((await request.body()).decode())
    async with published:
        published.notify_all()
    return Response(status_code=202)


async def count(request):
    return PlainTextResponse(str(subscribers))


app = Starlette(
    routes=[
        Route("/sse", subscribe, methods=["GET"]),
        Route("/sse", publish, methods=["POST"]),
        Route("/sse/subscribers", count),
    ]
)
