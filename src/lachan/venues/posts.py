"""Guards of a place: invited by phone, posted at it or at one of its gates, ended at once."""

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.people.services import end_work
from lachan.people.services import invite as give_work
from lachan.venues.models import Device, Post, Venue
from lachan.venues.registering import phone_or_refuse

#: Telephones typed at one time: a large factory's guards fit.
MOST_AT_ONCE = 50


def invite_guards(*, venue: Venue, phones: str, by: Principal) -> tuple[list[Post], list[str]]:
    """A guard for each line "phone, name": those posted, and the lines that are no phone number.

    Refused: not_your_place, too_many_phones.
    """
    _only_own(venue, by)
    lines = [line for line in phones.replace(";", "\n").splitlines() if line.strip()]
    if len(lines) > MOST_AT_ONCE:
        raise Refused("too_many_phones", _("Type at most 50 phone numbers at a time."))
    made: list[Post] = []
    wrong: list[str] = []
    for line in lines:
        number, name = _split(line)
        try:
            made.append(_post(venue, phone_or_refuse(number), name, by))
        except Refused:
            wrong.append(line.strip())
    return made, wrong


def end_post(*, post: Post, by: Principal) -> None:
    """The guard stands there no more, from his next request on; scans he made stay.

    The devices he enrolled there end with him: what one of them still holds comes by a file.
    """
    _only_own(post.venue, by)
    if post.ended_at is not None:
        return
    post.ended_at = now()
    post.ended_by = by.account
    post.save(update_fields=["ended_at", "ended_by"])
    audit.record("venue.guard_ended", target=("venue", post.venue_id), by=by)
    others = Post.objects.filter(
        account=post.account, organisation=post.organisation, ended_at=None
    )
    _close_his_devices(post, all_of_them=not others.exists(), by=by)
    if not others.exists():
        end_work(
            account=post.account,
            role=Role.GATE_CONTROLLER,
            organisation=post.organisation,
            by=by,
        )


def close_device(*, device: Device, by: Principal) -> None:
    """End a device's right to scan: it was lost, sold or stolen."""
    if device.closed_at is None:
        device.closed_at = now()
        device.save(update_fields=["closed_at"])
        audit.record("device.closed", target=("device", device.id), by=by)


def _close_his_devices(post: Post, *, all_of_them: bool, by: Principal) -> None:
    devices = Device.objects.filter(
        organisation=post.organisation, made_by=post.account, closed_at=None
    )
    if not all_of_them:
        devices = devices.filter(venue=post.venue)
    for device in devices:
        close_device(device=device, by=by)


def _post(venue: Venue, phone: str, name: str, by: Principal) -> Post:
    account = give_work(
        phone=phone,
        name=name,
        role=Role.GATE_CONTROLLER,
        organisation=venue.organisation,
        by=by,
    )
    standing = Post.objects.filter(venue=venue, account=account, ended_at=None).first()
    if standing is not None:
        return standing
    post = Post(
        venue=venue,
        organisation=venue.organisation,
        account=account,
        name=name[:80],
        phone_tail=phone[-3:],
        since=now(),
        given_by=by.account,
    )
    post.save(force_insert=True)
    audit.record("venue.guard_invited", target=("venue", venue.id), by=by)
    return post


def _split(line: str) -> tuple[str, str]:
    """`0900 000 123, Bùi Văn Tư` or `Bùi Văn Tư 0900000123`: the digits are the phone."""
    number = "".join(sign for sign in line if sign.isdigit() or sign == "+")
    name = "".join(sign for sign in line if not (sign.isdigit() or sign in "+,.-()"))
    return number, " ".join(name.split())


def _only_own(venue: Venue, by: Principal) -> None:
    if venue.organisation != by.organisation:
        raise Refused(
            "not_your_place", _("This place belongs to another organisation."), status=403
        )
