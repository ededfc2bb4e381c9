"""What keeps an image from being there."""

from __future__ import annotations


class ImageError(RuntimeError):
    """An image cannot be had: `cause`, and `step`, what the user can do about it."""

    def __init__(self, cause: str, step: str) -> None:
        super().__init__(f"{cause}; {step}")
        self.cause = cause
        self.step = step
