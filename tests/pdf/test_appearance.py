"""What a signed page looks like to somebody else's renderer (PDFium)."""

import io

import pypdfium2
import pytest
from PIL import Image

from gmkit import pdf
from gmkit.errors import InvalidArgument
from gmkit.pdf import VisibleSeal
from tests.documents.people import NOW, SECOND, SIGNER
from tests.pdf.files import plain

_HEIGHT = 842  # points of a page


def picture(size=(60, 30), colours=((220, 0, 0, 255), (0, 0, 0, 0))):
    """Left half of one colour, right half of another."""
    image = Image.new("RGBA", size, colours[1])
    image.paste(Image.new("RGBA", (size[0] // 2, size[1]), colours[0]), (0, 0))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def rendered(data, number=0):
    document = pypdfium2.PdfDocument(data)
    document.init_forms()
    return document[number].render(scale=1).to_pil().convert("RGB")


def at(image, x, y):
    """The colour at a point counted from the lower left corner."""
    return image.getpixel((x, _HEIGHT - 1 - y))


def test_the_picture_stands_where_it_was_put():
    seal = VisibleSeal(2, 100, 200, 120, 120, picture=picture())
    signed = pdf.sign(plain(3), SIGNER, time=NOW, seal=seal)
    page = rendered(signed, 1)
    # Twice as wide as high: it fills the width, and is centred from 230 to 290.
    assert at(page, 130, 260) == (220, 0, 0)
    assert at(page, 190, 260) == (255, 255, 255)
    assert at(page, 130, 225) == (255, 255, 255)
    assert at(page, 130, 295) == (255, 255, 255)
    assert at(page, 95, 260) == (255, 255, 255)
    assert rendered(signed, 0).tobytes() == rendered(plain(3), 0).tobytes()


def test_what_is_see_through_shows_the_page():
    seal = VisibleSeal(1, 60, 680, 200, 100, picture=picture(colours=((0, 0, 255, 128), (0,) * 4)))
    page = rendered(pdf.sign(plain(), SIGNER, time=NOW, seal=seal))
    before = rendered(plain())
    assert at(page, 200, 735) == at(before, 200, 735)
    red, green, blue = at(page, 62, 770)
    assert blue == 255
    assert 120 <= red == green <= 135


@pytest.mark.parametrize("text", ["Signed by Signer\n2026-06-01", "(\\)", "x" * 60])
def test_text_stays_in_its_box(text):
    seal = VisibleSeal(1, 100, 300, 200, 40, text=text)
    page, before = rendered(pdf.sign(plain(), SIGNER, time=NOW, seal=seal)), rendered(plain())
    box = (99, _HEIGHT - 341, 301, _HEIGHT - 299)  # and a point around for smoothing
    assert page.crop(box).tobytes() != before.crop(box).tobytes()
    page.paste((255, 255, 255), box)
    assert page.tobytes() == before.tobytes()


def test_text_stands_beside_the_picture():
    seal = VisibleSeal(1, 100, 300, 200, 60, picture=picture((30, 30)), text="Signed")
    page = rendered(pdf.sign(plain(), SIGNER, time=NOW, seal=seal))
    assert at(page, 105, 330) == (220, 0, 0)
    right = page.crop((165, _HEIGHT - 360, 300, _HEIGHT - 300))
    assert min(right.convert("L").tobytes()) < 128


def test_several_seals_stand_side_by_side():
    first = pdf.sign(
        plain(), SIGNER, time=NOW, seal=VisibleSeal(1, 50, 100, 60, 60, picture=picture((9, 9)))
    )
    both = pdf.sign(
        first, SECOND, time=NOW, seal=VisibleSeal(1, 150, 100, 60, 60, picture=picture((9, 9)))
    )
    page = rendered(both)
    assert at(page, 55, 130) == at(page, 155, 130) == (220, 0, 0)


def test_a_picture_that_is_too_large():
    big = io.BytesIO()
    Image.new("1", (5000, 5000)).save(big, "PNG")
    seal = VisibleSeal(1, 0, 0, 10, 10, picture=big.getvalue())
    with pytest.raises(InvalidArgument, match="pixels"):
        pdf.sign(plain(), SIGNER, time=NOW, seal=seal)
