"""The status of what was sealed here: published for everybody, and watched."""
