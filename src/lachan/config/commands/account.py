"""`lachan account`: open accounts of staff, give a first password, help whoever is locked out.

Run by the technology team on the server; nothing of it can be done over the network.
"""

import argparse
import getpass
import secrets
import sys
from typing import TYPE_CHECKING
from uuid import UUID

from lachan.core.roles import Role

if TYPE_CHECKING:
    from lachan.people.accounts import Account

#: Letters and digits that nobody takes for another; 16 of them are 79 bits.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH = 16
#: Source: NIST SP 800-63B-4, 3.1.1.2, passwords used with a second factor.
_SHORTEST = 8


def run(argv: list[str]) -> int:
    """Run one verb; 2 when there is no such account or the words make no sense."""
    arguments = _parser().parse_args(argv)

    from lachan.config.django_setup import set_up_as_owner

    set_up_as_owner()
    from lachan.core.refusals import Refused
    from lachan.people import operating

    try:
        if arguments.verb == "open":
            _open(arguments)
            return 0
        account = operating.staff_account(arguments.handle)
        _help(account, arguments)
    except Refused as refused:
        sys.stderr.write(f"lachan account: {refused.message}\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lachan account", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    opening = verbs.add_parser("open", help="open an account and print its first password")
    opening.add_argument("--name", required=True, help="the person's name as pages show it")
    opening.add_argument("--role", required=True, choices=sorted(Role))
    where = opening.add_mutually_exclusive_group(required=True)
    where.add_argument("--commune", type=int, help="id of today's unit")
    where.add_argument("--province", type=int, help="id of today's unit")
    where.add_argument("--organisation", type=UUID)
    where.add_argument("--national", action="store_true")
    password = verbs.add_parser("password", help="print a new password, or set a typed one")
    password.add_argument("--type", action="store_true", help="ask for the password")
    unlock = verbs.add_parser("unlock", help="forget wrong tries")
    forget = verbs.add_parser("forget-phone", help="lost phone and lost recovery codes")
    link = verbs.add_parser("link", help="let an organisation's OIDC open the account")
    link.add_argument("--provider", required=True, help="as in LACHAN_OIDC")
    link.add_argument("--subject", required=True, help="the `sub` the organisation gives")
    for verb in (opening, password, unlock, forget, link):
        verb.add_argument("handle", help="account name")
    return parser


def _open(arguments: argparse.Namespace) -> None:
    from lachan.people import operating
    from lachan.people.signing_in import At

    at = At(arguments.organisation, arguments.commune, arguments.province, arguments.national)
    password = _new_password()
    operating.open_staff(
        arguments.handle, arguments.name, Role(arguments.role), at, password=password
    )
    sys.stdout.write(f"{arguments.handle}  {password}\n")


def _help(account: "Account", arguments: argparse.Namespace) -> None:
    from lachan.people import operating

    if arguments.verb == "password":
        password = _typed_password() if arguments.type else _new_password()
        operating.set_password(account, password)
        sys.stdout.write("" if arguments.type else f"{account.handle}  {password}\n")
    elif arguments.verb == "unlock":
        sys.stdout.write(f"{operating.unlock(account)} rows of wrong tries are forgotten\n")
    elif arguments.verb == "forget-phone":
        operating.forget_second_factor(account)
        sys.stdout.write(f"{account.handle} ties a new phone at the next sign-in\n")
    else:
        operating.link(account, arguments.provider, arguments.subject)
        sys.stdout.write(f"{arguments.provider} opens {account.handle}\n")


def _new_password() -> str:
    return "".join(secrets.choice(_SIGNS) for _sign in range(_LENGTH))


def _typed_password() -> str:
    from lachan.core.refusals import Refused

    typed = getpass.getpass("New password: ")
    if len(typed) < _SHORTEST:
        raise Refused("password_short", f"A password has at least {_SHORTEST} signs.")
    return typed
