from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("deployments", "0002_booking_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="signcheck",
            name="key",
            field=models.CharField(blank=True, max_length=36),
        ),
        migrations.AddConstraint(
            model_name="signcheck",
            constraint=models.UniqueConstraint(
                condition=models.Q(("key", ""), _negated=True),
                fields=("sign", "person", "key"),
                name="sign_check_once",
            ),
        ),
    ]
