"""Figures drawn on the server: from values to places on the page, no framework, no words.

Across, places are percentages of the figure's width; down, they are `em`. So a figure needs no
fixed size: it fits a phone and a wall, and its letters stay as large as the reader wants them.
"""

from portal.charts.bar import Bar, BarChart, bars
from portal.charts.line import LineChart, Point, Series, lines
from portal.charts.sheet import About, Sheet, sheet

__all__ = [
    "About",
    "Bar",
    "BarChart",
    "LineChart",
    "Point",
    "Series",
    "Sheet",
    "bars",
    "lines",
    "sheet",
]
