from django.urls import path

from . import views

app_name = "ledger"
urlpatterns = [
    path("", views.entry_list, name="entries"),
    path("checkpoints/", views.checkpoint_list, name="checkpoints"),
    path("checkpoints/keys.txt", views.public_keys, name="keys"),
    path("checkpoints/latest.txt", views.latest_checkpoint, name="latest_checkpoint"),
    path("checkpoints/<int:size>.txt", views.checkpoint_note, name="checkpoint"),
    path("<int:seq>/", views.entry_page, name="entry"),
]
