"""WSGI entry point, served by granian."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lienthong.settings")
application = get_wsgi_application()

# What is loaded now stays: the collector need not look at it again. A request makes ten thousand short-lived
# objects, almost none of them in cycles, so looking every 700 costs a twentieth of its time for nothing.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
