"""What people see: command line, tables, figures and the verify report."""
