"""Shuzheng 书证: answers from a book, each sentence with its printed page."""
