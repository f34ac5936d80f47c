"""A short script that trains a network on pictures, as text."""

from __future__ import annotations

from string import Template

from core.errors import UserError
from core.network.geometry import written
from core.network.layers.softmax import Softmax
from core.network.preprocessing import Preprocessing
from core.network.source.definitions import Imports
from core.network.spec import ModelSpec, Shape

#: What the script names beside what it imports.
NAMES = ("WEIGHTS", "MEAN", "STD")

_IMPORTED = {
    "argparse": ("ArgumentParser", "Namespace"),
    "pathlib": ("Path",),
    "PIL.Image": ("Image", "Resampling"),
    "PIL.ImageOps": ("fit",),
    "safetensors.torch": ("load_file", "save_file"),
    "torch.utils.data": ("DataLoader", "Dataset"),
    "torchvision": ("datasets",),
    "torchvision.transforms.functional": ("normalize", "to_tensor"),
}

_SCRIPT = Template('''\
WEIGHTS = Path(__file__).with_name("weights.safetensors")
MEAN = $mean
STD = $std


def to_input(picture: Image) -> Tensor:
    """A picture as the network reads it: its middle, scaled and normalised."""
    part = fit(picture.convert("$colours"), $size, Resampling.$interpolation$bleed)
    image = normalize(to_tensor(part), MEAN, STD)
    return $form


def pictures(options: Namespace, part: str) -> Dataset[tuple[Tensor, int]]:
    """The pictures to learn ("train") or to test with ("test")."""
    folder = Path(options.data)
    if folder.is_dir():
        return datasets.ImageFolder(folder / part, to_input)
    kind = getattr(datasets, options.data)
    return kind(options.root, train=part == "train", transform=to_input, download=True)


def accuracy(network: nn.Module, batches: DataLoader[tuple[Tensor, int]], device: str) -> float:
    """The share of the pictures whose class the network finds."""
    network.eval()
    right = count = 0
    with torch.inference_mode():
        for images, labels in batches:
            right += int((network(images.to(device)).argmax(1).cpu() == labels).sum())
            count += len(labels)
    return right / count


def given() -> Namespace:
    """What the command line says."""
    parser = ArgumentParser(description="Train the network; its weights are kept beside this file.")
    parser.add_argument("data", help="a folder with train/CLASS and test/CLASS, or FashionMNIST")
    parser.add_argument("--root", default="data", help="where torchvision keeps its data sets")
    parser.add_argument("--epochs", type=int, default=3, help="how often each picture is shown")
    parser.add_argument("--rate", type=float, default=0.001, help="learning rate")
    parser.add_argument("--batch", type=int, default=64, help="pictures in a step")
    parser.add_argument("--seed", type=int, default=0, help="seed of all that is random")
    return parser.parse_args()


def main() -> None:
    """Train, from the weights beside this file where there are some, and keep the new ones."""
    options = given()
    torch.manual_seed(options.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    network = $title()
    if WEIGHTS.exists():
        network.load_state_dict(load_file(WEIGHTS))
    network.to(device)
    train = DataLoader(pictures(options, "train"), options.batch, shuffle=True)
    test = DataLoader(pictures(options, "test"), options.batch)
    optimizer = torch.optim.Adam(network.parameters(), options.rate)
    for epoch in range(options.epochs):
        network.train()
        for images, labels in train:
            output = network(images.to(device))
            loss = $loss
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch + 1}: {accuracy(network, test, device):.1%} of the test pictures")
        save_file(network.state_dict(), WEIGHTS)


if __name__ == "__main__":
    main()
''')


def add_imports(imports: Imports, spec: ModelSpec) -> None:
    """Add what the script imports."""
    for module, names in _IMPORTED.items():
        for name in names:
            imports.add(module, name)
    imports.add("torch.nn.functional", "nll_loss" if _ends_in_softmax(spec) else "cross_entropy")


def training_script(title: str, spec: ModelSpec, output: Shape, seen: Preprocessing) -> str:
    """The script for the class `title`; `output` is the shape that the network gives.

    Raises UserError if that is not one number for each class.
    """
    if len(output) != 1:
        raise UserError(
            f"{spec.name} ends in {written(output)}, which are no classes to learn; end it with a "
            "Flatten and a Dense layer."
        )
    scores = "output.clamp_min(1e-9).log()" if _ends_in_softmax(spec) else "output"
    loss = "nll_loss" if _ends_in_softmax(spec) else "cross_entropy"
    height, width = seen.size
    bleed = (1 - seen.crop_share) / 2
    return _SCRIPT.substitute(
        title=title,
        mean=seen.mean,
        std=seen.std,
        colours="RGB" if seen.channels == 3 else "L",
        size=(width, height),
        interpolation=seen.interpolation.upper(),
        bleed=f", bleed={bleed:g}" if bleed else "",
        form=_form(seen),
        loss=f"{loss}({scores}, labels.to(device))",
    )


def _form(seen: Preprocessing) -> str:
    """The picture as what the network reads."""
    if seen.form == "signal":
        return "image[0]"
    return f"image[:, None].repeat(1, {seen.frames}, 1, 1)" if seen.form == "clip" else "image"


def _ends_in_softmax(spec: ModelSpec) -> bool:
    return isinstance(spec.nodes[-1].op, Softmax)
