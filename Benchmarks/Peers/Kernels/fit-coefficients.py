"""Fits the polynomials of the hand-written kernel and writes Coefficients.h beside this file (needs mpmath).

Interpolation at Chebyshev's nodes, in fifty digits; within a factor of two of the best polynomial of its degree.
"""
import pathlib
import struct

import mpmath as mp

mp.mp.dps = 50


def chebyshev(f, count):
    """The coefficients of T_0 ... T_(count - 1) that interpolate f on [-1, 1]."""
    nodes = [mp.cos(mp.pi * (mp.mpf(k) + 0.5) / count) for k in range(count)]
    values = [f(x) for x in nodes]
    half = mp.mpf(1) / 2
    return [
        (2 if j else 1) * mp.fsum(v * mp.cos(mp.pi * j * (k + half) / count) for k, v in enumerate(values)) / count
        for j in range(count)
    ]


def monomials(coefficients):
    """The same polynomial in powers of its argument, lowest first."""
    count = len(coefficients)
    basis = [[mp.mpf(1)], [mp.mpf(0), mp.mpf(1)]]
    for _ in range(2, count):
        following = [mp.mpf(0)] + [2 * x for x in basis[-1]]
        for i, x in enumerate(basis[-2]):
            following[i] -= x
        basis.append(following)
    result = [mp.mpf(0)] * count
    for coefficient, polynomial in zip(coefficients, basis):
        for i, x in enumerate(polynomial):
            result[i] += coefficient * x
    return result


def fitted(f, low, high, degree):
    """Powers of x, lowest first, of the polynomial that interpolates f on [low, high]."""
    middle, half = (mp.mpf(low) + high) / 2, (mp.mpf(high) - low) / 2
    result = [mp.mpf(0)]
    for coefficient in reversed(monomials(chebyshev(lambda t: f(middle + half * t), degree + 1))):
        shifted = [mp.mpf(0)] * (len(result) + 1)
        for i, x in enumerate(result):
            shifted[i] -= x * middle / half
            shifted[i + 1] += x / half
        shifted[0] += coefficient
        result = shifted
    return result[: degree + 1]


def mills(x):
    """N(-x) / n(x)."""
    return mp.erfc(x / mp.sqrt(2)) * mp.exp(x * x / 2) * mp.sqrt(mp.pi / 2)


def scaled_mills(t, centre=mp.mpf("3.5")):
    """(x + c) M(x) as a function of t = (x - c) / (x + c); its limit at t = 1 is 1."""
    if t > 1 - mp.mpf(10) ** -6:
        return 1 + centre * (1 - t) / (2 * centre)
    x = centre * (1 + t) / (1 - t)
    return (x + centre) * mills(x)


def logarithm(z):
    """What is left of ln((1 + s) / (1 - s)) / s behind its first term, over z = s s."""
    if z < mp.mpf(10) ** -20:
        return mp.mpf(2) / 3
    s = mp.sqrt(z)
    return (mp.log((1 + s) / (1 - s)) / s - 2) / z


def main():
    """Writes the header."""
    reach = mp.log(2) / 32 * mp.mpf("1.01")
    tables = {
        "millsCoefficients": monomials(chebyshev(scaled_mills, 25)),
        "logarithmCoefficients": fitted(logarithm, 0, mp.mpf("0.0296"), 6),
        "exponentialCoefficients": fitted(
            lambda r: mp.expm1(r) / r if abs(r) > mp.mpf(10) ** -25 else mp.mpf(1), -reach, reach, 5
        ),
        "sixteenthsOfTwo": [mp.mpf(2) ** (mp.mpf(k) / 16) for k in range(16)],
    }
    lines = ["// Written by fit-coefficients.py; change that and run it again.", "#pragma once"]
    lines += ["static const double millsCentre = 3.5;", "static const int millsDegree = 24;"]
    for name, values in tables.items():
        texts = [float(x).hex() for x in values]
        lines.append(f"static const double {name}[] = {{")
        lines += ["    " + ", ".join(texts[i : i + 4]) + "," for i in range(0, len(texts), 4)]
        lines.append("};")
    # The high part leaves 22 bits free, so that its product with a small integer is exact.
    bits = struct.unpack("<Q", struct.pack("<d", float(mp.log(2))))[0] & ~((1 << 22) - 1)
    high = struct.unpack("<d", struct.pack("<Q", bits))[0]
    low, inverse = float(mp.log(2) - high), float(1 / mp.log(2))
    lines.append(
        f"static const double ln2High = {high.hex()}, ln2Low = {low.hex()}, log2E = {inverse.hex()};"
    )
    pathlib.Path(__file__).with_name("Coefficients.h").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
