"""The press: it prints test books in every format."""
