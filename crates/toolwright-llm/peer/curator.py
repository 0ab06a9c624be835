"""Curator asks a server N times, at most K at a time. It prints its seconds and its processor time, start-up included."""

import json
import os
import resource
import sys
import tempfile
import time

URL, N, IN_FLIGHT = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
os.environ.update(
    TELEMETRY_ENABLED="0",
    CURATOR_VIEWER="0",
    CURATOR_DISABLE_RICH_DISPLAY="1",
    OPENAI_API_KEY="unused",
    CURATOR_CACHE_DIR=tempfile.mkdtemp(),
)

import tiktoken  # noqa: E402


class Words:
    """Counts words for tokens: the real tables are fetched from the network, and counting with them would only cost more."""

    def encode(self, text, **_):
        return text.split()


tiktoken.get_encoding = tiktoken.encoding_for_model = lambda *_: Words()

from bespokelabs import curator  # noqa: E402


def main():
    began = time.monotonic()
    parameters = {
        "base_url": URL,
        "max_concurrent_requests": IN_FLIGHT,
        "max_requests_per_minute": 10_000_000,
        "max_tokens_per_minute": 10_000_000_000,
    }
    llm = curator.LLM(model_name="mock", backend="openai", backend_params=parameters)
    answered = llm([f"Describe item {i} in one sentence." for i in range(N)])
    rows = getattr(answered, "dataset", answered)
    seconds = time.monotonic() - began
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(one.ru_utime + one.ru_stime for one in used)
    print(json.dumps({"seconds": seconds, "cpu_seconds": cpu, "replies": len(rows)}))


if __name__ == "__main__":
    main()
