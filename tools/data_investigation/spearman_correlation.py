"""SpearmanCorrelation: how far fields grow together."""

from __future__ import annotations

from tools._profiling.association import Matrix
from tools._profiling.correlation import Correlation, CorrelationConfig


class SpearmanCorrelation(Correlation[CorrelationConfig]):
    """Correlate the ranks of numbers: how far one field grows whenever another does, in a straight line or not.

    A record leaves for each field, with a number for each: 1 where the order by one is that by the other, -1 where it
    is the reverse, 0 where they have nothing to do with each other; Null for a field that is the same everywhere. Equal
    values share the mean of their ranks. Single very large values weigh no more than others, unlike in
    PearsonCorrelation. Only records count that have a finite number in every field; how many were left out is said.

    Example: `{tool: SpearmanCorrelation, fields: [Age, Income, Spending]}`
    """

    keywords = ("correlation", "rank", "monotonic", "matrix", "dependence", "relationship", "statistics")

    def _matrix(self) -> Matrix:
        return self._samples.correlations("spearman")
