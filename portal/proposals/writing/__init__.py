"""Writing a proposal: the sheet, drafts, pictures, and changing it for a short while."""
