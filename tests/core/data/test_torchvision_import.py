from __future__ import annotations

from core.data.torchvision_import import torchvision


def test_models_transforms_and_data_sets_are_there_whatever_torch_is_installed() -> None:
    package = torchvision()
    assert package.models.resnet18
    assert package.datasets.FashionMNIST
    from torchvision.transforms import v2

    assert v2.Resize
