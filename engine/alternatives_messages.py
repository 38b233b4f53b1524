"""What is said about plans that are nearly as fair, and about frontiers (§12): key → (vi, en)."""

from __future__ import annotations

from collections.abc import Mapping

ALTERNATIVES: Mapping[str, tuple[str, str]] = {
    "bad_count": (
        "'{what}': số phương án phải là số nguyên từ 1 đến {most}",
        "'{what}': the number of plans is a whole number from 1 to {most}",
    ),
    "bad_slack": (
        "'{what}': phần kém công bằng cho phép phải là 0 hoặc lớn hơn, ví dụ 2% hoặc 0.02",
        "'{what}': the slack is 0 or more, such as 2% or 0.02",
    ),
    "bad_move": (
        "'{what}': phần phải khác nhau lớn hơn 0%, nhiều nhất 100%, ví dụ 5% hoặc 0.05",
        "'{what}': what plans must move is more than 0% and at most 100%, such as 5% or 0.05",
    ),
    "alternatives.title": ("Các phương án gần công bằng như nhau", "Plans that are nearly as fair"),
    "alternatives.plan": ("Phương án {number}", "Plan {number}"),
    "alternatives.fairest": ("công bằng nhất", "the fairest"),
    "alternatives.objective": ("Hàm mục tiêu", "Objective"),
    "alternatives.worse_by": ("Kém công bằng hơn", "Less fair by"),
    "alternatives.moved": ("Khác phương án gần nhất", "Moved against the nearest"),
    "alternatives.difference": ("Khác phương án công bằng nhất ở", "Against the fairest"),
    "alternatives.gains": ("thêm: {units}", "more: {units}"),
    "alternatives.loses": ("bớt: {units}", "less: {units}"),
    "alternatives.same": ("giống phương án công bằng nhất", "the same as the fairest"),
    "alternatives.asked": (
        "Mỗi phương án kém công bằng nhiều nhất {slack} và khác mọi phương án kia ít nhất {move} tổng số.",
        "Each is less fair by at most {slack} and moves at least {move} of the totals against every other.",
    ),
    "alternatives.rough": (
        "Chưa kịp chứng minh là công bằng nhất trong số khác xa như vậy: phương án {plans}.",
        "Not proven in time to be nearly the fairest of those that move as much: plan {plans}.",
    ),
    "alternatives.no_more": (
        "Không còn phương án nào khác trong mức đó.",
        "No further plan exists within that.",
    ),
    "alternatives.no_more_equal": (
        "Phương án công bằng nhất đúng bằng phần công bằng, nên không phương án nào khác nằm trong mức đó.",
        "The fairest plan is at the fair shares themselves, so no other lies within any slack.",
    ),
    "alternatives.possible_at": (
        "Không còn phương án nào khác trong mức kém công bằng {slack}; với mức {possible} thì tìm được một.",
        "No further plan exists within a slack of {slack}; one was found at a slack of {possible}.",
    ),
    "alternatives.unproven": (
        "Hết thời gian ({seconds} giây) nên chưa rõ còn phương án nào khác không.",
        "Time ran out ({seconds} s): whether further plans exist is open.",
    ),
    "bad_goals": (
        "'{what}': cần hai mục tiêu khác nhau trong fairness, cost, changes và đường dẫn của một con số",
        "'{what}': two different goals are needed, of fairness, cost, changes and the path of a figure",
    ),
    "changes_without_plan": (
        "mục tiêu changes cần kế hoạch đã giao: --stay-close-to PLAN.json (HTTP: stay)",
        "the goal changes needs the issued plan: --stay-close-to PLAN.json (HTTP: stay)",
    ),
    "plan_without_changes": (
        "kế hoạch đã giao chỉ dùng cho mục tiêu changes: --goals fairness,changes",
        "an issued plan is for the goal changes: --goals fairness,changes",
    ),
    "bad_points": (
        "'{what}': số điểm phải là số nguyên từ 2 đến {most}",
        "'{what}': the number of points is a whole number from 2 to {most}",
    ),
    "bad_range": (
        "cần --from và --to, là hai số khác nhau, cho mục tiêu {what} (hai con số: --from X,Y --to X,Y)",
        "the goal {what} needs --from and --to, two different numbers (of two figures: --from X,Y --to X,Y)",
    ),
    "bad_range_count": (
        "'{what}': cần {count} số, mỗi con số trong --goals một số",
        "'{what}': {count} number(s) wanted, one for each figure of --goals",
    ),
    "range_without_path": (
        "--from, --to và --more chỉ dùng cho mục tiêu là một con số",
        "--from, --to and --more are for a goal that is a figure",
    ),
    "no_cost": (
        "phân bổ '{what}' không có chỉ tiêu nào có cost",
        "the allocation '{what}' has no quota with a cost",
    ),
    "frontier.title": (
        "Đánh đổi giữa {first} và {goal}: {allocation}",
        "Trade-off of {first} and {goal}: {allocation}",
    ),
    "frontier.fairness": ("công bằng", "fairness"),
    "frontier.point": ("Điểm {number}", "Point {number}"),
    "frontier.cost": ("chi phí", "cost"),
    "frontier.changes": ("số chỉ tiêu phải đổi", "quotas changed"),
    "frontier.goal": ("Mục tiêu {goal}", "Goal: {goal}"),
    "frontier.objective": ("Hàm mục tiêu (0: công bằng nhất)", "Objective (0 is fairest)"),
    "frontier.moved": ("Khác phương án công bằng nhất", "Moved against the fairest"),
    "frontier.less": (
        "Các điểm tính cho {goal} càng nhỏ càng tốt.",
        "The smaller {goal}, the better.",
    ),
    "frontier.more": (
        "Các điểm tính cho {goal} càng lớn càng tốt.",
        "The greater {goal}, the better.",
    ),
    "frontier.every": (
        "Ngoài các điểm này không còn điểm nào khác.",
        "There are no points beside these.",
    ),
    "frontier.single": (
        "Không phải đánh đổi gì: một phương án tốt nhất về cả hai mục tiêu.",
        "Nothing is traded: one plan is the best in both.",
    ),
    "frontier.gaps": (
        "Có thể còn điểm khác giữa: {values}. Tăng --points để xem thêm.",
        "Further points may lie between: {values}. More --points show more.",
    ),
    "frontier.gaps_all": (
        "Giữa các điểm có thể còn điểm khác. Tăng --points để xem thêm.",
        "Further points may lie between these. More --points show more.",
    ),
    "frontier.dominated": (
        "Bỏ các điểm có điểm khác tốt hơn về mọi mặt: {values}",
        "Left out, since another point is better in every way: {values}",
    ),
    "frontier.infeasible": ("Không có phương án tại: {values}", "There is no plan at: {values}"),
    "frontier.unproven": (
        "Hết thời gian: một số điểm có thể chưa phải tốt nhất, hoặc chưa tìm được.",
        "Time ran out: some points may not be the best, or are missing.",
    ),
}
