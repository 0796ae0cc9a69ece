"""The server, the program and a browser, as the tests of the page use them."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = ROOT / "BulkheadServer" / ".build"
SERVER = pathlib.Path(os.environ.get("BULKHEAD_SERVER", BUILD / "release" / "bulkhead-server"))
PROGRAM = pathlib.Path(os.environ.get("BULKHEAD", BUILD / "release" / "bulkhead"))
PLOTLY = pathlib.Path(os.environ.get("BULKHEAD_PLOTLY_FILE", BUILD / "page" / "plotly.min.js"))
MARKETS = {path.stem: path for path in sorted((ROOT / "Data" / "Markets").glob("*.yaml"))}
BITCOIN = "deribit-btc-2025-12-05"
GOOGLE = "goog-2015-12-23"


class Server:
    """A server on a free port, gone at the end."""

    def __init__(self, *arguments):
        command = [str(SERVER), "--port", "0"]
        for path in MARKETS.values():
            command += ["--market", str(path)]
        if os.environ.get("BULKHEAD_PAGE"):
            # Files that are worked on, in place of those inside the program.
            command += ["--page", os.environ["BULKHEAD_PAGE"]]
        if PLOTLY.exists():
            command += ["--plotly", str(PLOTLY)]
        self.process = subprocess.Popen(command + list(arguments), stdout=subprocess.PIPE, text=True, cwd=ROOT)
        self.address = self.process.stdout.readline().strip()
        if not self.address.startswith("http://127.0.0.1:"):
            raise RuntimeError(f"found {self.address!r}, wanted the server's address")

    def close(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()

    def resident_kilobytes(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        return 0

    def post(self, operation, body):
        request = urllib.request.Request(
            f"{self.address}v1/{operation}", json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as response:
            return json.load(response)


def program(command, strategy, *options, market=BITCOIN):
    """What the command answers with --format json for a strategy or for legs on one line."""
    return json.loads(printed(command, strategy, "--format", "json", *options, market=market))


def printed(command, strategy, *options, market=BITCOIN):
    """The text that the command prints."""
    arguments = [str(PROGRAM), command]
    with tempfile.TemporaryDirectory() as folder:
        if isinstance(strategy, dict):
            file = pathlib.Path(folder) / "strategy.json"
            file.write_text(json.dumps(strategy))
            arguments.append(str(file))
        else:
            arguments += ["--legs", strategy]
        arguments += ["--market", str(MARKETS[market]), *map(str, options)]
        answer = subprocess.run(arguments, capture_output=True, text=True, cwd=ROOT)
    if answer.returncode != 0:
        raise RuntimeError(f"{' '.join(arguments)}: {answer.stderr}")
    return answer.stdout


def facts(text):
    """The figures of a page for the terminal by their names; notes beside them, and lines that go on, are left out."""
    found = re.findall(r"^  (\S.*?)  +(\S.*?)(?:  .*)?$", text, re.MULTILINE)
    return {name: figure for name, figure in reversed(found)}
