"""What may leave: the only thing that a chart, a file or an answer accepts."""
