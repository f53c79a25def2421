"""What people start and see: the command line, the dashboard and the sandbox."""
