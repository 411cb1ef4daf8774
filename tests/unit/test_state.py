"""Keyed tables remember what changed."""

from flocon.state import Table


def test_changes_are_told_once() -> None:
    table = Table("t", dict[str, int])
    table.put("a", {"n": 1})
    table.put("b", {"n": 2})
    assert [key for key, _ in table.changed()] == ["a", "b"]
    assert list(table.changed()) == []


def test_a_value_changed_in_place_is_told_when_touched() -> None:
    table = Table("t", dict[str, int])
    table.put("a", {"n": 1})
    list(table.changed())
    table["a"]["n"] = 5
    table.touch("a")
    ((key, value),) = table.changed()
    again = Table("t", dict[str, int])
    again.restore(iter([(key, value or b"")]))
    assert again["a"] == {"n": 5}


def test_a_removed_key_is_told_as_gone_and_a_missing_one_not_at_all() -> None:
    table = Table("t", int)
    table.put("a", 1)
    list(table.changed())
    table.drop("a")
    table.drop("never")
    assert list(table.changed()) == [("a", None)]


def test_a_key_put_and_dropped_between_commits_is_told_as_gone() -> None:
    table = Table("t", int)
    table.put("a", 1)
    table.drop("a")
    assert list(table.changed()) == [("a", None)]
