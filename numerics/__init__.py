"""What is computed: thresholds, learning times and dynamics, by independent routes."""
