"""Template filters for the words of the borough comparison."""

from django import template

from overt.hotspots.comparison import words

register = template.Library()
register.filter("rate_words", words.rate)
register.filter("share_words", words.per_cent)
register.filter("period_words", words.period)
register.filter("claim_words", words.claim)
register.filter("reading_words", words.reading)
register.filter("reading_figure", words.figure)
register.filter("reading_standing", words.standing)


@register.filter
def unlocalised(number: int) -> str:
    """A year, without a thousands separator."""
    return str(number)
