"""
What the bot remembers: conversations, what came in, what goes out. One transaction a turn.
"""
