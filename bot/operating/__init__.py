"""What the person who runs the bot types: `check`, `setup`, `wipe`."""
