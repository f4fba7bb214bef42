"""The demonstration's photos: drawn pictures of flooded streets, two shown and two waiting."""

import random
from datetime import datetime
from io import BytesIO

from sqlmodel import Session, col, select

from portal.accounts.codes import demonstration_person
from portal.accounts.models import Role
from portal.observations.campaigns import campaigns
from portal.observations.models import KEPT, Observation
from portal.observations.photos import photo_checks, pictures
from portal.observations.photos.photo_checks import Part

SLUG = "strade-allagate"
PHOTOS, SHOWN = 4, 2
SIZE = (960, 640)


def seed(session: Session, now: datetime) -> None:
    """Give some measurements a picture; a manager has looked at half of them."""
    campaign = campaigns.find(session, SLUG)
    manager = demonstration_person(session, Role.COMMUNITY_MANAGER, 1, now.date())
    found = select(Observation).where(
        Observation.campaign_id == campaign.id, col(Observation.grade).in_(KEPT)
    )
    chosen = session.exec(found.order_by(col(Observation.received_at)).limit(PHOTOS)).all()
    for n, one in enumerate(chosen):
        pictures.attach(session, one.id, pictures.take(_drawn(n)), now=one.received_at)
        if n < SHOWN:
            photo = pictures.of(session, one.id)[0]
            gone = photo_checks.publish(session, photo, manager, [Part(61, 55, 12, 9)], now=now)
            pictures.forget(session, gone)


def _drawn(n: int) -> BytesIO:
    """Houses, a flooded road, a car with a number plate."""
    from PIL import Image, ImageDraw

    chance = random.Random(f"photo {n}")
    picture = Image.new("RGB", SIZE, (196 - 12 * n, 208 - 8 * n, 216))
    pen = ImageDraw.Draw(picture)
    for house in range(5):
        left, top = house * 195, chance.randint(90, 190)
        shade = chance.randint(150, 205)
        pen.rectangle((left, top, left + 185, 400), fill=(shade, shade - 40, shade - 80))
        for floor in range(top + 30, 360, 80):
            for window in range(left + 25, left + 160, 55):
                pen.rectangle((window, floor, window + 30, floor + 45), fill=(70, 82, 92))
    pen.rectangle((0, 400, 960, 640), fill=(92, 96, 100))
    pen.ellipse((60, 440 - 5 * n, 900, 660), fill=(96, 128, 140))
    pen.rounded_rectangle((520, 280, 760, 420), 20, fill=(150, 40, 40))
    pen.rectangle((590, 358, 700, 400), fill="white")
    pen.text((602, 366), f"XX{100 + n}XX", fill="black", font_size=24)
    out = BytesIO()
    picture.save(out, "PNG")
    out.seek(0)
    return out
