from rest_framework_simplejwt.serializers import TokenObtainPairSerializer
from rest_framework_simplejwt.views import TokenObtainPairView


class TokenWithRoleSerializer(TokenObtainPairSerializer):
    """simplejwt, "Customizing token claims": what Tidings should know of a user it has never seen."""

    @classmethod
    def get_token(cls, user):
        token = super().get_token(user)
        token["name"] = user.get_full_name() or user.get_username()
        token["email"] = user.email
        token["role"] = role_of(user)
        return token


class TokenWithRoleView(TokenObtainPairView):
    serializer_class = TokenWithRoleSerializer


def role_of(user):
    if user.is_staff:
        return "admin"
    return "partner" if user.groups.filter(name="partners").exists() else "customer"
