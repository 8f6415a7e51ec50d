"""Stock prices, news and a chat in one stream, told apart by the type of their events.

    GET  /events/stream             all of them; ?only=stock or ?only=news,chat for some
    POST /events/stock              {"symbol": "ACME", "price": "101.20"}
    POST /events/news               {"title": "Rates held"}
    POST /events/chat               {"username": "mia", "message": "hello"}
"""

import itertools
import random
import threading
from decimal import Decimal

from flask import Flask, Response, request

import sse

# What an event of a type has in any case.
FIELDS = {"stock": ("symbol", "price"), "news": ("title",), "chat": ("username", "message")}
NEWS = [
    ("Central bank holds rates", "Inflation is close to its target; the next decision is due in six weeks."),
    ("ACME opens a second plant", "Four hundred people will work there from spring."),
    ("Globex to split its shares", "Holders get four for one at the end of the month."),
    ("New timetable for night trains", "Three lines run through the night from March, with sleeper cars on two."),
    ("Port of the old town reopens", "The first ships came in this morning, after two years of work."),
    ("Initech names a new chief", "She has led its research for eight years."),
    ("Tea exporters report a good year", "The harvest was early, and the ships were on time."),
]
CHAT = [
    ("mia", "who sold before lunch?"),
    ("jun", "不是我 😅"),
    ("leo", "nobody here, we only watch"),
    ("ana", "ACME looks steady today"),
]

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 4096
channel = sse.Channel(welcome=40)


@app.get("/events/stream")
def follow():
    only = request.args.get("only", "").split(",") if "only" in request.args else []
    if not set(only) <= FIELDS.keys():
        return {"error": f"only can be some of {', '.join(FIELDS)}"}, 400
    return Response(channel.listen(request.headers.get("Last-Event-ID"), only), headers=sse.HEADERS)


@app.post("/events/<any(stock, news, chat):type>")
def publish(type):
    data = request.get_json()
    if not isinstance(data, dict) or not all(data.get(field) for field in FIELDS[type]):
        return {"error": f"an event of the type {type} has {' and '.join(FIELDS[type])}"}, 400
    channel.send(data, type)
    return data


def trade():
    """A market that never sleeps: a price each second, news and a word at times."""
    prices = {"ACME": Decimal("101.20"), "GLBX": Decimal("48.75"), "INIT": Decimal("7.04"), "TEA": Decimal("212.00")}
    news, chat = itertools.cycle(NEWS), itertools.cycle(CHAT)
    for second in itertools.count():
        symbol = random.choice(list(prices))
        prices[symbol] = (prices[symbol] * Decimal(random.gauss(1, 0.004))).quantize(Decimal("0.01"))
        # Money travels as a text: a number of JSON may lose digits on its way.
        channel.send({"symbol": symbol, "price": str(prices[symbol]), "currency": "USD"}, "stock")
        if second % 20 == 5:
            channel.send(dict(zip(("title", "summary"), next(news))), "news")
        if second % 7 == 3:
            channel.send(dict(zip(("username", "message"), next(chat))), "chat")
        if sse.leaving.wait(1):
            return


threading.Thread(target=trade, daemon=True).start()
