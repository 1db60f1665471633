"""The card of an upload, a module for each part of its life."""
