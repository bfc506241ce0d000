from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken


@database_sync_to_async
def find_user(token):
    try:
        return get_user_model().objects.get(pk=AccessToken(token)["user_id"])
    except (TokenError, get_user_model().DoesNotExist):
        return AnonymousUser()


class TokenAuthMiddleware:
    """The user of `?token=`, as an access token of simplejwt names it."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        token = parse_qs(scope["query_string"].decode()).get("token", [""])[0]
        return await self.app({**scope, "user": await find_user(token)}, receive, send)
