"""Everything that speaks to Slack: listeners, blocks, files, people and posting."""
