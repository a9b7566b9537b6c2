"""What things are: frozen values from the standard library, without any input or output."""
