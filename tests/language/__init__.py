"""Tests of words, numbers and names."""
