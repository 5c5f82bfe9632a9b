from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plans", "0004_earlier_form_goes")]
    operations = [
        migrations.AlterField(
            model_name="message",
            name="state",
            field=models.CharField(
                choices=[
                    ("sending", "begun, and not known to have been sent"),
                    ("sent", "sent"),
                    ("not-sent", "not sent, to be tried again"),
                    ("failed", "could not be sent, to be tried again"),
                ],
                max_length=10,
            ),
        ),
    ]
