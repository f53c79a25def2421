"""The models of ``sql/``: their graph, their parameters and the source rows they read."""
