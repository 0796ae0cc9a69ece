"""Runs contenders in turn and takes their rates."""
import math
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

from works import CORE


def say(text):
    """Tells on standard error; the table alone goes to standard output."""
    print(text, file=sys.stderr, flush=True)


class Failed(Exception):
    """A contender that did not run."""


def run(command, is_pinned, output=None, limit=600):
    """A command's standard output and its wall-clock seconds."""
    command = [str(x) for x in command]
    if is_pinned and shutil.which("taskset"):
        command = ["taskset", "-c", CORE, *command]
    start = time.perf_counter()
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit)
    except (OSError, subprocess.SubprocessError) as error:
        raise Failed(str(error)) from error
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no message"]
        raise Failed(f"code {done.returncode}: {lines[-1]}")
    if output is not None:
        pathlib.Path(output).write_text(done.stdout)
    return done.stdout, seconds


def run_for_memory(command):
    """What a command prints, word by figure, and the most memory it held, in MiB."""
    with subprocess.Popen([str(x) for x in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        said = process.stdout.read().decode(errors="replace")
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        lines = said.strip().splitlines() or ["no message"]
        raise Failed(f"code {process.returncode}: {lines[-1]}")
    figures = {word: float(figure) for word, figure in (line.split() for line in said.splitlines())}
    # Linux counts in KiB.
    return figures, usage.ru_maxrss / 1024


def rate(work, contender):
    """One measurement: (units a second, the `check` it printed or None)."""
    if contender.count:
        seconds = sum(run(contender.command, work.is_pinned)[1] for _ in range(contender.repeat))
        return contender.count * contender.repeat / seconds, None
    words = dict(line.split(maxsplit=1) for line in run(contender.command, work.is_pinned)[0].splitlines())
    if "rate" not in words or not float(words["rate"]) > 0:
        raise Failed("it printed no rate")
    return float(words["rate"]), float(words["check"]) if "check" in words else None


def dump(work, contender):
    """Lets a contender write what it computes, where its timed run does not."""
    if contender.dump is None:
        return
    printed = contender.dump == contender.command
    run(contender.dump, work.is_pinned, output=contender.output if printed else None)


def measure(work, rounds):
    """The rates of every contender, round after round; who fails is left out with a word.

    Returns {name: ([rates], check)}.
    """
    taken, failed = {c.name: ([], None) for c in work.contenders}, set()
    for number in range(rounds):
        say(f"{work.name}: round {number + 1} of {rounds}")
        for contender in work.contenders:
            if contender.name in failed:
                continue
            try:
                figure, check = rate(work, contender)
            except Failed as error:
                say(f"{work.name}: {contender.name}: left out, {error}")
                failed.add(contender.name)
                continue
            taken[contender.name] = ([*taken[contender.name][0], figure], check)
    return {name: value for name, value in taken.items() if name not in failed and value[0]}


def ratios(rates):
    """Each contender's ratio to the best peer, round by round; empty without a peer."""
    peers = [values for name, values in rates.items() if not name.startswith("bulkhead")]
    if not peers:
        return {name: [] for name in rates}
    best = [max(values[k] for values in peers) for k in range(len(peers[0]))]
    return {name: [x / y for x, y in zip(values, best)] for name, values in rates.items()}


def limits(program):
    """What the machine can do: fused multiply-adds and copied bytes a second of one core."""
    try:
        text, _ = run([program], True)
    except Failed as error:
        say(f"the machine's limits: left out, {error}")
        return {}
    return {name: float(figure) for name, figure in (line.split() for line in text.splitlines())}


def copy_seconds(work):
    """The least seconds of three in which the system's own copy moves the bytes that a work reads and writes."""
    best = math.inf
    for _ in range(3):
        seconds = 0.0
        if work.read_file:
            seconds += timed_cat(work.read_file, pathlib.Path("/dev/null"))
        if work.written_file and work.written_file.exists():
            target = work.written_file.with_suffix(".copy")
            seconds += timed_cat(work.written_file, target)
            target.unlink()
        best = min(best, seconds)
    return best


def timed_cat(source, target):
    """Seconds of reading a file in pieces and writing it to another."""
    start = time.perf_counter()
    buffer = bytearray(1 << 20)
    with open(source, "rb", buffering=0) as reader, open(target, "wb", buffering=0) as writer:
        while count := reader.readinto(buffer):
            writer.write(memoryview(buffer)[:count])
    return time.perf_counter() - start


def start_seconds():
    """The median seconds of a process that does nothing."""
    return statistics.median(run(["true"], False)[1] for _ in range(20))
