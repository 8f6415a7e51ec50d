"""People who use the examples, by the requests that their READMEs name; it needs nothing but Python, and never ends."""

import itertools
import json
import random
import time
import urllib.error
import urllib.request

JOBS = {"linux-x86_64": 90, "macos-arm64": 60, "windows-x64": 120, "docs": 25}
TASKS = ["Renew certificate", "Restock Sencha", "Review release notes", "Rotate keys", "Test the restore", "Call Ana"]
PRICES = {"Teapot": 999, "Kettle": 3400, "Sencha 100 g": 1250, "Whisk": 920, "Bowl": 1820}
CHAT = [("ana", "lunch at half past twelve?"), ("leo", "in"), ("jun", "我去！帮我占个座位"), ("mia", "table for four")]


def ask(method, port, path, body=None):
    """The answer to a request; None where the server refuses it or is not there."""
    data = None if body is None else json.dumps(body).encode()
    url = f"http://127.0.0.1:{port}{path}"
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or "null")
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return None


def start_jobs():
    """Starts the nightly build anew; a job that still runs is left alone."""
    for job, total in JOBS.items():
        ask("POST", 7701, "/api/start", {"job": job, "total": total})


def play(clock):
    """A possession: the clock goes on, and at times there is a basket."""
    left = 720 - clock * 17 % 720
    change = {"clock": f"{left // 60:02}:{left % 60:02}", "period": f"Q{clock * 17 // 720 % 4 + 1}"}
    if points := random.choice([0, 0, 1, 2, 2, 3]):
        change |= {"team": random.choice(["home", "away"]), "points": points}
    ask("POST", 7702, "/game", {"home": "Home", "away": "Away"} if clock * 17 % 2880 < 17 else change)


def change_price():
    product, cents = random.choice(list(PRICES.items()))
    PRICES[product] = cents = max(cents + round(cents * random.gauss(0, 0.03)), 1)
    ask("POST", 7703, "/prices", {"product": product, "price": f"{cents // 100}.{cents % 100:02}"})


def work_on_tasks(titles):
    """Adds a task where there are few, else ticks one off, or clears away what is done."""
    tasks = ask("GET", 7706, "/tasks") or []
    done = [task for task in tasks if task["done"]]
    there = [task["title"] for task in tasks]
    if len(tasks) < len(TASKS) - 1:
        ask("POST", 7706, "/tasks", {"title": next(title for title in titles if title not in there)})
    elif len(done) > 2:
        ask("DELETE", 7706, f"/tasks/{done[0]['id']}")
    else:
        task = random.choice([task for task in tasks if not task["done"]])
        ask("PATCH", 7706, f"/tasks/{task['id']}", {"done": True})


def main():
    titles, lines = itertools.cycle(TASKS), itertools.cycle(CHAT)
    for second in itertools.count():
        if second % 90 == 0:
            start_jobs()
        if second % 3 == 0:
            play(second // 3)
        change_price()
        if second < 5 or second % 6 == 0:
            work_on_tasks(titles)
        if second % 15 == 9:
            ask("POST", 7705, "/message", dict(zip(("username", "message"), next(lines))))
        time.sleep(1)


try:
    main()
except KeyboardInterrupt:
    pass
