"""Replies that a customer saved: read with care, since anybody may have written them."""
