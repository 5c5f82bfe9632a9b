from django.db import migrations, models


class Migration(migrations.Migration):
    """Room for the id of a force's own counting rule, with its mark and its unit of counting."""

    dependencies = [("results", "0003_breakdown")]
    operations = [
        migrations.AlterField(
            model_name="storedresult", name="rule", field=models.CharField(blank=True, max_length=60)
        ),
    ]
