"""The PersonaClick HTTP API; every quirk of it ends here."""
