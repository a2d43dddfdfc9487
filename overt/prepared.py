"""SQL that is written once, for what is asked and put again and again while somebody waits.

Django writes the SQL of a query anew each time. For the short queries behind a permit that took
longer than everything else together, the database included. Here a query is made as any other,
with a placeholder for each value that changes; its SQL is kept by kind of database, and only the
values are new. Nothing of an answer is kept. What does not wait for the answers of each other goes
to the database in one `Message`.

It leans on what Django's own queries are made of (`SQLCompiler`, `get_related_populators`);
tests/test_prepared.py holds the two to the same answers.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models import query as of_django
from django.db.models.sql import InsertQuery, UpdateQuery
from django.db.transaction import TransactionManagementError

Row = TypeVar("Row")
Said = TypeVar("Said")
# Its arguments are those of the Django that is installed; the stubs are of a newer one.
_populators: Callable[..., Any] = of_django.get_related_populators


class Placeholder(Expression):
    """Stands in a query for a value that is only known when the query is run."""

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
    converters: tuple[tuple[int, Any, Any], ...] = ()
    made: Callable[[Sequence[Any]], Any] = tuple
    locks: bool = False


@dataclass(frozen=True)
class Call(Generic[Said]):
    """A statement with its values. `read` takes what is said to it from a cursor."""

    sql: str
    values: Sequence[Any]
    read: Callable[[Any], Said]


class Answer(Generic[Said]):
    """What a call came to."""

    def __init__(self, message: "Message") -> None:
        self._message = message
        self._said: list[Said] = []

    @property
    def said(self) -> Said:
        """Sends the message first, where that was not done. Raises what a call of it raises, and
        RuntimeError where it was sent and failed before."""
        if not self._said:
            self._message.send()
        if not self._said:
            raise RuntimeError("the message of this answer failed")
        return self._said[0]

    def hear(self, said: Said) -> None:
        self._said.append(said)


class Message:
    """Several calls for the database: PostgreSQL takes them all in one message; SQLite, to which
    there is no way to save, takes them one by one.

    They are done one after another, each after what those before it left, as if they were sent
    alone; also rows that were locked by one are seen by the next as they then are. One that fails
    ends the transaction of all.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[Call[Any], Answer[Any]]] = []

    def add(self, call: Call[Said]) -> Answer[Said]:
        """Its answer is there once it is asked for, or the message was sent."""
        answer: Answer[Said] = Answer(self)
        self._waiting.append((call, answer))
        return answer

    def send(self) -> None:
        """What was added since it was last sent."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            said = list(_run([call for call, _ in waiting]))
            for (_, answer), each in zip(waiting, said, strict=True):
                answer.hear(each)


def run(call: Call[Said]) -> Said:
    """What it comes to, by itself."""
    (said,) = _run([call])
    return said  # type: ignore[no-any-return]


def _run(calls: Sequence[Call[Any]]) -> Iterator[Any]:
    connection = connections[DEFAULT_DB_ALIAS]
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            for call in calls:
                cursor.execute(call.sql, call.values)
                yield call.read(cursor)
            return
        values = [value for call in calls for value in call.values]
        cursor.execute("; ".join(call.sql for call in calls), values)
        yield calls[0].read(cursor)
        for call in calls[1:]:
            cursor.nextset()
            yield call.read(cursor)


class _Statement:
    """SQL with places for the values of `fields`, which are named by them."""

    def __init__(self, fields: "dict[str, Field[Any, Any]]") -> None:
        self._fields = fields
        self._by_vendor: dict[str, _Written] = {}

    def _ready(self, connection: Any, values: dict[str, Any]) -> tuple[_Written, list[Any]]:
        """The SQL, and the values in their places, as the database takes them."""
        written = self._by_vendor.get(connection.vendor)
        if written is None:
            places = {name: Placeholder(name, each) for name, each in self._fields.items()}
            written = self._by_vendor[connection.vendor] = self._write(connection, places)
        given = {
            name: field.get_db_prep_value(values[name], connection)
            for name, field in self._fields.items()
        }
        return written, [
            given[each.name] if isinstance(each, Placeholder) else each for each in written.values
        ]

    def _write(self, connection: Any, places: dict[str, Placeholder]) -> _Written:
        raise NotImplementedError


class Prepared(_Statement, Generic[Row]):
    """`build` takes a placeholder for each of `fields`, by name, and gives a query: of models, with
    `select_related`, `defer` and `select_for_update` as one likes, or of `values_list`."""

    def __init__(
        self, build: Callable[..., "QuerySet[Any, Row]"], **fields: "Field[Any, Any]"
    ) -> None:
        super().__init__(fields)
        self._build = build

    def call(self, **values: Any) -> Call[list[Row]]:
        """The query with these values. Raises TransactionManagementError where it locks rows and
        there is no transaction to hold them."""
        connection = connections[DEFAULT_DB_ALIAS]
        written, given = self._ready(connection, values)
        # Django says so only while it writes the SQL.
        if written.locks and connection.get_autocommit():
            raise TransactionManagementError("select_for_update needs a transaction")

        def read(cursor: Any) -> list[Row]:
            rows = cursor.fetchall()
            return [written.made(_converted(row, written, connection)) for row in rows]

        return Call(written.sql, given, read)

    def all(self, **values: Any) -> list[Row]:
        """What the query gives with these values. Raises as `call` does."""
        return run(self.call(**values))

    def first(self, **values: Any) -> Row | None:
        """The first of them; the query itself says that it wants no more (`[:1]`)."""
        return next(iter(self.all(**values)), None)

    def _write(self, connection: Any, places: dict[str, Placeholder]) -> _Written:
        compiler = self._build(**places).query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        converters = compiler.get_converters([column for column, _, _ in compiler.select])
        return _Written(
            sql,
            tuple(values),
            tuple((place, *converter) for place, converter in converters.items()),
            # Of annotations alone there is no model; of columns there would be one.
            tuple
            if compiler.klass_info is None or compiler.query.values_select
            else _maker(compiler),
            compiler.query.select_for_update and connection.features.has_select_for_update,
        )


class PreparedInsert(_Statement):
    """Puts one row of `model`, whose key the database gives."""

    def __init__(self, model: type[Model]) -> None:
        self._model = model
        self._columns = [each for each in model._meta.concrete_fields if not each.primary_key]
        super().__init__({each.attname: _plain(each) for each in self._columns})

    def call(self, **values: Any) -> Call[None]:
        """Where a column is not among `values` it has its default."""
        whole = {each.attname: each.get_default() for each in self._columns} | values
        written, given = self._ready(connections[DEFAULT_DB_ALIAS], whole)
        return Call(written.sql, given, lambda _: None)

    def _write(self, connection: Any, places: dict[str, Placeholder]) -> _Written:
        query = InsertQuery(self._model)
        row: Any = SimpleNamespace(**places)
        query.insert_values(self._columns, [row], raw=True)
        ((sql, values),) = query.get_compiler(connection=connection).as_sql()
        return _Written(sql, tuple(values))


class PreparedUpdate(_Statement):
    """Changes some columns of the row of `model` with a given key."""

    def __init__(self, model: type[Model], *names: str) -> None:
        self._model, self._names = model, names
        columns = {name: _plain(model._meta.get_field(name)) for name in names}
        super().__init__({"pk": _plain(model._meta.pk), **columns})

    def call(self, found: Model) -> Call[None]:
        """The columns as `found` has them now. Raises LookupError, once it is done, where its row
        is gone."""
        values = {name: getattr(found, name) for name in self._names}
        written, given = self._ready(connections[DEFAULT_DB_ALIAS], {"pk": found.pk, **values})

        def read(cursor: Any) -> None:
            if cursor.rowcount != 1:
                raise LookupError(f"{self._model.__name__} {found.pk} is not in the database")

        return Call(written.sql, given, read)

    def _write(self, connection: Any, places: dict[str, Placeholder]) -> _Written:
        query = self._model._default_manager.filter(pk=places["pk"]).order_by().query
        update: Any = query.chain(UpdateQuery)
        update.add_update_values({name: places[name] for name in self._names})
        sql, values = update.get_compiler(connection=connection).as_sql()
        return _Written(sql, tuple(values))


def _plain(field: Any) -> "Field[Any, Any]":
    """Of a foreign key, the field that it holds a value of."""
    plain: Field[Any, Any] = field.target_field if field.is_relation else field
    return plain


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
