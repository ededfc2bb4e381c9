import os
import subprocess
import sys
from weakref import WeakKeyDictionary

import pytest

from hopcheck.memory import give_back, remember
from hopcheck.soak.usage import usage_of

THREADS = """
import ctypes, re, tempfile, threading
{first}
there, told = threading.Barrier(9), threading.Barrier(9)
def hold():
    kept = bytes(5000)
    there.wait()
    told.wait()
threads = [threading.Thread(target=hold) for _ in range(8)]
for each in threads: each.start()
there.wait()
library = ctypes.CDLL(None)
library.fopen.restype = ctypes.c_void_p
with tempfile.NamedTemporaryFile() as file:
    opened = library.fopen(file.name.encode(), b"w")
    library.malloc_info(0, ctypes.c_void_p(opened))
    library.fclose(ctypes.c_void_p(opened))
    print(len(re.findall(rb"<heap nr=", file.read())))
told.wait()
"""


def heaps(first):
    """How many heaps a process has whose eight threads hold something."""
    code = THREADS.format(first=first)
    return int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="the heaps are those of glibc")
def test_threads_share_one_heap_where_they_would_have_their_own():
    assert heaps("") > 1
    assert heaps("from hopcheck.memory import one_arena; one_arena()") == 1


def test_what_nobody_holds_is_given_back():
    class Knot:
        pass

    ended = []
    knot = Knot()
    knot.itself, knot.__class__.__del__ = knot, lambda self: ended.append(1)
    del knot
    give_back()
    assert ended == [1]


def test_what_hung_on_who_is_gone_is_given_back_with_it():
    class Scene:
        pass

    class Host:
        pass

    homes, ended = WeakKeyDictionary(), []
    scene, host = Scene(), Host()
    scene.itself, host.itself = scene, host
    Host.__del__ = lambda self: ended.append(1)
    homes[scene] = host
    del scene, host
    give_back()
    assert ended == [1]


def test_what_is_freed_is_given_back():
    # Each too small for a mapping of its own, and the last one keeps the heap as long as it is.
    pieces = [bytes(50_000) for _ in range(2_000)]
    last = pieces[-1]
    del pieces
    before = usage_of(os.getpid()).memory_kb
    give_back()
    assert before - usage_of(os.getpid()).memory_kb > 50_000
    assert len(last) == 50_000


def test_what_was_remembered_of_runs_is_given_back():
    asked = []

    @remember(8)
    def of(text):
        asked.append(text)
        return [text]

    assert of("a") is of("a")
    give_back()
    of("a")
    assert asked == ["a", "a"]
