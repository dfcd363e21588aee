"""How static files are named when they are collected."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):
    """By their content, also where one script imports another.

    So a page never meets scripts of two versions, however long a browser keeps
    them.
    """

    support_js_module_import_aggregation = True
