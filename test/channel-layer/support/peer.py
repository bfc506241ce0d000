"""A channel layer of channels_redis, told what to do by JSON lines on stdin; every line is answered by one on stdout.

    peer.py URL WIRE PREFIX CAPACITY [KEY ...]

A line is {"id", "do", "channel"?, "group"?, "prefix"?, "message"?}, an answer {"id", "answer"} or {"id", "error"}.
Values JSON does not know are {"$bytes": hex} and {"$integer": decimal}.
"""

import asyncio
import json
import sys

from channels_redis.core import RedisChannelLayer
from channels_redis.pubsub import RedisPubSubChannelLayer


def untag(value):
    if isinstance(value, list):
        return [untag(member) for member in value]
    if not isinstance(value, dict):
        return value
    if "$bytes" in value:
        return bytes.fromhex(value["$bytes"])
    if "$integer" in value:
        return int(value["$integer"])
    return {key: untag(member) for key, member in value.items()}


def tag(value):
    if isinstance(value, bytes):
        return {"$bytes": value.hex()}
    if isinstance(value, dict):
        return {key: tag(member) for key, member in value.items()}
    if isinstance(value, list):
        return [tag(member) for member in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53 - 1:
        return {"$integer": str(value)}
    return value


def make_layer(url, wire, prefix, capacity, *keys):
    if wire == "pubsub":
        return RedisPubSubChannelLayer(hosts=[url], prefix=prefix)
    return RedisChannelLayer(hosts=[url], prefix=prefix, capacity=int(capacity), symmetric_encryption_keys=list(keys))


async def perform(layer, request):
    todo = request["do"]
    message = untag(request.get("message"))
    if todo == "new_channel":
        return await layer.new_channel()
    if todo == "receive":
        return tag(await layer.receive(request["channel"]))
    if todo == "send":
        return await layer.send(request["channel"], message)
    if todo == "group_send":
        return await layer.group_send(request["group"], message)
    if todo == "burst":
        for i in range(request["count"]):
            await layer.group_send(request["group"], {**message, "i": i})
        return None
    if todo in ("group_add", "group_discard"):
        return await getattr(layer, todo)(request["group"], request["channel"])
    raise ValueError(todo)


async def answer(layer, request):
    try:
        reply = {"answer": await perform(layer, request)}
    except Exception as error:
        reply = {"error": type(error).__name__}
    print(json.dumps({"id": request["id"], **reply}), flush=True)


async def main():
    layer = make_layer(*sys.argv[1:])
    reader = asyncio.StreamReader(limit=2**26)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    tasks = set()
    while line := await reader.readline():
        task = asyncio.ensure_future(answer(layer, json.loads(line)))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    for task in tasks:
        task.cancel()


asyncio.run(main())
