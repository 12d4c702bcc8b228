"""The demo program: two tasks, each done three ways. The page and the terminal run these same files."""
