"""The managers' desk: the queue by doubt, one case or many, decisions and their undoing."""
