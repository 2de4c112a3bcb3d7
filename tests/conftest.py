"""Fixtures that every room may use."""

pytest_plugins = ["tests.fixtures.database", "tests.fixtures.console"]
