"""Payload in -> ask domain and store -> answer. The routing table is `routes`."""
