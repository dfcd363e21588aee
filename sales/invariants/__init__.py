"""What is always true of the books, and how it is looked up.

One file a subject. Nothing here changes a row, and nothing is repaired.
"""
