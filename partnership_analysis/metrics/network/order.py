"""The order in which a matrix of members shows its structure: those who work with each other stand beside each other."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from partnership_analysis.metrics.names import people_key

MOST_OPTIMAL = 300
"""Members up to whom the best of all orders of the tree is found; beyond, the tree's own order is taken."""


def in_order(matrix: pd.DataFrame) -> pd.DataFrame:
    """A matrix of members with rows and columns in the order that shows who works with whom.

    Parameters
    ----------
    matrix : DataFrame
        Members by members, as :func:`partnership_analysis.referral_matrix`, :func:`partnership_analysis.meeting_matrix` or
        :func:`partnership_analysis.combination_matrix` give it.

    Returns
    -------
    DataFrame
        The same cells: connected members first, beside those with whom they share most, the busier end at the top;
        then members without any connection, by name.

    Raises
    ------
    ValueError
        If rows and columns do not name the same members.

    Notes
    -----
    Two members are as near as their connections are alike: the cosine of the square roots of what goes either way, their
    own tie included. A tree of average linkage is built of these distances, and its branches are turned so that
    neighbours are as near as they can be (Bar-Joseph, Gifford and Jaakkola 2001), up to 300 connected members.

    Examples
    --------
    >>> rows = pd.DataFrame({"from": ["Ann", "Cy", "Bo", "Dee"], "to": ["Cy", "Ann", "Dee", "Bo"], "kind": "referral",
    ...                      "count": [3, 2, 1, 1]})
    >>> import partnership_analysis as pa
    >>> in_order(pa.referral_matrix(rows)).index.tolist()
    ['Ann', 'Cy', 'Dee', 'Bo']
    """
    if set(matrix.index) != set(matrix.columns) or len(matrix.index) != len(matrix.columns):
        raise ValueError("rows and columns must name the same members")
    members = sorted(matrix.index, key=people_key)
    square = matrix.reindex(index=members, columns=members)
    cells = square.to_numpy("float64", na_value=0.0)
    ties = np.sqrt(cells) + np.sqrt(cells.T)
    np.fill_diagonal(ties, 0)
    connected = np.flatnonzero(ties.any(axis=1))
    alone = np.flatnonzero(~ties.any(axis=1))
    order = np.concatenate([connected[_leaves(ties[np.ix_(connected, connected)])], alone])
    names = [members[place] for place in order.astype(int)]
    return square.reindex(index=names, columns=names)


def _leaves(ties: NDArray[np.float64]) -> NDArray[np.int64]:
    """The order of connected members."""
    if len(ties) < 3:
        return np.argsort(-ties.sum(axis=1), kind="stable")
    # A member's tie with itself is as strong as its strongest, so that two who only have each other are alike.
    own = ties + np.diag(ties.max(axis=1))
    length = np.linalg.norm(own, axis=1)
    near = np.clip(own @ own.T / np.outer(length, length), 0, 1)
    apart = squareform(np.round(1 - near, 12), checks=False)
    tree = linkage(apart, method="average", optimal_ordering=len(ties) <= MOST_OPTIMAL)
    leaves = np.asarray(leaves_list(tree), dtype=np.int64)
    weight = ties.sum(axis=1)[leaves]
    half = len(leaves) // 2
    first, last = weight[:half].sum(), weight[-half:].sum()
    # Where both ends are as busy, the one with the first name leads.
    turned = last > first or (last == first and leaves[-1] < leaves[0])
    return leaves[::-1] if turned else leaves
