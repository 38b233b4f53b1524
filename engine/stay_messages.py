"""What is said about planning close to an issued plan: key → (Vietnamese, English)."""

from __future__ import annotations

from collections.abc import Mapping

STAY: Mapping[str, tuple[str, str]] = {
    "no_quotas": (
        "{plan} không có chỉ tiêu nào để giữ (trạng thái: {status})",
        "{plan} has no quotas to stay close to (status: {status})",
    ),
    "stay_weight": (
        "--stay-weight phải là một số từ 0 trở lên, tối đa {most} ký tự, không có số mũ, hoặc inf: {what}",
        "--stay-weight must be a number from 0 up, at most {most} characters, no exponent, or inf: {what}",
    ),
    "stay_within": (
        "--stay-within phải là một số từ 0 trở lên, hoặc một tỷ lệ như 5%: {what}",
        "--stay-within must be a number from 0 up, or a part like 5%: {what}",
    ),
    "stay_fraction": (
        "--stay-within không kèm % là một số đếm, phải là số nguyên: {what}",
        "--stay-within without % is a count and must be whole: {what}",
    ),
    "stay_fraction.hint": (
        "Viết một tỷ lệ kèm dấu %, như 5%.",
        "Write a part of the issued quota with %, like 5%.",
    ),
    "stay_most": (
        "--stay-most phải là một số nguyên từ 0 trở lên: {what}",
        "--stay-most must be a whole number from 0 up: {what}",
    ),
    "stay_taken": (
        "một chỉ tiêu tên 'stay' có within: tên stay.within sẽ chỉ hai điều khác nhau",
        "a quota named 'stay' has within: the name stay.within would mean two things",
    ),
    "stay_taken.hint": (
        "Đổi tên chỉ tiêu đó.",
        "Give that quota another name.",
    ),
    "stay_needs": (
        "{option} chỉ có nghĩa khi có {other}",
        "{option} means nothing without {other}",
    ),
    "pace_share": (
        "--pace phải là một tỷ lệ từ 0 trở lên, như 10% hoặc 0.1: {what}",
        "--pace must be a part from 0 up, like 10% or 0.1: {what}",
    ),
    "pace_of_figure": (
        "--pace-from nói về chỉ tiêu được giao; {what} không thuộc phương án phân bổ nào",
        "--pace-from is about quotas; {what} is of no allocation",
    ),
    "pace_large": (
        "--pace không kèm % là một tỷ lệ, lớn nhất là 1: {what}",
        "--pace without % is a part of the last quota, at most 1: {what}",
    ),
    "pace_large.hint": (
        "Muốn nói phần trăm thì viết dấu %, như 10%; một tỷ lệ trên 100% cũng viết như vậy.",
        "For a percentage write %, like 10%; a part above 100% is written so too.",
    ),
    "pace_taper": (
        "--taper phải là một số từ 0 (giới hạn cứng) đến 1 (không giới hạn): {what}",
        "--taper must be a number from 0 (a hard limit) to 1 (none): {what}",
    ),
}
