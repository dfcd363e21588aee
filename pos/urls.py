"""URLs: choosing a till, its products, one's own account, PINs and the lock."""

from django.urls import path

from pos import views
from pos.access import account, lock, pin_sign_in

app_name = "pos"

urlpatterns = [
    path("till/choice/", views.till_choice, name="till_choice"),
    path("account/", account.account, name="account"),
    path("account/sessions/", account.own_sessions, name="own_sessions"),
    path("account/activity/", account.activity, name="activity"),
    path("account/pin/", account.own_pin, name="own_pin"),
    path("sign-in/pin/", pin_sign_in.pin_sign_in, name="pin_sign_in"),
    path("sign-in/new-pin/", pin_sign_in.new_pin, name="new_pin"),
    path("lock/", lock.lock, name="lock"),
    path("products/tiles/", views.tiles, name="tiles"),
    path("products/search/", views.product_search, name="product_search"),
    path("products/index/", views.product_index, name="product_index"),
]
