"""One training by several processes, on one machine or many: each learns its part of each batch.

The gradients are those of a single process that learns the whole batch, also through dropout and
batch normalisation, and so are the weights, up to rounding.  `torchrun` starts the processes and
tells them of each other.
"""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel

from core.errors import UserError
from core.frames import Frame, read_frame, write_frame
from core.network.network import Network
from core.training.whole_batch import Rows, for_whole_batch, summed

#: How many steps may pass until all processes know that one was told to stop.
AGREE_EVERY = 10


class Team:
    """The processes that train one network, seen from one of them: number `rank` of `size`.

    A team of one changes nothing.
    """

    def __init__(self, rank: int = 0, size: int = 1, device: str = "cpu") -> None:
        self.rank, self.size = rank, size
        self.device = device
        #: What of the batch under way is learned here; None where each learns for itself.
        self.rows: Rows | None = None
        self._parallel: DistributedDataParallel | None = None
        self._asked = 0

    @property
    def leads(self) -> bool:
        """Whether this process opens and writes the run, and speaks."""
        return self.rank == 0

    def check_batch(self, batch: int) -> None:
        """Raises UserError if a batch has no picture for some of the processes."""
        if batch < self.size:
            raise UserError(
                f"A batch of {batch} is too small for {self.size} processes; choose at least "
                f"{self.size}, or start fewer."
            )

    def adapt(self, network: nn.Module) -> nn.Module:
        """The same network, whose dropout and batch normalisation know the whole batch."""
        if self.size > 1:
            for name, part in list(network.named_modules()):
                whole = for_whole_batch(part, lambda: self.rows)
                if whole is not part:
                    parent, _, leaf = name.rpartition(".")
                    setattr(network.get_submodule(parent), leaf, whole)
        return network

    def wrap(self, network: nn.Module) -> nn.Module:
        """What gives a network's output, and all processes the mean of their gradients."""
        if self.size == 1:
            return network
        self._parallel = DistributedDataParallel(
            network, forward_sync_buffers=False, find_unused_parameters=has_idle_layers(network)
        )
        return self._parallel

    def own(self, images: Tensor, labels: Tensor, parts: int = 1) -> tuple[Tensor, Tensor, float]:
        """What of a batch is learned here, and what share of the batch it is.

        Where it would be nothing it is one picture that counts for nothing: all processes learn
        at the same time.  The batch is learned in `parts`.
        """
        if self.size == 1:
            return images, labels, 1.0
        count = len(labels)
        rows = Rows(self.rank * count // self.size, (self.rank + 1) * count // self.size, count)
        # of a part nobody knows whether the others have one as well
        self.rows = rows if parts == 1 else None
        if rows.is_empty:
            return images[:1], labels[:1], 0.0
        chosen = slice(rows.begin, rows.end)
        return images[chosen], labels[chosen], (rows.end - rows.begin) / count

    def weighted(self, loss: Tensor) -> Tensor:
        """The loss whose gradients' mean over all processes is the sum of those of `loss`."""
        return loss if self.size == 1 else loss * self.size

    def accumulating(self, is_last: bool) -> AbstractContextManager[None]:
        """Within the block gradients are only added up, unless it is the last part of a batch."""
        if self._parallel is None or is_last:
            return nullcontext()
        waiting: AbstractContextManager[None] = self._parallel.no_sync()
        return waiting

    def total(self, measured: Tensor) -> Tensor:
        """The sum of what all processes measured at this step, which ends with it."""
        self.rows = None
        return measured if self.size == 1 else summed(measured)

    def agrees(self, wish: bool) -> bool:
        """Whether any process wishes to stop; all get the same answer, if all ask as often."""
        if self.size == 1:
            return wish
        self._asked += 1
        if self._asked % AGREE_EVERY:
            return False
        return bool(summed(torch.tensor(float(wish))))

    def lead(self, work: Callable[[], Frame]) -> Frame:
        """What `work` gives to the process that leads, for all of them.

        Raises the UserError that it raises there, everywhere.
        """
        if not self.leads:
            frame = read_frame(io.BytesIO(_broadcast(b"")))
            if "problem" in frame.data:
                raise UserError(frame.data["problem"])
            return frame
        try:
            frame = work()
        except UserError as error:
            self._tell(Frame({"problem": str(error)}))
            raise
        self._tell(frame)
        return frame

    def _tell(self, frame: Frame) -> None:
        """Let all others have a frame."""
        if self.size > 1:
            content = io.BytesIO()
            write_frame(content, frame)
            _broadcast(content.getvalue())


@contextmanager
def joined(device: str) -> Iterator[Team]:
    """The team of this process, if `torchrun` started it; else a team of one.

    Of several GPUs each process on a machine takes one.
    Raises UserError if the others cannot be reached, or are lost on the way.
    """
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        yield Team(device=device)
        return
    try:
        own = _own_gpu() if device == "cuda" else device
        distributed.init_process_group("cpu:gloo,cuda:nccl" if device == "cuda" else "gloo")
        with warnings.catch_warnings():
            # kernels of one channel lie in memory in two ways at once, which is no mistake
            warnings.filterwarnings("ignore", "Grad strides do not match bucket view strides")
            yield Team(distributed.get_rank(), size, own)
    except RuntimeError as error:
        if not _is_loss(error):
            raise
        raise UserError(
            "Another process of this training has ended or cannot be reached, see its message; "
            "the run can be gone on with from its last checkpoint (--resume)."
        ) from error
    finally:
        if distributed.is_initialized():
            distributed.destroy_process_group()


def _own_gpu() -> str:
    """The GPU of this process on its machine.  Raises UserError if there are more processes."""
    number, count = int(os.environ.get("LOCAL_RANK", "0")), torch.cuda.device_count()
    if number >= count:
        raise UserError(
            f"Process {number + 1} finds no GPU, as this machine has {count}; "
            f"start at most {count} processes on it (--nproc_per_node)."
        )
    torch.cuda.set_device(number)
    return f"cuda:{number}"


def _is_loss(error: RuntimeError) -> bool:
    """Whether an error is that of the connection, for which gloo has no type of its own."""
    return isinstance(error, distributed.DistError) or "gloo" in str(error)


def _broadcast(content: bytes) -> bytes:
    """What the process that leads gives, for all of them."""
    length = torch.tensor(len(content))
    distributed.broadcast(length, 0)
    values = torch.empty(int(length), dtype=torch.uint8)
    if content:
        values.copy_(torch.frombuffer(bytearray(content), dtype=torch.uint8))
    distributed.broadcast(values, 0)
    return values.numpy().tobytes()


def has_idle_layers(network: nn.Module) -> bool:
    """Whether the output of some layer but the last is not used."""
    if not isinstance(network, Network):
        return False
    used = {name for _, reads in network.plan for name in reads}
    return any(name not in used for name, _ in network.plan[:-1])
