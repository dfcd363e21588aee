import pytest
from django.core.management import call_command
from io import StringIO
from datetime import date
from sales.invariants.run import verify
import time
from tests.books import broken_laws
from tests.factories import *
from sales.services.finalize import finalize_sale
from tests.tenders import cash
from django.db import connection
@pytest.mark.parametrize("n", range(4))
@pytest.mark.django_db
def test_speed(n):
    sale = make_sale(lines=3, customer=None)
    finalize_sale(uid=sale.uid, tenders=[cash(50)], actor=sale.cashier)
    t=time.perf_counter()
    print(broken_laws())
    t2=time.perf_counter()
    print("ms", (t2-t)*1000)
    broken_laws()
    print("ms again", (time.perf_counter()-t2)*1000)
    c=connection.cursor()
    for k in range(3):
        t=time.perf_counter(); c.execute("SELECT broken_laws()"); c.fetchall(); print("function ms", (time.perf_counter()-t)*1000)
    from tests.books import LAWS, Scope
    for law in LAWS:
        if law.find:
            t=time.perf_counter(); list(law.find(Scope())); print(law.id, (time.perf_counter()-t)*1000)
