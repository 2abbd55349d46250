"""Question and hits to an answer whose every sentence names its page."""
