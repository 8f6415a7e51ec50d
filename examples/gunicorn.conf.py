"""How gunicorn serves the examples; Flask's own server is for development."""

import signal

import sse

# What is sent is kept in the memory of one process, with a thread for each listener.
worker_class = "gthread"
workers = 1
threads = 100
# A connection that holds no stream would only hold a thread.
keepalive = 0
graceful_timeout = 5
control_socket_disable = True
loglevel = "warning"


def post_worker_init(worker):
    """Ends the streams when the server is told to end: gunicorn would wait for them."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, _leave_before(signal.getsignal(number)))


def _leave_before(handler):
    def leave(number, frame):
        sse.leaving.set()
        handler(number, frame)

    return leave
