"""HTTP for desks: one connection, one request, and what its answer means."""
