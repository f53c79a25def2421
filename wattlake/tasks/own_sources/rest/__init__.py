"""REST services by description: keys of a file, questions, pages, and rows of answers."""
