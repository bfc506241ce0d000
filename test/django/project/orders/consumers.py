import json

from channels.generic.websocket import AsyncWebsocketConsumer


class OrderTrackingConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        self.group = f"order_{self.scope['url_route']['kwargs']['order_id']}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def order_update(self, event):
        await self.send(text_data=json.dumps({"type": "order_update", "update": event["data"]}))

    async def location(self, event):
        await self.send(
            text_data=json.dumps(
                {
                    "type": "location",
                    "latitude": event["latitude"],
                    "longitude": event["longitude"],
                    "timestamp": event["timestamp"],
                }
            )
        )
