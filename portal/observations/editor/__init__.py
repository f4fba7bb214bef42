"""Campaigns made and looked after by staff: drafts, sections, opening, extending, closing."""
