from django.urls import path

from . import consumers

websocket_urlpatterns = [path("ws/partner/<str:partner_id>/", consumers.PartnerConsumer.as_asgi())]
