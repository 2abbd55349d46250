"""The tests: real parts, plain cases, nothing patched."""
