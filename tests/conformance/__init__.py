"""What we make of messages and test suites of others, read from ../shared; see `__main__`."""
