import os
import threading

from hopcheck.topology import whole_file


def test_a_reader_sees_the_old_or_the_new_and_nothing_between(tmp_path):
    path, contents, seen = tmp_path / "map.json", {bytes([letter]) * 1_000_000 for letter in b"ab"}, set()
    whole_file.replace(path, b"a" * 1_000_000)
    done = threading.Event()

    def read():
        while not done.is_set():
            seen.add(path.read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(50):
        for content in contents:
            whole_file.replace(path, content)
    done.set()
    reader.join()
    assert seen
    assert seen <= contents
    assert os.listdir(tmp_path) == ["map.json"]
