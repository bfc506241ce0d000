import json

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def publish(request):
    """{"group", "message"}: what a view, a signal or a task of the project would send."""
    body = json.loads(request.body)
    channel_layer = get_channel_layer()
    async_to_sync(channel_layer.group_send)(body["group"], body["message"])
    return HttpResponse(status=204)


@csrf_exempt
def burst(request):
    """{"group", "count"}: so many notifications one after the other, numbered from 0."""
    body = json.loads(request.body)
    async_to_sync(send_many)(body["group"], body["count"])
    return HttpResponse(status=204)


async def send_many(group, count):
    channel_layer = get_channel_layer()
    for number in range(count):
        notification = {"id": number, "title": "One of many"}
        await channel_layer.group_send(group, {"type": "notification_message", "notification": notification})
