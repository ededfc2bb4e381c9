"""An option of the kit's: its name on the command line, in hopcheck.toml and in the environment, and its type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hopcheck.topology.sut import Sut, check_role, parse_sut

ENVIRONMENT = "HOPCHECK_"
Value = Any
"""What `Type.read` gives; of options by role and of repeated ones, see `Option`."""


class ConfigError(ValueError):
    """Something is wrong in a configuration; the text is one sentence that says where, what, and what is wanted."""


@dataclass(frozen=True, slots=True)
class Type:
    """A kind of value.

    ``read`` makes one of text, ``text`` makes text of it again; ``toml`` are the types that stand for it in a file,
    whose values ``load`` takes with the file's directory. Both readers raise ValueError saying what is wanted.
    """

    name: str
    read: Callable[[str], Value]
    toml: tuple[type, ...]
    load: Callable[[Any, Path], Value]
    text: Callable[[Any], str] = str


@dataclass(frozen=True, slots=True)
class Option:
    """One option.

    A ``repeated`` one has a tuple of values. One ``by_role`` has a mapping of values by role, on the command line
    ``ROLE=VALUE``; a value without a role is that of the role that is asked about and has the key ``""``. A
    ``line_only`` one is about one run and not configured elsewhere.
    """

    name: str
    type: Type
    metavar: str
    what: str
    group: str
    default: Value = None
    short: str = ""
    choices: tuple[str, ...] = ()
    repeated: bool = False
    by_role: bool = False
    line_only: bool = False

    @property
    def dest(self) -> str:
        """Its attribute of a namespace."""
        return self.name.replace("-", "_")

    @property
    def variable(self) -> str:
        """Its environment variable."""
        return ENVIRONMENT + self.dest.upper()

    @property
    def many(self) -> bool:
        """Whether it may be given more than once."""
        return self.repeated or self.by_role

    def read(self, text: str) -> Value:
        """One value from text; by role, a pair of the role (may be empty) and the value. Raises ValueError."""
        if not text.strip():
            raise ValueError(f"it is empty; want {self.type.name}")
        if self.type is SUT:
            sut = self.type.read(text)
            return sut.role, sut
        if not self.by_role:
            return self._checked(self.type.read(text))
        role, mark, rest = text.partition("=")
        # What has a mark, too, but no name before it is a file or the like.
        if mark and all(char.isalnum() or char == "-" for char in role):
            return check_role(role), self.type.read(rest)
        return "", self.type.read(text)

    def load(self, given: Any, directory: Path) -> Value:
        """A value from the file, which lies in ``directory``. Raises ValueError."""
        if self.repeated:
            return _texts(given, directory)
        # A truth value is a number, too, for Python.
        if not isinstance(given, self.type.toml) or (isinstance(given, bool) and bool not in self.type.toml):
            raise ValueError(f"want {self._wanted()}")
        return self._checked(self.type.load(given, directory))

    def words(self, value: Value) -> list[str]:
        """A resolved value as texts that `read` takes, one for each time that it is given."""
        if self.by_role:
            return [self._word(role, each) for role, each in value.items()]
        return [self.type.text(each) for each in (value if self.repeated else [value])]

    def collect(self, read: list[Value]) -> Value:
        """Several values that `read` gave, as one value. Raises ValueError where a role has two."""
        if not self.by_role:
            return tuple(read) if self.repeated else read[-1]
        found: dict[str, Value] = {}
        for role, value in read:
            if role in found:
                raise ValueError(f"{role or 'the role'} has {self.type.text(found[role])} already; one a role")
            found[role] = value
        return found

    def _word(self, role: str, value: Value) -> str:
        return self.type.text(value) if self.type is SUT or not role else f"{role}={self.type.text(value)}"

    def _wanted(self) -> str:
        return f"one of {', '.join(self.choices)}" if self.choices else self.type.name

    def _checked(self, value: Value) -> Value:
        if self.choices and value not in self.choices:
            raise ValueError(f"want {self._wanted()}")
        return value


def of_role(values: Mapping[str, Value], role: str, default: Value = None) -> Value:
    """What an option by role says about one role: what names it, or else what names none."""
    return values.get(role, values.get("", default))


def _whole(text: str, low: int, high: int | None) -> int:
    if not text.strip().isascii() or not text.strip().isdigit():
        raise ValueError(f"want {_range(low, high)}")
    return _within(int(text), low, high)


def _within(number: int, low: int, high: int | None) -> int:
    if number < low or (high is not None and number > high):
        raise ValueError(f"want {_range(low, high)}")
    return number


def _range(low: int, high: int | None) -> str:
    return f"a whole number, {low} or more" if high is None else f"a whole number from {low} to {high}"


def _number(low: int, high: int | None = None) -> Type:
    return Type(
        _range(low, high),
        lambda text: _whole(text, low, high),
        (int,),
        lambda given, _: _within(given, low, high),
    )


def _seconds(given: str | float) -> float:
    wrong = ValueError("want seconds, a number above 0")
    try:
        seconds = float(given)
    except ValueError:
        raise wrong from None
    if not 0 < seconds < float("inf"):
        raise wrong
    return seconds


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _texts(given: Any, _: Path) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(each, str) and each.strip() for each in given):
        raise ValueError("want an array of texts")
    return tuple(each.strip() for each in given)


def _plain(given: str, _: Path) -> str:
    if not given.strip():
        raise ValueError("want a text that is not empty")
    return given


def _located(given: str, directory: Path) -> Path:
    return directory / _plain(given, directory)


def _profile(given: str, directory: Path) -> Path:
    """A file, or else the name of one of the kit's own profiles."""
    file = _located(given, directory)
    return file if file.is_file() else Path(given)


TEXT = Type("a text", str, (str,), _plain)
PATH = Type("a path", Path, (str,), _located)
PROFILE = Type("a path, or the name of a profile of the kit's", Path, (str,), _profile)
COUNT = _number(1)
PORT = _number(1024, 65000)
SECONDS = Type(
    "seconds, a number above 0", _seconds, (int, float), lambda given, _: _seconds(given), lambda value: f"{value:g}"
)
NAMES = Type("names, comma-separated; in the file an array", _names, (list,), _texts, ",".join)
FLAG = Type("a flag", lambda _: True, (bool,), lambda given, _: given)


def _no_text(_: Any, __: Path) -> Sut:
    raise AssertionError("a component has keys of its own in the file")


SUT = Type("a component", parse_sut, (), _no_text)
