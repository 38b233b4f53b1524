"""What is said about allocations that can't be met (§13): key → (Vietnamese, English)."""

from __future__ import annotations

from collections.abc import Mapping

CONFLICTS: Mapping[str, tuple[str, str]] = {
    "bounds_cross": (
        "{quota}: mức sàn {least} của {unit} cao hơn mức trần {most}",
        "{quota}: the floor {least} of {unit} lies above its ceiling {most}",
    ),
    "no_whole_between": (
        "{quota}: giữa mức sàn {least} và mức trần {most} của {unit} không có số nguyên nào",
        "{quota}: no whole number lies between the floor {least} and the ceiling {most} of {unit}",
    ),
    "ceiling_negative": (
        "{quota}: mức trần {most} của {unit} nhỏ hơn 0",
        "{quota}: the ceiling {most} of {unit} lies below 0",
    ),
    "unit_cross": (
        "{quota}: tại {unit}, {floors} đòi hỏi ít nhất {least}, nhưng {ceilings} chỉ cho nhiều nhất {most}",
        "{quota}: at {unit}, {floors} ask for at least {least}, but {ceilings} leave at most {most}",
    ),
    "unit_shut": (
        "{quota}: tại {unit}, {floors} đòi hỏi ít nhất {least}, nhưng không kỳ nào được giao",
        "{quota}: at {unit}, {floors} ask for at least {least}, but no period is open",
    ),
    "cell_cross": (
        "{quota}: tại {units}, {period} phải giao ít nhất {least} nhưng chỉ được giao nhiều nhất {most}",
        "{quota}: {units} must get at least {least} in {period}, but may get at most {most}",
    ),
    "cell_cross.several": (
        (
            "{quota}: {period} phải giao cho {units} ít nhất {least} cộng lại, nhưng chỉ được giao nhiều "
            "nhất {most}"
        ),
        "{quota}: {units} must get at least {least} together in {period}, but may get at most {most}",
    ),
    "shut_by_profile": (
        "{words}; profile của chỉ tiêu {quota} không giao gì trong {periods}",
        "{words}; the profile of {quota} gives nothing in {periods}",
    ),
    "no_multiple_between": (
        (
            "{quota}: giữa {least} và {most}, mức thấp nhất và cao nhất của {unit}, không có bội số nào "
            "của {step}"
        ),
        "{quota}: no multiple of {step} lies between {least} and {most}, the least and the most for {unit}",
    ),
    "no_multiple_between.residue": (
        (
            "{quota}: giữa {least} và {most}, mức thấp nhất và cao nhất của {unit}, không có bội số nào "
            "của {step}, cũng không có số nào chia cho {step} dư {residue}"
        ),
        (
            "{quota}: no multiple of {step} lies between {least} and {most}, the least and the most for "
            "{unit}, nor a number that leaves {residue}"
        ),
    ),
    "part.at_least": (
        "mức sàn",
        "floors",
    ),
    "part.at_most": (
        "mức trần",
        "ceilings",
    ),
    "part.pace": (
        "mức thay đổi cho phép",
        "limits on the pace of change",
    ),
    "part.hold": (
        "mức giữ cố định",
        "holds",
    ),
    "part.cell_least": (
        "mức sàn từng kỳ",
        "floors of the periods",
    ),
    "part.cell_most": (
        "mức trần từng kỳ",
        "ceilings of the periods",
    ),
    "units_counted": (
        "{count} đơn vị ({units}, …)",
        "{count} units ({units}, …)",
    ),
    "all_units": (
        "{count} đơn vị",
        "the {count} units",
    ),
    "and_last": (
        "{first} và {last}",
        "{first} and {last}",
    ),
    "floors_above_total": (
        "{quota}: {what} của {units} cộng lại là {sum}, cao hơn tổng {total} phải giao",
        "{quota}: the {what} of {units} add up to {sum}, above the {total} to be placed",
    ),
    "floors_above_total.one": (
        "{quota}: {what} của {units} là {sum}, cao hơn tổng {total} phải giao",
        "{quota}: the {what} of {units} come to {sum}, above the {total} to be placed",
    ),
    "floors_above_total.whole": (
        (
            "{quota}: {what} của {units} làm tròn lên số nguyên rồi cộng lại là {sum}, cao hơn tổng "
            "{total} phải giao"
        ),
        (
            "{quota}: the {what} of {units}, rounded up to whole numbers, add up to {sum}, above the "
            "{total} to be placed"
        ),
    ),
    "floors_above_total.whole.one": (
        "{quota}: {what} của {units} làm tròn lên số nguyên là {sum}, cao hơn tổng {total} phải giao",
        (
            "{quota}: the {what} of {units}, rounded up to whole numbers, come to {sum}, above the "
            "{total} to be placed"
        ),
    ),
    "ceilings_below_total": (
        "{quota}: {what} của {units} cộng lại là {sum}, thấp hơn tổng {total} phải giao",
        "{quota}: the {what} of {units} add up to {sum}, below the {total} to be placed",
    ),
    "ceilings_below_total.whole": (
        (
            "{quota}: {what} của {units} làm tròn xuống số nguyên rồi cộng lại là {sum}, thấp hơn tổng "
            "{total} phải giao"
        ),
        (
            "{quota}: the {what} of {units}, rounded down to whole numbers, add up to {sum}, below the "
            "{total} to be placed"
        ),
    ),
    "no_period_open": (
        "{quota}: không kỳ nào được giao, nên không giao được tổng {total}",
        "{quota}: no period is open, so that the {total} can't be placed",
    ),
    "multiples_above_total": (
        (
            "{quota}: giao theo bội số của {step} thì {what} cộng lại đã là {sum}, cao hơn tổng {total} "
            "phải giao"
        ),
        "{quota}: in multiples of {step} the {what} add up to {sum}, above the {total} to be placed",
    ),
    "multiples_below_total": (
        (
            "{quota}: giao theo bội số của {step} thì {what} chỉ cho phép {sum}, thấp hơn tổng {total} "
            "phải giao"
        ),
        "{quota}: in multiples of {step} the {what} leave room for {sum}, below the {total} to be placed",
    ),
    "nest_above": (
        "{inner} ({total}) nằm trong {outer} nhưng lớn hơn ({limit})",
        "{inner} ({total}) lies within {outer} but is larger ({limit})",
    ),
    "nest_bounds_cross": (
        (
            "{inner} nằm trong {outer}: tại {unit}, {floors} của {inner} là {least}, cao hơn {most} theo "
            "{ceilings} của {outer}"
        ),
        (
            "{inner} lies within {outer}: at {unit} the {floors} of {inner} ask for {least}, above the "
            "{most} that the {ceilings} of {outer} leave"
        ),
    ),
    "nest_no_period": (
        (
            "{inner} nằm trong {outer}: tại {unit}, {floors} của {inner} là {least}, nhưng {outer} không "
            "có kỳ nào được giao"
        ),
        (
            "{inner} lies within {outer}: at {unit} the {floors} of {inner} ask for {least}, but {outer} "
            "has no open period"
        ),
    ),
    "nest_floors_above": (
        "{inner} nằm trong {outer}: {what} của {inner} cộng lại là {sum}, cao hơn tổng {total} của {outer}",
        (
            "{inner} lies within {outer}: the {what} of {inner} add up to {sum}, above the total {total} "
            "of {outer}"
        ),
    ),
    "nest_ceilings_below": (
        "{inner} nằm trong {outer}: tổng {total} của {inner} cao hơn {sum}, là {what} của {outer} cộng lại",
        (
            "{inner} lies within {outer}: the total {total} of {inner} lies above {sum}, which the "
            "{what} of {outer} add up to"
        ),
    ),
    "rule_above": (
        "{rule}{place}: cách giao thấp nhất cũng đã là {value}, vượt mức {side} cho phép",
        "{rule}{place}: even the least that can be placed comes to {value}, above the {side} allowed",
    ),
    "rule_below": (
        "{rule}{place}: cách giao cao nhất cũng chỉ đạt {value}, thấp hơn mức {side} phải đạt",
        "{rule}{place}: even the most that can be placed comes to {value}, below the {side} required",
    ),
    "rule_off": (
        "{rule}{place}: cách giao thuận lợi nhất vẫn lệch {by} so với quy định",
        "{rule}{place}: even the distribution that suits it best misses it by {by}",
    ),
    "all_places": (
        " (cộng cả {count} nơi áp dụng)",
        " (all its {count} places together)",
    ),
    "period.year": ("năm {year}", "{year}"),
    "period.half.1": ("6 tháng đầu năm {year}", "{name}"),
    "period.half.2": ("6 tháng cuối năm {year}", "{name}"),
    "period.quarter": ("quý {roman}/{year}", "{name}"),
    "period.month": ("tháng {month}/{year}", "{name}"),
    "at_place": (
        " ({place})",
        " ({place})",
    ),
    "figure_of": (
        "{value} {measure}",
        "{value} {measure}",
    ),
    "figure_alone": (
        "{value}",
        "{value}",
    ),
    "together": (
        (
            "không phương án nào đáp ứng đồng thời các yêu cầu sau (bỏ bất kỳ yêu cầu nào thì các yêu cầu "
            "còn lại đáp ứng được): {members}"
        ),
        "no plan can meet all of these together (without any one of them the others can be met): {members}",
    ),
    "together.open": (
        "không phương án nào đáp ứng đồng thời các yêu cầu sau: {members}",
        "no plan can meet all of these together: {members}",
    ),
    "member.total": (
        "tổng chỉ tiêu {quota}: {total}",
        "the total {total} of {quota}",
    ),
    "member.at_least": (
        "mức sàn chỉ tiêu {quota} của {units}",
        "the floors of {quota} at {units}",
    ),
    "member.at_most": (
        "mức trần chỉ tiêu {quota} của {units}",
        "the ceilings of {quota} at {units}",
    ),
    "member.hold": (
        "mức giữ cố định chỉ tiêu {quota} của {units}",
        "the holds of {quota} at {units}",
    ),
    "member.cell_least": (
        "mức sàn từng kỳ của chỉ tiêu {quota}",
        "the floors of {quota} by period",
    ),
    "member.cell_most": (
        "mức trần từng kỳ của chỉ tiêu {quota}",
        "the ceilings of {quota} by period",
    ),
    "member.multiple": (
        "chỉ tiêu {quota} giao theo bội số của {step}",
        "{quota} in multiples of {step}",
    ),
    "member.within": (
        "chỉ tiêu {quota} nằm trong chỉ tiêu {outer}",
        "{quota} within {outer}",
    ),
    "member.rule": (
        "quy định “{rule}”",
        "the rule “{rule}”",
    ),
    "member.pace": (
        "mức thay đổi cho phép của chỉ tiêu {quota} so với kỳ trước của {units}",
        "the pace of change of {quota} at {units}",
    ),
    "member.stay_within": (
        "không chỉ tiêu nào được thay đổi quá mức cho phép so với {plan}",
        "no quota further from {plan} than may be",
    ),
    "member.stay_most": (
        "số chỉ tiêu được thay đổi so với {plan}: không quá {most}",
        "the number of quotas that may move away from {plan}: {most}",
    ),
    "unit_with_figure": (
        "{unit}: {figure}",
        "{unit}: {figure}",
    ),
    "loosen.total": (
        "đổi tổng chỉ tiêu {what} từ {old} thành {new}",
        "the total of {what} changed from {old} to {new}",
    ),
    "loosen.hold": (
        "đổi mức giữ cố định chỉ tiêu {what}{place} từ {old} thành {new}",
        "the hold of {what}{place} changed from {old} to {new}",
    ),
    "loosen.at_least": (
        "hạ mức sàn chỉ tiêu {what}{place} {by}, từ {old} xuống {new}",
        "the floor of {what}{place} lowered by {by}, from {old} to {new}",
    ),
    "loosen.at_most": (
        "nâng mức trần chỉ tiêu {what}{place} thêm {by}, từ {old} lên {new}",
        "the ceiling of {what}{place} raised by {by}, from {old} to {new}",
    ),
    "loosen.cell_least": (
        "hạ mức sàn từng kỳ của chỉ tiêu {what}{place} {by}, từ {old} xuống {new}",
        "the floor of {what}{place} lowered by {by}, from {old} to {new}",
    ),
    "loosen.cell_most": (
        "nâng mức trần từng kỳ của chỉ tiêu {what}{place} thêm {by}, từ {old} lên {new}",
        "the ceiling of {what}{place} raised by {by}, from {old} to {new}",
    ),
    "loosen.pace": (
        "nới mức thay đổi cho phép của chỉ tiêu {what}{place} thêm {by}, từ {old} thành {new}",
        "the pace of change of {what}{place} loosened by {by}, from {old} to {new}",
    ),
    "loosen.stay_within": (
        "cho phép chỉ tiêu {what}{place} thay đổi thêm {by} so với số đã giao, đến {new}",
        "{what}{place} allowed to move {by} further from the issued plan, to {new}",
    ),
    "loosen.stay_most": (
        "nâng số chỉ tiêu được thay đổi từ {old} lên {new}",
        "the number of quotas that may move raised from {old} to {new}",
    ),
    "loosen.within": (
        "cho phép chỉ tiêu {what}{place} vượt chỉ tiêu bao trùm {by}",
        "{what}{place} allowed to pass the quota that it lies within by {by}",
    ),
    "loosen.multiple": (
        (
            "chỉ tiêu {what}{place} được giao {new}, lệch {by} so với số được phép gần nhất theo bội số "
            "của {step}"
        ),
        "{what}{place} at {new}, {by} off the nearest number that multiples of {step} allow",
    ),
    "loosen.rule": (
        "nới quy định “{what}”{place} thêm {by}",
        "the rule “{what}”{place} loosened by {by}",
    ),
}
