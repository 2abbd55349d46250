"""Serves a GGUF file by llama.cpp over HTTP: ``python -m tests.support.llama FILE CONTEXT``.

A process of its own runs this, and is killed; it writes its address on standard output.
"""

import sys
import time

import xllamacpp

given = xllamacpp.CommonParams()
given.model.path = sys.argv[1]
given.n_ctx = int(sys.argv[2])
given.hostnames = ["127.0.0.1"]
given.port = 0
given.n_parallel = 1
given.endpoint_slots = True
given.endpoint_metrics = True
# More threads than free cores wait for each other most of the time.
given.cpuparams.n_threads = given.cpuparams_batch.n_threads = 1
server = xllamacpp.Server(given)
sys.stdout.write(f"{server.listening_address}\n")
sys.stdout.flush()
while True:
    time.sleep(3600)
