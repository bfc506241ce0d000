from channels.generic.websocket import AsyncJsonWebsocketConsumer


class NotificationConsumer(AsyncJsonWebsocketConsumer):
    """A user's own notifications, and the broadcasts."""

    async def connect(self):
        user = self.scope["user"]
        if user.is_anonymous:
            await self.close(code=4001)
            return
        self.joined = [f"user_{user.pk}", f"user_{user.pk}_notifications", "notifications"]
        for group in self.joined:
            await self.channel_layer.group_add(group, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        for group in getattr(self, "joined", []):
            await self.channel_layer.group_discard(group, self.channel_name)

    async def notification_message(self, event):
        await self.send_json({"type": "notification", "notification": event["notification"]})

    async def unread_count(self, event):
        await self.send_json({"type": "unread_count", "count": event["count"]})


class BroadcastConsumer(AsyncJsonWebsocketConsumer):
    """The public page: what goes to everybody, without a login."""

    async def connect(self):
        await self.channel_layer.group_add("notifications", self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard("notifications", self.channel_name)

    async def notification_message(self, event):
        message = event["message"]
        await self.send_json(
            {
                "type": "notification_status",
                "notification_id": message["notification_id"],
                "status": message["status"],
                "timestamp": message["timestamp"],
            }
        )
