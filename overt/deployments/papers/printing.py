"""From a page of our own to an accessible PDF (PDF/UA-1). The page carries all it needs."""


def pdf(html: str) -> bytes:
    """The same page gives the same bytes.

    A reference to anything else is a fault of the page, and raises WeasyPrint's
    FatalURLFetchingError before anything is opened.
    """
    import weasyprint  # half a second that most processes never need
    from weasyprint.urls import URLFetcher

    nothing_else = URLFetcher(allowed_protocols=(), fail_on_errors=True)
    document = weasyprint.HTML(string=html, url_fetcher=nothing_else)
    written: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    return written
