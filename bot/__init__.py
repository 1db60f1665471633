"""A Slack bot that keeps PersonaClick promo codes in stock."""
