"""Why an index folder cannot be used."""


class StoreRefused(Exception):
    """The folder is understood and declined; `code` is part of the contract.

    The index is a cache: whoever meets this rebuilds it from the database.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
