"""A live game: whoever keeps the score posts it, and everyone sees it.

    POST /game     {"team": "home", "points": 2, "clock": "11:40"} or {"period": "Q2"};
                   {"home": "Reds", "away": "Blues"} begins a new game
    GET  /stream   the game as it stands, and each change from then on
"""

import threading

from flask import Flask, Response, request

import sse

FIELDS = {"home", "away", "team", "points", "period", "clock"}

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 4096
channel = sse.Channel()
lock = threading.Lock()
game = {}


def begin(home, away):
    game.update(home=home, away=away, home_score=0, away_score=0, period="Q1", clock="12:00", last="tip-off")


def change(wish):
    """Changes the game as it is wished, or says why not."""
    if not isinstance(wish, dict) or not wish or not wish.keys() <= FIELDS:
        return f"what can be said is {', '.join(sorted(FIELDS))}"
    if any(not isinstance(wish[name], str) or len(wish[name]) > 40 for name in wish if name != "points"):
        return "all but points are texts of up to 40 characters"
    if ("team" in wish) != ("points" in wish) or ("home" in wish) != ("away" in wish):
        return "team and points come together, and so do home and away"
    if "home" in wish:
        begin(wish["home"], wish["away"])
    if "team" in wish:
        team, points = wish["team"], wish["points"]
        if team not in ("home", "away") or type(points) is not int or points not in (1, 2, 3):
            return "team is home or away, points are 1, 2 or 3"
        game[f"{team}_score"] += points
        game["last"] = f"{game[team]} +{points}"
    game.update((name, wish[name]) for name in ("period", "clock") if name in wish)
    return None


@app.post("/game")
def play():
    wish = request.get_json()
    with lock:
        if error := change(wish):
            return {"error": error}, 400
        channel.send(game, "score")
        return game.copy()


@app.get("/stream")
def follow():
    return Response(channel.listen(request.headers.get("Last-Event-ID")), headers=sse.HEADERS)


begin("Home", "Away")
channel.send(game, "score")
