"""Asks the server for a while, rightly and wrongly, and says whether its memory stays flat.

    python3 soak.py [seconds]       60 seconds by default; ends with 1 where memory grows by more than a tenth
"""

import http.client
import itertools
import json
import random
import sys
import threading
import time
import urllib.parse

from page import BITCOIN, GOOGLE, Server

CONDOR = {"market": BITCOIN, "strategy": {"structure": "iron-condor", "expiry": "26DEC25", "strikes": [80000, 85000, 100000, 105000],
                                          "settlement": "quote"}}
RIGHT = [("analyze", CONDOR), ("stress", {**CONDOR, "spot_shift": "-30:30:41", "vol_shift": "-20:40:21"}), ("margin", CONDOR),
         ("compare", CONDOR), ("liquidation", {**CONDOR, "maintenance": "margin=50%"}),
         ("analyze", {"market": GOOGLE, "legs": "+1C750 @2016-01-15"})]
WRONG = [b"", b"{", b"[" * 10_000, b'{"legs": NaN}', b'{"market": "x"}', b" " * ((1 << 20) + 1), b'{"a": 1, "a": 2}',
         json.dumps({"market": GOOGLE, "strategy": {"legs": [{"quantity": 1, "instrument": "GOOG"}] * 10_001}}).encode()]


def ask(port, seed, until, counts):
    generator = random.Random(seed)
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while time.monotonic() < until:
        operation, body = generator.choice(RIGHT)
        text = json.dumps(body).encode() if generator.random() < 0.8 else generator.choice(WRONG)
        try:
            client.request("POST", f"/v1/{operation}", text, {"Content-Type": "application/json"})
            answer = client.getresponse()
            answer.read()
            counts[answer.status] = counts.get(answer.status, 0) + 1
            if answer.getheader("connection") == "close":
                client.close()
        except OSError:
            # The server may leave while a body that is too large is still being sent.
            client.close()
            counts["left"] = counts.get("left", 0) + 1
    client.close()


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    server = Server()
    port = urllib.parse.urlparse(server.address).port
    counts = [{} for _ in range(4)]
    sizes = []
    try:
        # Whatever is made once is made in the first third.
        for part in itertools.count(1):
            until = time.monotonic() + seconds / 6
            threads = [threading.Thread(target=ask, args=(port, 100 * part + index, until, counts[index])) for index in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            sizes.append(server.resident_kilobytes())
            if part == 6:
                break
    finally:
        server.close()
    total = {}
    for count in counts:
        for key, number in count.items():
            total[key] = total.get(key, 0) + number
    print(f"answers by status: {dict(sorted(total.items(), key=str))}")
    print(f"resident memory after each sixth, MiB: {[round(size / 1024, 1) for size in sizes]}")
    if set(total) - {200, 400, 404, 413, 422, "left"}:
        print("found a status that no request should have")
        return 1
    if sizes[-1] > 1.1 * sizes[1]:
        print("memory grows")
        return 1
    print("memory is flat")
    return 0


if __name__ == "__main__":
    sys.exit(main())
