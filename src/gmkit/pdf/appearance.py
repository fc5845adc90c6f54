"""What a visible signature looks like: a picture with its proportions kept, lines of text, or both."""

from __future__ import annotations

from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.writer import BasePdfFileWriter

from gmkit.errors import EncodingError, InvalidArgument, MissingDependency
from gmkit.pdf.options import VisibleSeal

__all__ = ["put_appearance"]

_MAX_PIXELS = 16_000_000
_GAP = 4.0  # points between picture and text
_LARGEST, _SMALLEST = 12.0, 2.0  # points of the letters
#: Width of a letter of Helvetica against its height, on the safe side.
_LETTER = 0.56


def put_appearance(
    writer: BasePdfFileWriter, widget: generic.DictionaryObject, seal: VisibleSeal
) -> None:
    """
    Give a signature's widget its appearance.

    Raises:
        EncodingError: If the picture cannot be read.
        InvalidArgument: If it has more than 16 million pixels, or the text does not fit.
        MissingDependency: If Pillow is not there to read it.
    """
    resources = generic.DictionaryObject()
    commands = []
    left = 0.0
    if seal.picture is not None:
        image, across, down = _image(writer, seal.picture)
        room = seal.width / 2 - _GAP if seal.text else seal.width
        scale = min(room / across, seal.height / down)
        width, height = across * scale, down * scale
        x = 0.0 if seal.text else (seal.width - width) / 2
        y = (seal.height - height) / 2
        commands.append(b"q %.3f 0 0 %.3f %.3f %.3f cm /Seal Do Q" % (width, height, x, y))
        resources[pdf_name("/XObject")] = generic.DictionaryObject({pdf_name("/Seal"): image})
        left = width + _GAP
    if seal.text:
        commands.append(_text(seal, left))
        font = _latin() if _is_latin(seal.text) else _chinese(writer)
        resources[pdf_name("/Font")] = generic.DictionaryObject({pdf_name("/F"): font})
    form = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): _numbers(0, 0, seal.width, seal.height),
            pdf_name("/Resources"): resources,
        },
        stream_data=b"\n".join(commands),
    )
    form.compress()
    normal = generic.DictionaryObject({pdf_name("/N"): writer.add_object(form)})
    widget[pdf_name("/AP")] = normal


def _numbers(*values: float) -> generic.ArrayObject:
    return generic.ArrayObject(generic.FloatObject(value) for value in values)


def _text(seal: VisibleSeal, left: float) -> bytes:
    lines = seal.text.split("\n")
    room = seal.width - left
    latin = _is_latin(seal.text)
    longest = max(len(line) for line in lines) or 1
    letter = _LETTER if latin else 1.0
    size = min(_LARGEST, seal.height / (1.2 * len(lines)), room / (longest * letter))
    if size < _SMALLEST:
        raise InvalidArgument("the text does not fit into the seal", hint="make the box larger")
    top = (seal.height + 1.2 * size * len(lines)) / 2 - size
    shown = [b"BT /F %.3f Tf %.3f TL %.3f %.3f Td" % (size, 1.2 * size, left, top)]
    shown += [b"<" + _encoded(line, latin=latin).hex().encode() + b"> Tj T*" for line in lines]
    return b" ".join([*shown, b"ET"])


def _is_latin(text: str) -> bool:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _encoded(line: str, *, latin: bool) -> bytes:
    return line.encode("cp1252") if latin else line.encode("utf-16-be")


def _names(**entries: str) -> generic.DictionaryObject:
    return generic.DictionaryObject(
        {pdf_name(f"/{key}"): pdf_name(f"/{value}") for key, value in entries.items()}
    )


def _latin() -> generic.DictionaryObject:
    return _names(Type="Font", Subtype="Type1", BaseFont="Helvetica", Encoding="WinAnsiEncoding")


def _chinese(writer: BasePdfFileWriter) -> generic.DictionaryObject:
    """A font that is not embedded: ISO 32000-2, 9.7.5.2 names its encoding, viewers have the letters."""
    described = _names(Type="FontDescriptor", FontName="STSong-Light")
    numbers = {
        "Flags": 6,
        "ItalicAngle": 0,
        "Ascent": 880,
        "Descent": -120,
        "CapHeight": 880,
        "StemV": 93,
    }
    described.update({pdf_name(f"/{k}"): generic.NumberObject(v) for k, v in numbers.items()})
    described[pdf_name("/FontBBox")] = _numbers(-25, -254, 1000, 880)
    descendant = _names(Type="Font", Subtype="CIDFontType0", BaseFont="STSong-Light")
    descendant[pdf_name("/CIDSystemInfo")] = generic.DictionaryObject(
        {
            pdf_name("/Registry"): generic.pdf_string("Adobe"),
            pdf_name("/Ordering"): generic.pdf_string("GB1"),
            pdf_name("/Supplement"): generic.NumberObject(4),
        }
    )
    descendant[pdf_name("/FontDescriptor")] = writer.add_object(described)
    font = _names(Type="Font", Subtype="Type0", BaseFont="STSong-Light", Encoding="UniGB-UCS2-H")
    font[pdf_name("/DescendantFonts")] = generic.ArrayObject([writer.add_object(descendant)])
    return font


def _image(writer: BasePdfFileWriter, picture: bytes) -> tuple[generic.IndirectObject, int, int]:
    """The picture as an object of the file, and its pixels across and down."""
    try:
        from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - only for visible seals
    except ImportError as why:
        raise MissingDependency(
            "a picture needs the package Pillow", hint="pip install Pillow"
        ) from why
    try:
        with Image.open(BytesIO(picture)) as opened:
            across, down = opened.size
            if across * down > _MAX_PIXELS:
                raise InvalidArgument(f"the picture has more than {_MAX_PIXELS:,} pixels")
            see_through = opened.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or (
                "transparency" in opened.info
            )
            pixels = opened.convert("RGBA" if see_through else "RGB")
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
    ) as why:
        if isinstance(why, InvalidArgument):
            raise
        raise EncodingError("the picture cannot be read", what="picture") from why
    masks = {}
    if see_through:
        mask = _samples(pixels.getchannel("A").tobytes(), across, down, "/DeviceGray")
        masks[pdf_name("/SMask")] = writer.add_object(mask)
    colours = _samples(pixels.convert("RGB").tobytes(), across, down, "/DeviceRGB")
    colours.update(masks)
    return writer.add_object(colours), across, down


def _samples(octets: bytes, across: int, down: int, colours: str) -> generic.StreamObject:
    stream = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Image"),
            pdf_name("/Width"): generic.NumberObject(across),
            pdf_name("/Height"): generic.NumberObject(down),
            pdf_name("/ColorSpace"): pdf_name(colours),
            pdf_name("/BitsPerComponent"): generic.NumberObject(8),
        },
        stream_data=octets,
    )
    stream.compress()
    return stream
