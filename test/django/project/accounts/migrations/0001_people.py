from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import migrations


def make_people(apps, schema_editor):
    """carla is 1, paul is 2, ada is 3; everybody's password is their name."""
    make = get_user_model().objects.create_user
    make("carla", "carla@example.com", "carla")
    make("paul", "paul@example.com", "paul").groups.add(Group.objects.create(name="partners"))
    make("ada", "ada@example.com", "ada", is_staff=True)


class Migration(migrations.Migration):
    dependencies = [("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(make_people)]
