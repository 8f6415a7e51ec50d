"""Makes the first user of a Home Assistant at the address that is given, and prints a long-lived token of theirs."""

import asyncio
import sys

import aiohttp

SERVER = sys.argv[1]
# An application is known by its address.
CLIENT = f"{SERVER}/"


async def main():
    """Onboarding is REST; a long-lived token is made over the web socket alone."""
    user = {
        "client_id": CLIENT,
        "name": "Ann",
        "username": "ann",
        "password": "open sesame",
        "language": "en",
    }
    async with aiohttp.ClientSession(raise_for_status=True) as session:
        async with session.post(f"{SERVER}/api/onboarding/users", json=user) as answer:
            code = (await answer.json())["auth_code"]
        grant = {"grant_type": "authorization_code", "code": code, "client_id": CLIENT}
        async with session.post(f"{SERVER}/auth/token", data=grant) as answer:
            token = (await answer.json())["access_token"]
        async with session.ws_connect(f"{SERVER}/api/websocket") as socket:
            await socket.receive_json()
            await socket.send_json({"type": "auth", "access_token": token})
            await socket.receive_json()
            wish = {"id": 1, "type": "auth/long_lived_access_token", "client_name": "Streambell", "lifespan": 1}
            await socket.send_json(wish)
            print((await socket.receive_json())["result"])


asyncio.run(main())
