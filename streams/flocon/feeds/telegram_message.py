"""One message of a Telegram Desktop export as a Post.

A part that does not fit is dropped with a warning; only a message without an id is no message.
"""

from typing import Any, Final

from flocon.events import (
    Author,
    Channel,
    Engagement,
    Forward,
    Link,
    Media,
    Mention,
    Part,
    Place,
    Post,
)
from flocon.feeds.base import Unreadable
from flocon.feeds.clean import check_clock, clean_post
from flocon.feeds.telegram_fields import Button, Contact, Fields, Invoice, Location, Poll, Reaction

PLATFORM: Final = "telegram"


def read_message(values: dict[str, Any], channel: Channel) -> Post | None:
    """The post of a message; None for what is no post: service messages and those the export leaves out.

    Args:
        values: the message as it was parsed.
        channel: where it stands; it has an id.

    Raises:
        Unreadable: it has no id.
    """
    if values.get("type", "message") != "message":
        return None
    message_id = values.get("id")
    if not isinstance(message_id, int) or isinstance(message_id, bool):
        raise Unreadable("missing_field", "a message without a number as `id`")
    fields = Fields(values)
    native_id = f"{channel.id}/{message_id}"
    post = Post(
        uid=f"{PLATFORM}:{native_id}",
        platform=PLATFORM,
        native_id=native_id,
        kind="message",
        channel=channel,
        author=_author(fields),
        missing=["url", "engagement.views"],
    )
    _read_text(post, fields)
    _read_times(post, fields)
    _read_relations(post, fields)
    _read_media(post, fields)
    _read_attachments(post, fields)
    reactions = [item for item in fields.items("reactions", Reaction) if item.emoji is not None]
    if reactions:
        counts: dict[str, int] = {}
        for item in reactions:
            counts[str(item.emoji)] = counts.get(str(item.emoji), 0) + item.count
        post.engagement = Engagement(reactions=counts)
    post.warnings = fields.warnings
    clean_post(post)
    check_clock(post)
    return post


def _author(fields: Fields) -> Author | None:
    who, name = fields.get("from_id", str | int), fields.get("from", str)  # type: ignore[arg-type] # a union
    return None if who is None and name is None else Author(id=None if who is None else str(who), name=name)


def _read_text(post: Post, fields: Fields) -> None:
    runs = fields.text()
    post.text = "".join(run.text for run in runs)
    for run in runs:
        if run.type == "hashtag":
            post.hashtags.append(run.text.removeprefix("#"))
        elif run.type == "link":
            post.links.append(Link(url=run.text))
        elif run.type == "text_link" and run.href:
            post.links.append(Link(url=run.href, role="text_link"))
        elif run.type == "mention":
            post.mentions.append(Mention(handle=run.text.removeprefix("@")))
        elif run.type == "mention_name" and run.user_id is not None:
            post.mentions.append(Mention(id=str(run.user_id)))


def _read_times(post: Post, fields: Fields) -> None:
    post.created_at = fields.time("date_unixtime")
    post.edited_at = fields.time("edited_unixtime")
    if post.created_at is None:
        post.created_at = fields.time("date")
        post.created_at_precision = "unknown"
        if post.created_at is not None:
            post.created_at_precision = "day"
            fields.warnings.append("date: local time of the exporting computer, known to the day")
    version = post.edited_at or post.created_at
    if version is not None:
        post.version = str(int(version.timestamp()))


def _read_relations(post: Post, fields: Fields) -> None:
    assert post.channel is not None, "a message stands in a channel"
    answered = fields.get("reply_to_message_id", int)
    if answered is not None and fields.get("reply_to_peer_id", str) is None:  # a reply across chats
        post.reply_to = f"{PLATFORM}:{post.channel.id}/{answered}"
    source = fields.get("forwarded_from", str)
    if source is not None:
        post.forward_from = Forward(name=source)


def _read_media(post: Post, fields: Fields) -> None:
    if fields.get("photo", str) is not None:
        post.media.append(Media(type="image"))
    media_type, mime = fields.get("media_type", str), fields.get("mime_type", str)
    if media_type is not None or mime is not None:
        duration = fields.get("duration_seconds", float)
        post.media.append(Media(type=media_type or "file", mime=mime, duration_s=duration))
    location = fields.get("location_information", Location)
    if location is not None:
        post.place = Place(lat=location.latitude, lon=location.longitude)


def _read_attachments(post: Post, fields: Fields) -> None:
    _part(post, "sticker", fields.get("sticker_emoji", str))
    poll = fields.get("poll", Poll)
    if poll is not None:
        for text in (poll.question, *(answer.text for answer in poll.answers)):
            _part(post, "poll", text)
    for row in fields.items("inline_bot_buttons", list[Button]):
        for button in row:
            _part(post, "button", button.text)
            if button.type == "url" and isinstance(button.data, str):
                post.links.append(Link(url=button.data, role="button"))
    contact = fields.get("contact_information", Contact)
    if contact is not None:
        _part(post, "button", contact.first_name, contact.last_name, contact.phone_number)
    invoice = fields.get("invoice_information", Invoice)
    if invoice is not None:
        _part(post, "product", invoice.title, invoice.description)


def _part(post: Post, role: str, *texts: str | None) -> None:
    text = " ".join(filter(None, texts))
    if text:
        post.parts.append(Part(role=role, text=text))
