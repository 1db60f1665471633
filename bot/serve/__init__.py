"""Serving the bot to Slack: over HTTP (`http.py`), or over Socket Mode (`socket_mode.py`)."""

from bot.serve.http import http_app, serve_health, serve_http, unusable
from bot.serve.socket_mode import serve_socket

__all__ = ["http_app", "serve_health", "serve_http", "serve_socket", "unusable"]
