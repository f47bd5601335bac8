"""The chain of custody: whether a converted document says what its original says, and that holds.

The record is read, the enclosed original is judged by itself with what its own host says now, and the
conversion is made again and compared on the pivot (ADR 0019).
"""
