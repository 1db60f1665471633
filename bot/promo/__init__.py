"""The domain: lists, codes and uploads. Imports only the standard library and `bot.errors`."""
