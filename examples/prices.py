"""A shop's prices, broadcast to a list of connections; plain WSGI, without a framework.

    POST /prices          {"product": "Teapot", "price": "7.50"}: a price is set
    GET  /prices/stream   all prices as they are, and each change from then on
"""

import json
import queue
import threading
from decimal import Decimal, InvalidOperation

import sse

ASSORTMENT = {"Teapot": "9.99", "Kettle": "34.00", "Sencha 100 g": "12.50", "Whisk": "9.20", "Bowl": "18.20"}
CURRENCY = "EUR"
MAX_BODY = 4096
MAX_PRODUCTS = 1000


class Broadcast:
    """The prices, and the list of connections that are told of them."""

    def __init__(self):
        self._lock = threading.Lock()
        self._run = sse.Run()
        self._number = 0
        # Product to the number of its latest change, and the event that told of it.
        self._prices = {}
        self._connections = []

    def set(self, product, price):
        with self._lock:
            if product not in self._prices and len(self._prices) >= MAX_PRODUCTS:
                raise ValueError(f"a shop has at most {MAX_PRODUCTS} products")
            self._number += 1
            data = {"product": product, "price": f"{price:f}", "currency": CURRENCY}
            text = sse.event(data, self._run.id(self._number), "price")
            # The latest change stands last.
            self._prices.pop(product, None)
            self._prices[product] = (self._number, text)
            self._connections = [connection for connection in self._connections if connection.offer([text])]
            return data

    def connect(self, last_event_id):
        """A new connection, which is told first what it does not know yet."""
        with self._lock:
            known = self._run.number(last_event_id) or 0
            connection = Connection()
            connection.offer([text for number, text in self._prices.values() if number > known])
            self._connections.append(connection)
            return connection

    def disconnect(self, connection):
        with self._lock:
            self._connections = [other for other in self._connections if other is not connection]


class Connection:
    """What one connection has yet to be sent. Who lets that grow is cut, and told what it missed when it returns."""

    def __init__(self):
        self._waiting = queue.Queue(maxsize=100)
        self._cut = False

    def offer(self, events):
        try:
            self._waiting.put_nowait(events)
        except queue.Full:
            self._cut = True
        return not self._cut

    def wait(self, _):
        if self._cut:
            return None
        try:
            return self._waiting.get(timeout=sse.PATIENCE_SECONDS), None
        except queue.Empty:
            return [], None


def stream(last_event_id):
    connection = broadcast.connect(last_event_id)
    try:
        yield from (text.encode() for text in sse.stream(connection.wait, None))
    finally:
        # Also when the other side has gone: the server closes what it can send to no one.
        broadcast.disconnect(connection)


def set_price(environ):
    if environ.get("CONTENT_TYPE", "").partition(";")[0].strip() != "application/json":
        return "415 Unsupported Media Type", {"error": "Content-Type is application/json"}
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length > MAX_BODY:
        return "413 Content Too Large", {"error": f"a price takes less than {MAX_BODY} bytes"}
    try:
        wish = json.loads(environ["wsgi.input"].read(length), parse_float=Decimal)
        product, price = wish["product"], Decimal(wish["price"])
        if not isinstance(product, str) or not 0 < len(product) <= 100:
            raise ValueError
        if not 0 <= price < 10**9 or price.as_tuple().exponent < -8:
            raise ValueError
        return "200 OK", broadcast.set(product, price)
    except (ValueError, KeyError, TypeError, InvalidOperation):
        return "400 Bad Request", {"error": 'a price is told so: {"product": "Teapot", "price": "7.50"}'}


def app(environ, start_response):
    request = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    if request == ("GET", "/prices/stream"):
        start_response("200 OK", list(sse.HEADERS.items()))
        return stream(environ.get("HTTP_LAST_EVENT_ID"))
    status, answer = set_price(environ) if request == ("POST", "/prices") else ("404 Not Found", {"error": "not here"})
    body = json.dumps(answer, ensure_ascii=False).encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


broadcast = Broadcast()
for product, price in ASSORTMENT.items():
    broadcast.set(product, Decimal(price))
