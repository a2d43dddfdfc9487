from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("deployments", "0004_calendar_feed")]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="borough",
            field=models.CharField(blank=True, max_length=200),
        ),
    ]
