from django.db import migrations

from overt.deployments.booking_rules import add_constraints, drop_constraints


class Migration(migrations.Migration):
    dependencies = [("deployments", "0001_initial")]

    operations = [migrations.RunPython(add_constraints, drop_constraints)]
