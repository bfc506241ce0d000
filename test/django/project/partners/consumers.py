from asgiref.sync import async_to_sync
from channels.generic.websocket import JsonWebsocketConsumer


class PartnerConsumer(JsonWebsocketConsumer):
    """A synchronous consumer, as the tutorial begins with."""

    def connect(self):
        self.group = f"partner_{self.scope['url_route']['kwargs']['partner_id']}"
        async_to_sync(self.channel_layer.group_add)(self.group, self.channel_name)
        self.accept()

    def disconnect(self, code):
        async_to_sync(self.channel_layer.group_discard)(self.group, self.channel_name)

    def new_order(self, event):
        self.send_json({"type": "new_order", "order": event["order"]})

    def earnings_update(self, event):
        self.send_json({"type": "earnings_update", "amount": event["amount"], "total": event["total"]})
