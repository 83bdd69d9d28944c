"""What is claimed: statements of the theory of incremental learning, derived by SymPy."""
