from django.apps import AppConfig


class LiaochengAidConfig(AppConfig):
    name = "liaocheng_aid"
    verbose_name = "聊城社会救助"
