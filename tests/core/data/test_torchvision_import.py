from __future__ import annotations

import subprocess
import sys

from core.data.torchvision_import import torchvision
from core.paths import RESOURCES


def test_models_transforms_and_data_sets_are_there_whatever_torch_is_installed() -> None:
    package = torchvision()
    assert package.models.resnet18
    assert package.transforms.v2.Resize
    assert package.datasets.FashionMNIST


def test_it_is_imported_from_several_threads_at_once() -> None:
    code = (
        "import threading; from core.data.torchvision_import import torchvision;"
        "seen = []; look = lambda: seen.append(torchvision());"
        "threads = [threading.Thread(target=look) for _ in range(3)];"
        "[t.start() for t in threads]; [t.join() for t in threads];"
        "assert len(seen) == 3 and seen[0] is seen[2]"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, cwd=RESOURCES.parent)
