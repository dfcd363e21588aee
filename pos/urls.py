"""URLs: choosing a till, and its products."""

from django.urls import path

from pos import views

app_name = "pos"

urlpatterns = [
    path("till/choice/", views.till_choice, name="till_choice"),
    path("products/tiles/", views.tiles, name="tiles"),
    path("products/search/", views.product_search, name="product_search"),
    path("products/index/", views.product_index, name="product_index"),
]
