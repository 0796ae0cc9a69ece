"""Multiplications and fused multiply-adds that Bulkhead's kernels spend on an option, counted in the machine code of
their loops.

With the multiply-adds a second that a core can do they say what would bound the kernel if nothing else did. All
contenders of a work are measured against the same count, which is the leanest that is known here. Run this file for the
counts:

    python3 Benchmarks/Runner/operations.py Benchmarks/.build/release/BenchWorks
"""
import re
import shutil
import subprocess
import sys

# The function that holds a work's loop, and the vectors of options that one pass of the loop works on.
LOOPS = {
    "grid_price": (r"7GridRowV\d+rowOfSharedValuesAdded", 2),
    "grid_greeks": (r"7GridRowV\d+rowOfSharedGreeksAdded", 2),
    "batch_greeks": (r"computeFiveGreeks", 2),
    "implied_vol": (r"17ImpliedVolatilityO5solve.*4into6status", 2),
}
LINE = re.compile(r"\s*([0-9a-f]+):\s+(\S+)\s*(.*)")
PRODUCT = re.compile(r"v(mulpd|fn?m(add|sub)\d+pd)$")


def functions(binary):
    """The instructions (address, name, operands) of every function, by its name."""
    text = subprocess.run(["objdump", "-d", "--no-show-raw-insn", str(binary)], capture_output=True, text=True).stdout
    for block in text.split("\n\n"):
        head, _, body = block.partition("\n")
        name = re.match(r"[0-9a-f]+ <(.*)>:", head)
        if name:
            found = [LINE.match(line) for line in body.split("\n")]
            yield name.group(1), [(int(m[1], 16), m[2], m[3]) for m in found if m]


def loops(instructions):
    """The ranges of instructions between a jump backwards and its target, the first jump first."""
    places = {address: index for index, (address, _, _) in enumerate(instructions)}
    for index, (_, name, operands) in enumerate(instructions):
        target = re.match(r"[0-9a-f]+", operands) if name.startswith("j") else None
        start = places.get(int(target[0], 16)) if target else None
        if start is not None and start < index:
            yield range(start, index + 1)


def products(instructions, within):
    """The vector multiplications in a range."""
    return sum(
        1 for k in within if PRODUCT.match(instructions[k][1]) and re.search(r"%[yz]mm", instructions[k][2])
    )


def operations(binary):
    """{work: operations an option}; empty without objdump, and without a work whose loop was not found."""
    if not shutil.which("objdump"):
        return {}
    result = {}
    for name, instructions in functions(binary):
        for work, (pattern, vectors) in LOOPS.items():
            if work in result or "7Kernels" not in name or not re.search(pattern, name):
                continue
            found = [r for r in loops(instructions) if products(instructions, r) >= 20]
            if not found:
                continue
            if work == "implied_vol":
                # The whole pass, which holds one step, and a second step: the loop inside it.
                outer = max(found, key=len)
                inner = [r for r in found if len(r) < len(outer) // 2]
                count = products(instructions, outer) + max((products(instructions, r) for r in inner), default=0)
            else:
                count = products(instructions, found[0])
            result[work] = count / vectors
    return result


if __name__ == "__main__":
    for key, value in operations(sys.argv[1]).items():
        print(f"{key} {value:g}")
