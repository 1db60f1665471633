"""Everything on one machine: the real bot between a stand-in Slack and a stand-in PersonaClick."""
