"""Data in, Block Kit out: pure functions; Slack's limits, escaping and clipping are kept here."""
