from __future__ import annotations

import pytest

from hopcheck.bench.hosted import charged_kb, main, parts, processor_s


def test_parts_follow_one_another_and_end_with_the_slower_of_both():
    reached = {"booted": 1_500_000_000, "watched": 1_700_000_000}
    assert parts(10**9, reached, 1_900_000_000, 2_000_000_000) == pytest.approx(
        {"booted": 0.5, "watched": 0.2, "worker": 0.2, "rhc": 0.3}
    )


def test_version_1_counts_the_pages_of_a_machines_own_cgroups_in_a_field_of_its_own():
    stats = {"usage": 50 << 20, "stats": {"inactive_file": 1 << 20, "total_inactive_file": 8 << 20}}
    assert charged_kb({"memory_stats": stats}) == 42 << 10


def test_version_2_counts_them_all():
    assert charged_kb({"memory_stats": {"usage": 50 << 20, "stats": {"inactive_file": 8 << 20}}}) == 42 << 10


def test_processor_time_is_told_in_nanoseconds():
    assert processor_s({"cpu_stats": {"cpu_usage": {"total_usage": 1_250_000_000}}}) == 1.25


def test_only_known_measurements(tmp_path):
    with pytest.raises(KeyError, match="played"):
        main(["played", str(tmp_path)])
