import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
django_asgi_app = get_asgi_application()

# Only after the line above may models be imported.
from accounts.middleware import TokenAuthMiddleware  # noqa: E402

import notifications.routing  # noqa: E402
import orders.routing  # noqa: E402
import partners.routing  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": django_asgi_app,
        "websocket": TokenAuthMiddleware(
            URLRouter(
                notifications.routing.websocket_urlpatterns
                + orders.routing.websocket_urlpatterns
                + partners.routing.websocket_urlpatterns
            )
        ),
    }
)
