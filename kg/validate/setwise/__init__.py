"""Standard SHACL by sets: each constraint is one SPARQL query over all its focus nodes at once.

from kg.validate import setwise
report = setwise.validate(data, shapes)   # a pyoxigraph Store or an rdflib Graph, and shapes
report.conforms, report.results, report.graph()
"""

from __future__ import annotations

from kg.validate.setwise.changes import Checked, Revalidated, revalidate
from kg.validate.setwise.core import Query
from kg.validate.setwise.data import Data, Endpoint, GraphData, StoreData
from kg.validate.setwise.engine import Columns, queries, validate
from kg.validate.setwise.results import Report, Violation
from kg.validate.setwise.shapes import Shapes, read
from kg.validate.setwise.terms import NotCompilable, ShapeError

__all__ = [
    "Checked", "Columns", "Data", "Endpoint", "GraphData", "NotCompilable", "Query", "Report",
    "Revalidated", "ShapeError", "Shapes", "StoreData", "Violation", "queries", "read",
    "revalidate", "validate",
]  # fmt: skip
