"""Hand approved messages to the gateway, ask what became of them, and try again.

A telephone that is switched off gets the message again for some hours; whoever cannot be reached
then stands on the station's list, to be called or visited.
"""

import json
from collections import defaultdict
from datetime import timedelta
from uuid import UUID, uuid5

from lachan.core import audit, gateway
from lachan.core.clock import now
from lachan.core.facts import ring
from lachan.core.scope import Principal
from lachan.notices.models import Notice
from lachan.notices.sentences import text_of
from lachan.people.selectors import cards_of
from lachan.rulebook.selectors import results_rule

#: Messages asked about in one round.
ASKED_AT_ONCE = 200

#: The gateway is asked about a message for this long; after that nothing more is learned.
ASKED_FOR = timedelta(days=2)


def send_approved(*, by: Principal, limit: int = 100) -> int:
    """Hand approved messages to the gateway; give how many it took.

    Several that say the same to people of one telephone go out as one, with every reference: thirty
    who share a telephone get one message.  A message keeps its own id at the gateway, so that one
    sent twice reaches the telephone once.
    """
    rows = list(
        Notice.objects.select_for_update(skip_locked=True)
        .filter(state=Notice.State.APPROVED)
        .exclude(next_try_at__gt=now())
        .order_by("approved_at", "id")[:limit]
    )
    cards = cards_of([row.person_id for row in rows])
    alike: dict[tuple[str, str, str], list[Notice]] = defaultdict(list)
    sent = 0
    for row in rows:
        card = cards.get(row.person_id)
        if card is None or not card.phone:
            sent += _finish(row, Notice.State.FAILED, "no_phone", by)
        else:
            alike[card.phone, row.kind, _told(row)].append(row)
    return sent + sum(_send(phone, told, by) for (phone, _kind, _words), told in alike.items())


def _told(row: Notice) -> str:
    """What a message says, whoever it is for."""
    return json.dumps({**row.values, "reference": ""}, sort_keys=True)


def _send(phone: str, rows: list[Notice], by: Principal) -> int:
    references = ", ".join(dict.fromkeys(row.values.get("reference", "") for row in rows))
    said = Notice(kind=rows[0].kind, values={**rows[0].values, "reference": references})
    # Other rows on a second try are another message: none of them may pass for one that was sent.
    message = _number(rows)
    try:
        receipt = gateway.send(message=message, phone=phone, text=text_of(said))
    except gateway.GatewayDown:
        return 0
    ring("notices.sent")
    return sum(_finish(row, Notice.State.SENT, receipt, by) for row in rows)


def _number(rows: list[Notice]) -> UUID:
    """The message's own number.  Each try after one that arrived nowhere is a message of its own:
    the gateway would answer the old number with the old receipt."""
    words = [str(row.id) for row in rows] + [f"try {row.tries}" for row in rows if row.tries]
    return rows[0].id if len(words) == 1 else uuid5(rows[0].id, " ".join(words))


def _finish(row: Notice, state: Notice.State, receipt: str, by: Principal) -> int:
    row.state = state
    row.sent_at = now()
    row.receipt = receipt
    row.tries += state == Notice.State.SENT
    row.save(update_fields=["state", "sent_at", "receipt", "tries"])
    audit.record(f"notice.{state.value}", target=("notice", row.id), by=by)
    return 1


def ask_deliveries(*, by: Principal) -> int:
    """Ask the gateway about messages on their way; give of how many it said something new.

    One that reached nobody is sent again, as often and as far apart as the rule says.
    """
    rows = list(
        Notice.objects.select_for_update(skip_locked=True)
        .filter(state=Notice.State.SENT, delivery="", sent_at__gt=now() - ASKED_FOR)
        .exclude(receipt="")
        .order_by("sent_at", "id")[:ASKED_AT_ONCE]
    )
    said: dict[str, str] = {}
    changed = 0
    for row in rows:
        if row.receipt not in said:
            try:
                said[row.receipt] = gateway.delivery_of(row.receipt)
            except gateway.GatewayDown:
                break
        if said[row.receipt]:
            _note(row, said[row.receipt], by)
            changed += 1
    return changed


def _note(row: Notice, delivery: str, by: Principal) -> None:
    if delivery == Notice.Delivery.UNDELIVERABLE and _tried_again(row):
        return
    row.delivery, row.delivery_at = delivery, now()
    row.save(update_fields=["delivery", "delivery_at"])
    audit.record(f"notice.{delivery}", target=("notice", row.id), by=by)


def _tried_again(row: Notice) -> bool:
    """Put the message back among those to be sent, unless it was tried often enough."""
    rule = results_rule(now(), province=row.province)
    if row.tries >= rule.send_tries:
        return False
    row.state = Notice.State.APPROVED
    row.next_try_at = now() + timedelta(minutes=rule.send_again_minutes)
    row.save(update_fields=["state", "next_try_at"])
    return True
