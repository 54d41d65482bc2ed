"""Check pictures, and make photos upright, free of hidden data, and of a reasonable size."""

import io
import warnings
from pathlib import Path

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from lienthong.files.inspection.kinds import JPEG, PNG, WEBP, Limits, UploadRefusedError

# An A4 page at 220 dots per inch is 1819 x 2572: small print stays readable.
LONGEST_SIDE = 2600
QUALITY = 85
_FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}


def check(path: Path, media_type: str, limits: Limits) -> None:
    """Check that a picture is whole and not a decompression bomb.

    :raises UploadRefusedError: damaged or too many pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=[_FORMATS[media_type]]) as picture:
                width, height = picture.size
                if width * height > limits.max_pixels:
                    raise UploadRefusedError(
                        _("Ảnh quá lớn (%(width)d × %(height)d điểm ảnh). Hãy giảm kích thước ảnh rồi gửi lại.")
                        % {"width": width, "height": height},
                        code="files.upload.too_many_pixels",
                    )
                picture.load()
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise UploadRefusedError(
            _("Ảnh bị hỏng hoặc bị cắt cụt, không đọc được. Hãy chụp hoặc lưu lại rồi gửi lại."),
            code="files.upload.corrupt",
        ) from error


def normalise(path: Path, media_type: str) -> tuple[bytes, str]:
    """Turn a checked picture upright, scale it down, and drop all metadata (position, device, thumbnails).

    :return: the new content and its type; PNG stays PNG, everything else becomes JPEG.
    """
    with Image.open(path, formats=[_FORMATS[media_type]]) as opened:
        profile = opened.info.get("icc_profile")
        picture: Image.Image = ImageOps.exif_transpose(opened)
        if max(picture.size) > LONGEST_SIDE:
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
        target = io.BytesIO()
        if media_type == PNG:
            picture.info = {}
            picture.save(target, "PNG", optimize=False, icc_profile=profile)
            return target.getvalue(), PNG
        if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
            picture = _on_white(picture.convert("RGBA"))
        elif picture.mode not in ("RGB", "L"):
            profile = None
            picture = picture.convert("RGB")
        picture.info = {}
        picture.save(target, "JPEG", quality=QUALITY, progressive=True, optimize=True, icc_profile=profile)
        return target.getvalue(), JPEG


def _on_white(picture: Image.Image) -> Image.Image:
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground
