"""Measuring: the form, the look before it is sent, without a signal, one's own measurements."""
