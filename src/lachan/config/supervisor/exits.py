"""The exit status of `lachan up` and `lachan down`: a public contract, never renumbered."""

#: Code of a refusal -> exit status.  0 proper end, 1 an error of ours, 2 a wrong command line.
EXITS = {
    "already_running": 3,
    "port_busy": 4,
    "port_forbidden": 4,
    "folder_not_writable": 5,
    "folder_of_another_user": 5,
    "folder_unreachable": 5,
    "disk_full": 6,
    "secrets_missing": 7,
    "secrets_damaged": 7,
    "secrets_of_another_database": 7,
    "database_binaries_missing": 8,
    "database_binaries_broken": 8,
    "database_of_another_version": 8,
    "database_does_not_start": 8,
    "database_does_not_answer": 8,
    "database_does_not_stop": 8,
    "role_too_strong": 8,
    "migration_failed": 9,
    "story_failed": 9,
    "web_does_not_start": 10,
    "production_needs_host": 11,
    "production_needs_keys_outside": 11,
    "production_needs_gateway": 11,
    "production_refuses_demo": 11,
    "demo_refuses_production": 11,
    "demo_binds_only_here": 11,
    "supervisor_does_not_stop": 12,
}


def exit_status(code: str) -> int:
    """The exit status of a refusal."""
    return EXITS[code]
