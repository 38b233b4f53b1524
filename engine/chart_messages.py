"""What is said about pictures: key → (Vietnamese, English)."""

from __future__ import annotations

from collections.abc import Mapping

CHARTS: Mapping[str, tuple[str, str]] = {
    "chart.form": (
        "--chart vẽ ra tệp .svg hoặc .png, không phải '{what}'",
        "--chart draws an .svg or a .png file, not '{what}'",
    ),
    "chart.extra": (
        "--chart cần phần vẽ hình (thiếu {what}): pip install 'chitieu[charts]'",
        "--chart needs what draws pictures ({what} is missing): pip install 'chitieu[charts]'",
    ),
}
