import os
import sys

import pytest

from scenarios import memory

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system doesn't tell")


def test_what_a_process_holds() -> None:
    before = memory.held(os.getpid())
    block = bytearray(b"x") * 50_000_000
    assert 40_000_000 < memory.held(os.getpid()) - before < 120_000_000
    del block
    assert memory.held(None) == 0
    assert memory.held(2**30) == 0  # nobody


def test_a_wall_holds_while_it_stands() -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    with memory.wall(200_000_000):
        assert len(bytearray(100_000_000)) == 100_000_000
        with pytest.raises(MemoryError):
            bytearray(400_000_000)
    assert resource.getrlimit(resource.RLIMIT_AS) == before
    assert len(bytearray(400_000_000)) == 400_000_000
    with memory.wall(None):
        assert resource.getrlimit(resource.RLIMIT_AS) == before
