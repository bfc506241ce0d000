"""The settings of the Channels tutorial, with the addresses taken from the environment."""

import json
import os

SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "mysite.urls"
ASGI_APPLICATION = "mysite.asgi.application"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "daphne",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "rest_framework",
    "accounts",
    "notifications",
    "orders",
    "partners",
]

DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["SQLITE_FILE"]}}

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": os.environ.get("CHANNEL_BACKEND", "channels_redis.core.RedisChannelLayer"),
        "CONFIG": {"hosts": [os.environ["REDIS_URL"]], **json.loads(os.environ.get("CHANNEL_CONFIG", "{}"))},
    },
}
