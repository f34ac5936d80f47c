"""Does the network end in as many outputs as there are classes?"""

from __future__ import annotations

from core.network.geometry import written
from core.training.case import Case
from core.training.cures import with_outputs
from core.training.doctor import Cure, Finding, diagnosis


@diagnosis(rank=1)
def output_size(case: Case) -> Finding | None:
    """The last layer gives another number of values than the data has classes."""
    last, count = case.table[-1], len(case.classes)
    if not count or last.shape == (count,) or case.params.loss == "regression":
        return None
    return Finding(
        "The output has the wrong size",
        f"{case.spec.name} ends in {written(last.shape or ())}, but the data has {count} classes; "
        "it needs one output for each.",
        last.name,
        (Cure(f"End in {count} outputs", with_outputs(case.spec, count)),),
    )
