"""Instruction words to token numbers, without a vocabulary file."""

import re
import zlib


def words_to_ids(instruction: str, buckets: int) -> list[int]:
    """Hash each word of the instruction into one of `buckets` tokens; case does not matter."""
    words = re.findall(r"\w+", instruction.lower())
    if not words:
        msg = "The instruction has no words; say in one sentence what the robot should do."
        raise ValueError(msg)
    return [zlib.crc32(word.encode()) % buckets for word in words]
