"""Files are whole or not there, whatever goes wrong on the way."""

import os
from pathlib import Path

import pytest

from stairwise.numerics import _whole
from stairwise.numerics._whole import commit, write_partial, write_whole


def test_many_files_get_their_names_together_and_folders_are_made(tmp_path):
    paths = [tmp_path / "a" / str(k) / "file" for k in range(40)]
    partials = [
        write_partial(path, [b"head", bytes([k])], make_folders=True)
        for k, path in enumerate(paths)
    ]
    assert not any(path.exists() for path in paths)
    commit(partials)
    assert [path.read_bytes() for path in paths] == [b"head" + bytes([k]) for k in range(40)]
    assert not list(tmp_path.rglob("*.partial"))


def test_all_contents_are_on_disk_before_names_are_given_in_order(tmp_path, monkeypatch):
    events, fsync, replace = [], os.fsync, Path.replace

    def synced(handle):
        events.append(os.readlink(f"/proc/self/fd/{handle}").endswith(".partial"))
        fsync(handle)

    def named(path, target):
        events.append(target.name)
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", named)
    commit([write_partial(tmp_path / name, [b"x"]) for name in "bca"])
    assert events == [True, True, True, "b", "c", "a"]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_where_it_fails_the_old_file_stays_and_nothing_else(tmp_path, monkeypatch, call):
    paths = [tmp_path / "one", tmp_path / "two"]
    for path in paths:
        path.write_bytes(b"old")
    partials = [write_partial(path, [b"new"]) for path in paths]

    def fails(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, fails)
    with pytest.raises(OSError, match="No space left"):
        commit(partials)
    monkeypatch.undo()
    assert [path.read_bytes() for path in paths] == [b"old", b"old"]
    assert {path.name for path in tmp_path.iterdir()} == {"one", "two"}
    for partial in partials:
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(partial.handle)


def test_a_write_that_takes_less_than_it_is_given_goes_on(tmp_path, monkeypatch):
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, content: write(handle, content[:3]))
    write_whole(tmp_path / "file", [b"0123456789", b"", b"abcd"])
    assert (tmp_path / "file").read_bytes() == b"0123456789abcd"


def test_a_disk_that_fills_while_writing_leaves_nothing(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space left"):
        write_partial(tmp_path / "file", [b"x"])
    assert not list(tmp_path.iterdir())


def test_a_name_as_long_as_names_can_be(tmp_path):
    write_whole(tmp_path / ("n" * 255), [b"x"])
    assert (tmp_path / ("n" * 255)).read_bytes() == b"x"


def test_a_system_without_advice_writes_all_the_same(tmp_path, monkeypatch):
    monkeypatch.delattr(_whole.os, "posix_fadvise", raising=False)
    write_whole(tmp_path / "file", [b"x"])
    assert (tmp_path / "file").read_bytes() == b"x"


def test_a_folder_that_is_not_there_is_an_error_unless_it_is_to_be_made(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "no" / "file", [b"x"])
    assert not list(tmp_path.iterdir())


def test_a_link_stays_and_its_target_is_replaced(tmp_path):
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    link.symlink_to(target)
    write_whole(link, [b"new"])
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert sorted(tmp_path.iterdir()) == [link, target]


def test_a_pipe_is_written_into_and_stays(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_whole(pipe, [b"one ", b"two"])
    assert os.read(reader, 100) == b"one two"
    os.close(reader)
    assert pipe.is_fifo()


def test_a_device_is_written_into_and_stays():
    ours, theirs = os.openpty()  # a wrong program cannot make files beside it
    device = Path(os.ttyname(theirs))
    write_whole(device, [b"seen"])
    assert os.read(ours, 100) == b"seen"
    assert device.is_char_device()
    for end in (ours, theirs):
        os.close(end)
    assert _whole.is_stream(Path("/dev/stdout")) or not Path("/dev/stdout").exists()


def test_a_replaced_file_keeps_its_permissions(tmp_path):
    path = tmp_path / "private"
    path.write_bytes(b"old")
    path.chmod(0o600)
    write_whole(path, [b"new"])
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o600)
