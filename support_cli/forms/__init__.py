"""What may be asked and what was answered: questions, values, the one walk through a form, the request. No I/O."""
