"""Vanna over a SQLite file, with a model and an embedding that take no time.

Reads a question and its SQL, apart by a tab, from each line. Prints how long
ask took and how much processor time it used, both in nanoseconds, and how many
rows came.
"""

import sys
import tempfile
import time
import zlib

import numpy
from vanna.legacy.base import VannaBase
from vanna.legacy.chromadb import ChromaDB_VectorStore


def vector(text):
    v = numpy.zeros(384, dtype=numpy.float32)
    for word in text.lower().split():
        v[zlib.crc32(word.encode()) % 384] += 1
    return v / max(numpy.linalg.norm(v), 1e-6)


class Embedding:
    def __call__(self, input):
        return [vector(text) for text in input]

    def embed_query(self, input):
        return self(input)

    def name(self):
        return "words"

    def is_legacy(self):
        return True

    def default_space(self):
        return "l2"

    def supported_spaces(self):
        return ["l2"]


class Peer(ChromaDB_VectorStore, VannaBase):
    def __init__(self, path):
        ChromaDB_VectorStore.__init__(self, config={"path": path, "embedding_function": Embedding()})
        self.answer = ""

    def log(self, message, title=""):
        pass

    def system_message(self, message):
        return {"role": "system", "content": message}

    def user_message(self, message):
        return {"role": "user", "content": message}

    def assistant_message(self, message):
        return {"role": "assistant", "content": message}

    def submit_prompt(self, prompt, **kwargs):
        return "```sql\n" + self.answer + "\n```"


def main():
    with tempfile.TemporaryDirectory() as path:
        peer = Peer(path)
        peer.connect_to_sqlite(sys.argv[1])
        for ddl in peer.run_sql("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")["sql"]:
            peer.train(ddl=ddl)
        print("ready", flush=True)
        for line in sys.stdin:
            question, peer.answer = line.rstrip("\n").split("\t")
            wall, used = time.perf_counter_ns(), time.process_time_ns()
            _, rows, _ = peer.ask(question, print_results=False, visualize=False)
            print("took", time.perf_counter_ns() - wall, time.process_time_ns() - used, len(rows), flush=True)


main()
