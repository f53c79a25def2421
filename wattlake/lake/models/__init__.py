"""The models of ``sql/``: their graph, their parameters, and the rows of sources that they read."""
