from django.urls import path
from rest_framework_simplejwt.views import TokenObtainPairView

from accounts.tokens import TokenWithRoleView
from notifications import views

urlpatterns = [
    path("api/token/", TokenObtainPairView.as_view()),
    path("api/token/with-role/", TokenWithRoleView.as_view()),
    path("publish/", views.publish),
    path("burst/", views.burst),
]
