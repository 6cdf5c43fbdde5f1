"""Kinds of consequences and what is done to each: codes only, the words are in `wording`."""

from enum import StrEnum


class Kind(StrEnum):
    """What a positive brought about."""

    CASE = "case"
    CONTACT = "contact"
    LEVEL = "level"
    HANDOVER = "handover"
    OUTBREAK = "outbreak"
    TOLD = "told"
    NOTICE = "notice"
    ORDER = "order"
    ZONE = "zone"
    REQUEST = "request"
    RESULT = "result"


class Act(StrEnum):
    """What happens to a consequence."""

    WITHDRAW = "withdraw"
    RULE_OUT = "rule_out"
    RECOMPUTE = "recompute"
    RECALL = "recall"
    CORRECT = "correct"
    DROP = "drop"
    NOT_COUNTED = "not_counted"
    KEEP = "keep"
    KEEP_DECIDED = "keep_decided"
    ASK_SIGNER = "ask_signer"
    REPLAN = "replan"
    TAKE_BACK = "take_back"


#: Kinds that reach, or would reach, somebody outside the office: what a wrong positive did to
#: people.  The others are the records from which these came.
REACHING = frozenset({Kind.NOTICE, Kind.ORDER, Kind.ZONE, Kind.REQUEST})

#: Acts that only a named human can finish.
HUMAN = frozenset({Act.ASK_SIGNER, Act.REPLAN, Act.TAKE_BACK})

#: Acts after which a thing stands as it stood.
KEPT = frozenset({Act.KEEP, Act.KEEP_DECIDED})

#: Done at once when the laboratory takes a result back, before anybody presses: nobody is held, and
#: nothing is signed, on a result that stands no more.  The signer learns at once as well.
AT_ONCE = frozenset({(Kind.ORDER, Act.DROP), (Kind.ORDER, Act.ASK_SIGNER)})
