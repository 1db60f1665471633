"""The test doubles: a stand-in Slack and a stand-in PersonaClick. They import nothing of the bot."""
