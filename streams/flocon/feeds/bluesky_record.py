"""The record of a Bluesky post (`app.bsky.feed.post`) as it is written."""

import msgspec
from msgspec import UNSET, Raw, UnsetType, field


class Record(msgspec.Struct, rename="camel"):
    """The whole record; every part but the text is decoded on its own."""

    text: str = ""
    created_at: Raw | UnsetType = UNSET
    langs: Raw | UnsetType = UNSET
    tags: Raw | UnsetType = UNSET
    labels: Raw | UnsetType = UNSET
    facets: Raw | UnsetType = UNSET
    reply: Raw | UnsetType = UNSET
    embed: Raw | UnsetType = UNSET


class Span(msgspec.Struct, rename="camel", gc=False):
    """A range of bytes of the text in UTF-8."""

    byte_start: int
    byte_end: int


class Feature(msgspec.Struct, gc=False):
    """What a facet is: a tag, a link or a mention."""

    tag: str | None = None
    uri: str | None = None
    did: str | None = None


class Facet(msgspec.Struct, gc=False):
    """A span of the text with its features."""

    index: Span
    features: list[Feature]


class Ref(msgspec.Struct, gc=False):
    """A pointer to a record."""

    uri: str


class Reply(msgspec.Struct, gc=False):
    """What a post answers."""

    root: Ref
    parent: Ref


class Label(msgspec.Struct, gc=False):
    """A label the author put on the post."""

    val: str


class Labels(msgspec.Struct, gc=False):
    """All labels of a post."""

    values: list[Label] = []


class Picture(msgspec.Struct, gc=False):
    """An image of a post or a gallery."""

    alt: str = ""


class External(msgspec.Struct, gc=False):
    """A link card."""

    uri: str
    title: str = ""
    description: str = ""


class Embed(msgspec.Struct, gc=False):
    """What is embedded in a post, whatever its `$type`; the parts are decoded as it demands."""

    type: str = field(name="$type")
    images: list[Raw] = []
    items: list[Raw] = []
    alt: str | None = None
    external: Raw | UnsetType = UNSET
    record: Raw | UnsetType = UNSET
    media: Raw | UnsetType = UNSET


class Nested(msgspec.Struct, gc=False):
    """The record of `recordWithMedia`, one level deeper than that of `record`."""

    record: Ref
