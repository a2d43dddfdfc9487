"""Queries whose SQL is written once, for what is asked again and again while somebody waits.

Django writes the SQL of a query anew each time. For the short queries behind a permit that took
longer than everything else together, the database included. Here a query is made as any other,
with a placeholder for each value that changes; its SQL is kept by kind of database, and only the
values are new. Nothing of an answer is kept.

It leans on what Django's own queries are made of (`SQLCompiler`, `get_related_populators`);
tests/test_prepared.py holds the two to the same answers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Field, QuerySet
from django.db.models import query as of_django

Row = TypeVar("Row")
# Its arguments are those of the Django that is installed; the stubs are of a newer one.
_populators: Callable[..., Any] = of_django.get_related_populators


class Placeholder(Expression):
    """Stands in a filter for a value that is only known when the query is run."""

    def __init__(self, name: str, field: "Field[Any, Any]") -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


@dataclass(frozen=True)
class _Written:
    """`converters`: the place of a column, what makes its value Python's, and the column."""

    sql: str
    values: tuple[Any, ...]
    converters: tuple[tuple[int, Any, Any], ...]
    made: Callable[[Sequence[Any]], Any]


class Prepared(Generic[Row]):
    """`build` takes a placeholder for each of `fields`, by name, and gives a query: of models, with
    `select_related`, `defer` and `select_for_update` as one likes, or of `values_list`."""

    def __init__(
        self, build: Callable[..., "QuerySet[Any, Row]"], **fields: "Field[Any, Any]"
    ) -> None:
        self._build, self._fields = build, fields
        self._written: dict[str, _Written] = {}

    def all(self, **values: Any) -> list[Row]:
        """What the query gives with these values."""
        connection = connections[DEFAULT_DB_ALIAS]
        written = self._written.get(connection.vendor)
        if written is None:
            written = self._written[connection.vendor] = self._write(connection)
        ready = {
            name: field.get_db_prep_value(values[name], connection)
            for name, field in self._fields.items()
        }
        given = [
            ready[each.name] if isinstance(each, Placeholder) else each for each in written.values
        ]
        with connection.cursor() as cursor:
            cursor.execute(written.sql, given)
            rows = cursor.fetchall()
        return [written.made(_converted(row, written, connection)) for row in rows]

    def first(self, **values: Any) -> Row | None:
        """The first of them; the query itself says that it wants no more (`[:1]`)."""
        return next(iter(self.all(**values)), None)

    def _write(self, connection: Any) -> _Written:
        asked = self._build(
            **{name: Placeholder(name, each) for name, each in self._fields.items()}
        )
        compiler = asked.query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        converters = compiler.get_converters([column for column, _, _ in compiler.select])
        return _Written(
            sql,
            tuple(values),
            tuple((place, *converter) for place, converter in converters.items()),
            tuple if compiler.query.values_select else _maker(compiler),
        )


def _maker(compiler: Any) -> Callable[[Sequence[Any]], Any]:
    """What makes a model, and those related to it, of a row."""
    info, select = compiler.klass_info, compiler.select
    model, places = info["model"], info["select_fields"]
    begin, end = places[0], places[-1] + 1
    names = [column.target.attname for column, _, _ in select[begin:end]]
    populators = _populators(info, select, DEFAULT_DB_ALIAS)

    def made(row: Sequence[Any]) -> Any:
        found = model.from_db(DEFAULT_DB_ALIAS, names, row[begin:end])
        for populator in populators:
            populator.populate(row, found)
        return found

    return made


def _converted(row: Sequence[Any], written: _Written, connection: Any) -> list[Any]:
    changed = list(row)
    for place, converters, column in written.converters:
        for convert in converters:
            changed[place] = convert(changed[place], column, connection)
    return changed
