import errno
import hashlib
import os
from pathlib import Path

import pytest

from backend.storage.objects import DiskFull, ObjectDamaged, ObjectMissing, ObjectStore


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return ObjectStore(tmp_path)


def test_what_was_put_comes_back_under_its_hash(store: ObjectStore) -> None:
    name = store.put("episodes", b"steps")
    assert name == hashlib.sha256(b"steps").hexdigest()
    assert store.get("episodes", name) == b"steps"


def test_the_same_content_twice_is_one_file(store: ObjectStore) -> None:
    store.put("episodes", b"steps")
    store.put("episodes", b"steps")
    assert len(list(store.names("episodes"))) == 1


def test_kinds_are_separate(store: ObjectStore) -> None:
    name = store.put("episodes", b"steps")
    with pytest.raises(ObjectMissing):
        store.get("checkpoints", name)


def test_a_torn_file_is_refused(store: ObjectStore) -> None:
    name = store.put("episodes", b"a long enough episode")
    path = store.path("episodes", name)
    path.write_bytes(path.read_bytes()[:7])
    with pytest.raises(ObjectDamaged, match="damaged"):
        store.get("episodes", name)


def test_putting_again_repairs_a_torn_file(store: ObjectStore) -> None:
    name = store.put("episodes", b"a long enough episode")
    store.path("episodes", name).write_bytes(b"torn")
    store.put("episodes", b"a long enough episode")
    assert store.get("episodes", name) == b"a long enough episode"


@pytest.mark.parametrize("name", ["../../etc/passwd", "A" * 64, "", "ab"])
def test_only_hashes_are_names(store: ObjectStore, name: str) -> None:
    with pytest.raises(ObjectMissing):
        store.get("episodes", name)


def test_a_full_disk_leaves_nothing_behind_and_says_so(
    store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        with pytest.raises(DiskFull, match="free some space"):
            store.put("episodes", b"steps")
    assert list(store.names("episodes")) == []
    assert store.sweep("episodes") == 0
    assert store.get("episodes", store.put("episodes", b"steps")) == b"steps"


def test_sweeping_removes_interrupted_writes_only(store: ObjectStore) -> None:
    name = store.put("episodes", b"steps")
    partial = store.path("episodes", name).with_name(".partial-x")
    partial.write_bytes(b"half")
    assert store.sweep("episodes") == 1
    assert not partial.exists()
    assert store.has("episodes", name)


def test_dropping_twice_is_harmless(store: ObjectStore) -> None:
    name = store.put("episodes", b"steps")
    store.drop("episodes", name)
    store.drop("episodes", name)
    assert not store.has("episodes", name)
