"""Records what channels_redis writes, for golden.spec.ts.

    /usr/bin/python3 test/channel-layer/golden/record.py > test/channel-layer/golden/golden.json

Needs Debian's python3-channels-redis, python3-django-channels and python3-cryptography. Everything random or
dependent on time is fixed, so a second run gives the same file. Values JSON does not know are written as
{"$bytes": hex} and {"$integer": decimal}.
"""

import json
import random
import sys

import channels_redis
import cryptography
import msgpack
from channels_redis.core import RedisChannelLayer
from channels_redis.pubsub import RedisPubSubChannelLayer

RANDOM = int.from_bytes(bytes(range(12)), "big")
TIME = 1_795_233_600
IV = bytes(range(16))
KEYS = ["first key", "second key"]
CHANNEL = "specific.0123456789abcdef!abcdef"
SHARED = [CHANNEL, "specific.0123456789abcdef!fedcba"]

MESSAGES = {
    "only a type": {"type": "order.update"},
    "what Django sends": {
        "type": "notification_message",
        "notification": {"id": 7, "title": "Grüße 🚚", "read": False, "data": None, "tags": ["a", "b"]},
    },
    "integers of every size": {
        "type": "t",
        "small": [0, 1, 127, -1, -32],
        "bytes_1": [128, 255, -33, -128],
        "bytes_2": [256, 65535, -129, -32768],
        "bytes_4": [65536, 2**32 - 1, -32769, -(2**31)],
        "bytes_8": [2**32, 2**53 - 1, -(2**31) - 1, -(2**53) + 1],
        "beyond": [2**53, 2**63, 2**64 - 1, -(2**53), -(2**63)],
    },
    "floats": {"type": "t", "values": [0.1, -1.5, 1e300, 5e-324, 52.520008, 13.404954]},
    "text and bytes": {"type": "t", "text": "abc", "bytes": b"abc", "empty": ["", b""], "invalid": b"\xff\xfe"},
    "lengths": {
        "type": "t",
        "text": ["x" * 31, "x" * 32, "x" * 255, "x" * 256],
        "bytes": [b"x" * 255, b"x" * 256],
        "lists": [[None] * 15, [None] * 16],
        "maps": [{"k%02d" % i: i for i in range(15)}, {"k%02d" % i: i for i in range(16)}],
    },
    "fourteen members, which an address makes fifteen": {"type": "t", **{"k%02d" % i: i for i in range(13)}},
    "fifteen members, which an address makes sixteen": {"type": "t", **{"k%02d" % i: i for i in range(14)}},
    "nesting": {"type": "t", "value": {"list": [[], {}, [{"deep": [1, ["a", {"b": True}]]}]]}},
}


def tagged(value):
    if isinstance(value, bytes):
        return {"$bytes": value.hex()}
    if isinstance(value, dict):
        return {key: tagged(member) for key, member in value.items()}
    if isinstance(value, list):
        return [tagged(member) for member in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53 - 1:
        return {"$integer": str(value)}
    return value


class FixedFernet:
    """The first key's Fernet with a fixed time and IV."""

    def __init__(self, fernet):
        self.fernet = fernet

    def encrypt(self, value):
        return self.fernet._encrypt_from_parts(value, TIME, IV)


def main():
    random.getrandbits = lambda bits: RANDOM
    pubsub = RedisPubSubChannelLayer()
    core = RedisChannelLayer()
    encrypted = RedisChannelLayer(symmetric_encryption_keys=KEYS)
    fernet = FixedFernet(encrypted.make_fernet(KEYS[0]))
    encrypted.crypter = fernet

    messages = []
    for name, message in MESSAGES.items():
        # As RedisChannelLayer.send and group_send do before they serialize.
        sent = {**message, "__asgi_channel__": CHANNEL}
        _, to_group, _ = core._map_channel_keys_to_connection(SHARED, message)
        (group,) = to_group.values()
        messages.append(
            {
                "name": name,
                "message": tagged(message),
                "pubsub": pubsub.serialize(message).hex(),
                "pubsub_encrypted": fernet.encrypt(msgpack.packb(message)).hex(),
                "core": core.serialize(message).hex(),
                "core_send": core.serialize(sent).hex(),
                "core_group_send": group.hex(),
                "core_send_encrypted": encrypted.serialize(sent).hex(),
            }
        )
    versions = {
        "channels_redis": channels_redis.__version__,
        "msgpack": ".".join(map(str, msgpack.version)),
        "cryptography": cryptography.__version__,
    }
    fixed = {"time": TIME, "iv": IV.hex(), "keys": KEYS, "channel": CHANNEL, "channels": SHARED}
    json.dump({"versions": versions, "fixed": fixed, "messages": messages}, sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
