"""A refusal is an answer, not an accident: a stable code and a sentence that says what to do."""


class Refused(Exception):
    """The request is understood and declined.

    `code` is part of the public contract (docs/platforms/<room>.md lists every one); `message` is
    translated already and says what the person can do next.
    """

    def __init__(self, code: str, message: str, *, status: int = 422) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
