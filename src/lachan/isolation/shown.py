"""What a page of orders shows of a rule, and how a paper is handed out."""

from django.http import Http404, HttpResponse

from lachan.isolation.selectors import OrderRow, sentence_of
from lachan.rulebook.selectors import term
from lachan.ui.documents import PDF, WORD, Document, to_docx, to_pdf


def reading_of(row: OrderRow) -> dict[str, object]:
    """The rule an order rests on, in the reader's words: nothing is done before this is read."""
    answer = row.answer
    return {
        "why": sentence_of(answer, row.order.disease),
        "form": answer.form or "",
        "condition": term("condition", answer.condition) if answer.condition else "",
        "source": term("reading", answer.reading),
        "rule": row.order.rule,
        "version": row.order.rule_version,
    }


def downloaded(document: Document, name: str, ending: str) -> HttpResponse:
    """The paper as a file, or 404 for an ending nobody offers."""
    makers = {"docx": (to_docx, WORD), "pdf": (to_pdf, PDF)}
    if ending not in makers:
        raise Http404
    make, media_type = makers[ending]
    response = HttpResponse(make(document), content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return response
