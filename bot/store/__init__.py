"""The database: the truth about uploads, and their queue. One module per question asked of it."""
