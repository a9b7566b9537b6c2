"""What leaves a case: bags, tables and documents for others, made from plain records."""

from __future__ import annotations

from mediaev.export.case_uco import CaseUco
from mediaev.export.csv_table import CsvTable
from mediaev.export.hashdeep import Hashdeep
from mediaev.export.json_lines import JsonLines
from mediaev.export.premis import Premis
from mediaev.ports import Exporter

BUILT_IN: tuple[Exporter, ...] = (CsvTable(), JsonLines(), Hashdeep(), Premis(), CaseUco())
"""The exporters that are always there, each a form of its own."""
