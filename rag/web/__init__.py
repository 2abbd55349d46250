"""The web front end: rooms built with Gradio over one Shuzheng.

``serving`` builds the application and serves it; ``front`` lays out the page and its
rooms; ``chat`` and ``lookup`` are rooms. ``words``, ``rendering``, ``leaf``, ``targets``
and ``examples`` are pure: values in, safe text out.
"""
