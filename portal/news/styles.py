"""The look of messages: mail programs know style attributes only, and turn colours as they like.

Text and background keep the reader's own colours, so that light and dark both stay readable.
"""

FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
LINK = "color:inherit;text-decoration:underline;text-underline-offset:2px"

LOOK = {
    "body": f"margin:0;padding:0;{FONT};font-size:16px;line-height:1.5",
    "frame": "max-width:600px;margin:0 auto;padding:24px 16px",
    "head": "border-top:6px solid #3a6ea5;padding-top:16px;margin:0 0 24px",
    "city": "margin:0;font-size:14px;font-weight:600",
    "title": "margin:4px 0 8px;font-size:24px;line-height:1.25",
    "group": "margin:28px 0 8px;font-size:18px;line-height:1.3",
    "list": "margin:0;padding:0;list-style:none",
    "entry": "margin:0;padding:10px 0;border-top:1px solid #8a8a8a",
    "letter": "margin:0 0 24px;overflow-wrap:anywhere",
    "text": "margin:0 0 12px;white-space:pre-line",
    "link": f"{LINK};font-weight:600;overflow-wrap:anywhere",
    "when": "margin:2px 0 0;font-size:14px",
    "small": "margin:8px 0 0;font-size:14px",
    "quiet": LINK,
    "button": (
        "display:inline-block;margin:24px 0 0;padding:12px 20px;border:2px solid currentColor;"
        "border-radius:6px;color:inherit;text-decoration:none;font-weight:600"
    ),
    "foot": "margin:32px 0 0;padding:16px 0 0;border-top:1px solid #8a8a8a;font-size:14px",
}
