"""URLs: the pages of customers."""

from django.urls import path

from customers.views import pages, till

app_name = "customers"

urlpatterns = [
    path("customers/", pages.customer_list, name="list"),
    path("customers/new/", pages.new, name="new"),
    path("customers/find/", till.find, name="find"),
    path("customers/quick-add/", till.quick_add, name="quick_add"),
    path("customers/<uuid:uid>/edit/", pages.edit, name="edit"),
    path("customers/<uuid:uid>/deactivation/", pages.deactivation, name="deactivation"),
    path("customers/<uuid:uid>/restoration/", pages.restoration, name="restoration"),
    path("customers/<uuid:uid>/adjustment/", pages.adjustment, name="adjustment"),
    path("customers/<uuid:uid>/card/", till.card, name="card"),
]
