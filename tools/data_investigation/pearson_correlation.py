"""PearsonCorrelation: how far fields depend on each other in a straight line."""

from __future__ import annotations

from typing import Literal

from tools._profiling.association import Matrix
from tools._profiling.correlation import Correlation, CorrelationConfig


class PearsonCorrelationConfig(CorrelationConfig):
    measure: Literal["correlation", "covariance"] = "correlation"
    """Correlation, from -1 to 1, or covariance, which depends on the units of the fields."""


class PearsonCorrelation(Correlation[PearsonCorrelationConfig]):
    """Correlate numbers: how far one field grows in a straight line with another.

    A record leaves for each field, with a number for each: 1 where one always grows with the other, -1 where it always
    falls, 0 where they have nothing to do with each other; Null for a field that is the same everywhere. Only records
    count that have a finite number in every field; how many were left out is said. Bool counts as 1 and 0.

    SpearmanCorrelation finds what grows together in any line; AssociationAnalysis says what may be chance.

    Example: `{tool: PearsonCorrelation, fields: [Age, Income, Spending]}`
    """

    keywords = ("correlation", "covariance", "matrix", "dependence", "relationship", "statistics")

    def _matrix(self) -> Matrix:
        wanted = self._samples.covariances if self.config.measure == "covariance" else self._samples.correlations
        return wanted()
