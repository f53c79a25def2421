"""Mutants: files and answers spoiled in every way the world has, from a seed, so that each can be made again."""

import gzip
import json
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from typing import Any

Spoil = Callable[[Random, bytes], bytes]

ODD_NUMBERS = (
    *("1e999", "-1e999", "NaN", "nan", "inf", "-Infinity", "1e-400", "9" * 400, "0." + "0" * 400 + "1", "-0"),
    *("-0.5", "1,5", "1.5.5", "0x10", "1_000", "١٢", "１", "1 000", "+1", "1.", ".5", "1e3", "1e2.5", "Null"),
    *("null", "", " ", "true", "9223372036854775808", "1000.0004", "1000.0006", "2e", "--1", "1d", "1f", "$1"),
    *("0.1kWh", "1/2", "\u22121"),
)
ODD_TIMES = (
    *("2013-02-30 00:00:00", "2013-13-01 00:00:00", "2013-03-31 24:00:00", "2013-03-31 23:60:00"),
    *("0000-00-00 00:00:00", "2013-03-31 00:00:60", "2013-03-31T00:00:00", "2013-03-31 00:00"),
    *("31/03/2013 00:00:00", "03-31-2013 00:00:00", "2013-03-31 00:00:00+01", "2013-03-31 00:00:00Z"),
    *("2013-03-31 00:00:00.0000001", "2013-03-31 00:17:00", "infinity", "9999-12-31 23:30:00"),
    *("0001-01-01 00:00:00", "1970-01-01 00:00:00", "2999-01-01 00:00:00", "-013-03-31 00:00:00"),
    *("2013-3 -31 00:00:00", "2013-03-31 0 :00:00", "2013-03-31 +0:00:00", "now", "epoch", "", "1364688000"),
    *("2013-03-31", "2013-03-31 00:00:00.0000000 ", "２０１３-03-31 00:00:00", "294247-01-10 04:00:54"),
    *("2013-03-31 00:30:00 BC"),
)
ODD_NAMES = (
    *("'; drop table bronze.smart_meters; --", "../../../etc/passwd", "..\\..\\x", "$(touch x)", "`id`"),
    *("{{7*7}}", "%s%n", '"; delete from ops.landing; "', "\x00", "a\x00b", "a\tb", " ", "", "\u202eabc"),
    *("é" * 200, "M" * 70_000, "null", "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "🏠", "\ufeffM"),
    *("a'b", 'a"b', "a,b", "a\nb", "a\r\nb", "-1", "\\N"),
)
ODD_TEXTS = (*ODD_NUMBERS, *ODD_TIMES, *ODD_NAMES)
ODD_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 10**400, 1.5, -1e308, float("nan"), float("inf"), [], {}, [[]], [None], {"a": 1}),
    *(["x"] * 3, [[1, 2], [3]], "", "NaN", "1e999", "1", "\x00", "\ud800", "'; drop table --", "../../x", 2**63),
)


@dataclass(frozen=True)
class Mutant:
    """Something spoiled: how, from which seed, and what it is now."""

    name: str
    content: bytes

    def __str__(self) -> str:
        """Enough to see what is wrong with it."""
        return f"{self.name} ({len(self.content)} bytes): {self.content[:600]!r}"


def mutants(seed_name: str, contents: Iterable[bytes], spoils: dict[str, Spoil]) -> Iterator[Mutant]:
    """One mutant of each content, each way of spoiling in turn; the same ones at each call."""
    ways = list(spoils.items())
    for number, content in enumerate(contents):
        name, spoil = ways[number % len(ways)]
        yield Mutant(f"{seed_name}-{number} {name}", spoil(Random(f"{seed_name}-{number}"), content))


def truncated(random: Random, content: bytes) -> bytes:
    """Cut off somewhere."""
    return content[: random.randrange(len(content) + 1)]


def bits_flipped(random: Random, content: bytes) -> bytes:
    """Up to ten bits are another's."""
    spoiled = bytearray(content)
    for _ in range(random.randint(1, 10)):
        spoiled[random.randrange(len(spoiled))] ^= 1 << random.randrange(8)
    return bytes(spoiled)


def piece_repeated(random: Random, content: bytes) -> bytes:
    """A piece stands somewhere else once more."""
    start = random.randrange(len(content))
    piece = content[start : start + random.randint(1, 200)]
    position = random.randrange(len(content))
    return content[:position] + piece + content[position:]


def piece_lost(random: Random, content: bytes) -> bytes:
    """A piece is missing in the middle."""
    start = random.randrange(len(content))
    return content[:start] + content[start + random.randint(1, 200) :]


NOISE = (b'"', b"\n", b"\r", b"\x00", b"\xff\xfe", b"\xc3", b",", b";", b"\\", b"'", b"\xed\xa0\x80")


def noise_inside(random: Random, content: bytes) -> bytes:
    """Bytes that belong nowhere: quotes, ends of lines, NULs, halves of characters."""
    spoiled = content
    for _ in range(random.randint(1, 5)):
        position = random.randrange(len(spoiled) + 1)
        noise = random.choice(
            (b'"', b"\n", b"\r", b"\x00", b"\xff\xfe", b"\xc3", b",", b";", b"\\", b"'", b"\xed\xa0\x80")
        )
        spoiled = spoiled[:position] + noise + spoiled[position:]
    return spoiled


def encoded(random: Random, content: bytes) -> bytes:
    """Another encoding, or marks of the order of bytes."""
    text = content.decode("utf-8", "replace")
    ways: tuple[Callable[[], bytes], ...] = (
        lambda: text.encode("utf-16"),
        lambda: text.encode("utf-16-be"),
        lambda: text.encode("utf-32"),
        lambda: text.encode("utf-8-sig"),
        lambda: b"\xef\xbb\xbf" + text.encode("utf-8-sig"),
        lambda: text.replace("0", "é").encode("latin-1", "replace"),
        lambda: text.encode("cp037", "replace"),
        lambda: content.replace(b"\n", b"\r\n"),
        lambda: content.replace(b"\n", b"\r"),
        lambda: content.replace(b"\n", b"\n\r\n", 3),
        lambda: bytes(random.randrange(256) for _ in range(300)),
        lambda: b"",
        lambda: b"\n\n\n",
        lambda: b"\x00" * 100,
    )
    return random.choice(ways)()


BYTES: dict[str, Spoil] = {
    "truncated": truncated,
    "bits flipped": bits_flipped,
    "piece repeated": piece_repeated,
    "piece lost": piece_lost,
    "noise": noise_inside,
    "encoded": encoded,
}


def one_field_odd(random: Random, content: bytes) -> bytes:
    """Some fields of a CSV file hold what does not belong there; some are quoted as they should be."""
    lines = content.decode().split("\n")
    for _ in range(random.randint(1, 4)):
        number = random.randrange(1, len(lines))
        fields = lines[number].split(",")
        odd = random.choice(random.choice((ODD_NUMBERS, ODD_TIMES, ODD_NAMES)))
        is_quoted = random.random() < 0.5
        fields[random.randrange(len(fields))] = '"' + odd.replace('"', '""') + '"' if is_quoted else odd
        lines[number] = ",".join(fields)
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def lines_odd(random: Random, content: bytes) -> bytes:
    """Lines that are none, too long, too short, again the header, or among blank ones."""
    lines = content.decode().split("\n")
    for _ in range(random.randint(1, 4)):
        number = random.randrange(1, len(lines))
        line = lines[number]
        odd: tuple[str, ...] = (
            *(lines[0], "", "   ", ",,,,,,,,,", line + ",more", line + ",", line.rpartition(",")[0], "# a comment"),
            *(line.replace(",", ";"), line.replace(",", "\t"), f'"{line}"', line + '"', '"' + line, line[::-1]),
            *(
                line + "\r",
                line.replace(",", "\r,"),
                line * 50,
                "x" * 100_000,
                "\ufeff" + line,
                line.replace(",", ",,"),
            ),
        )
        lines.insert(number, random.choice(odd))
    return "\n".join(lines).encode()


def header_odd(random: Random, content: bytes) -> bytes:
    """A header with a column twice, none, in another order, of another case, or between quotes."""
    header, _, body = content.decode().partition("\n")
    names = header.split(",")
    ways: tuple[list[str], ...] = (
        [*names, names[0]],
        names[1:],
        names[::-1],
        [name.upper() for name in names],
        [f'"{name}"' for name in names],
        [f" {name} " for name in names],
        [*names, "more"],
        [*names, ""],
        [*names, "provenance"],
        [*names, "_landing_id"],
        [*names, "filename"],
        [*names, "x'); drop table bronze.smart_meters; --"],
        [*names, 'a "quoted" name'],
        [names[0] * 5000],
        [";".join(names)],
    )
    return (",".join(random.choice(ways)) + "\n" + body).encode()


CSV: dict[str, Spoil] = BYTES | {
    "odd fields": one_field_odd,
    "odd lines": lines_odd,
    "more odd fields": one_field_odd,
    "odd header": header_odd,
}


def gzip_odd(random: Random, content: bytes) -> bytes:
    """A gzip file that is cut off, flipped, followed by more, or none."""
    whole = gzip.compress(content, mtime=0)
    ways: tuple[Callable[[], bytes], ...] = (
        lambda: whole,
        lambda: whole[: random.randrange(len(whole))],
        lambda: bits_flipped(random, whole),
        lambda: whole + b"more",
        lambda: whole + whole,
        lambda: content,
        lambda: whole[:10],
        lambda: gzip.compress(bits_flipped(random, content), mtime=0),
    )
    return random.choice(ways)()


def _places(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to every value of a JSON tree."""
    if path:
        yield path
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        yield from _places(value, (*path, key))


def values_odd(random: Random, content: bytes) -> bytes:
    """Some values of a JSON answer are of another kind, lost, doubled, or lists of other lengths."""
    tree = json.loads(content)
    for _ in range(random.randint(1, 3)):
        *path, last = random.choice(list(_places(tree)))
        holder = tree
        for key in path:
            holder = holder[key]
        way = random.randrange(5)
        if way == 0:
            del holder[last]
        elif way == 1 and isinstance(holder, list):
            holder.insert(last, deepcopy(holder[last]))
        elif way == 2:
            holder[last] = [holder[last]]
        else:
            holder[last] = deepcopy(random.choice((*ODD_VALUES, *ODD_TEXTS)))
        if not tree:
            break
    return json.dumps(tree).encode()


def whole_odd(random: Random, content: bytes) -> bytes:
    """JSON of quite another shape."""
    ways: tuple[bytes, ...] = (
        *(b"null", b"[]", b"{}", b"0", b'""', b"true", b"[null]", b"[[]]", b'{"data": null}', b"NaN", b"<html></html>"),
        *(b"[" * 200_000, b'{"a":' * 100_000, b"[" * 500 + b"]" * 500, b"9" * 10_000, b'"\\ud800"', b'{"error": true}'),
        *(
            b"[" + content + b"]",
            b'{"data": ' + content + b"}",
            content + content,
            content + b"\x00",
            b"\x00" + content,
        ),
        *(content.replace(b":", b": null, ", 1), content.replace(b"[", b"[null, "), content.replace(b'"', b"'")),
        *(content.replace(b"0", b"1e999"), content.replace(b"1", b"NaN"), content.replace(b".", b"")),
    )
    return random.choice(ways)


JSON: dict[str, Spoil] = BYTES | {
    "odd values": values_odd,
    "more odd values": values_odd,
    "odd whole": whole_odd,
    "yet more odd values": values_odd,
}
