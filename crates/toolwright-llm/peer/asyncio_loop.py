"""The least that Python can do: a loop on aiohttp that asks a server N times, K at a time, and keeps each reply in a list.

It has none of what an orchestrator has: no journal, no retries, no limits. It prints its seconds and its processor time.
"""

import asyncio
import json
import resource
import sys
import time

import aiohttp


async def ask_all(url, n, in_flight):
    slots = asyncio.Semaphore(in_flight)
    replies = [None] * n
    connector = aiohttp.TCPConnector(limit=in_flight)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=300)) as session:

        async def ask(i):
            message = {"role": "user", "content": f"Describe item {i} in one sentence."}
            async with slots:
                async with session.post(f"{url}/chat/completions", json={"model": "mock", "messages": [message]}) as reply:
                    reply.raise_for_status()
                    body = await reply.json()
            replies[i] = body["choices"][0]["message"]["content"]

        await asyncio.gather(*(ask(i) for i in range(n)))
    return replies


def main():
    url, n, in_flight = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    began = time.monotonic()
    replies = asyncio.run(ask_all(url, n, in_flight))
    seconds = time.monotonic() - began
    used = resource.getrusage(resource.RUSAGE_SELF)
    answered = sum(reply is not None for reply in replies)
    print(json.dumps({"seconds": seconds, "cpu_seconds": used.ru_utime + used.ru_stime, "replies": answered}))


main()
