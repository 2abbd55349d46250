"""How fast and how large it is, measured: ``make bench``. It is no part of the tests."""
