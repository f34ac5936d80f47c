"""Networks in words: there and back, and where a mistake is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from core.errors import UserError
from core.network import wiring
from core.network.layers.add import Add
from core.network.layers.avg_pool2d import AvgPool2d
from core.network.layers.conv2d import Conv2d
from core.network.layers.dense import Dense
from core.network.layers.fixed_kernel import FixedKernel
from core.network.layers.flatten import Flatten
from core.network.layers.relu import Relu
from core.network.layers.tanh import Tanh
from core.network.notation import NotationError, is_notation, parse, read, write
from core.network.notation.words import leading_options, option_words, vocabulary
from core.network.presets import PRESETS
from core.network.spec import INPUT, LAYERS, LayerKind, ModelSpec, Node, Shape
from tests.core.network.layer_cases import every_layer_case
from tests.core.network.random_specs import specs

LENET = (
    "input 1x28x28 | conv 6@5x5 pad 2 tanh | avgpool 2 | conv 16@5x5 tanh | avgpool 2 | "
    "flatten | dense 120 tanh | dense 84 tanh | dense 10"
)


def concise(spec: ModelSpec) -> ModelSpec:
    return wiring.shortened(spec, wiring.spelt_out(spec))


def ops(text: str) -> list[LayerKind]:
    return [node.op for node in read(text).nodes]


def reads(text: str) -> dict[str, tuple[str, ...]]:
    spec = read(text, input=(4, 8, 8))
    return {node.name: spec.reads(index) for index, node in enumerate(spec.nodes)}


# Reading


def test_reads_the_lectures_network() -> None:
    assert ops(LENET) == [
        *(Conv2d(6, 5, padding=2), Tanh(), AvgPool2d(2), Conv2d(16, 5), Tanh(), AvgPool2d(2)),
        *(Flatten(), Dense(120), Tanh(), Dense(84), Tanh(), Dense(10)),
    ]
    assert read(LENET, name="LeNet").input == (1, 28, 28)


def test_layers_are_named_by_kind_and_number() -> None:
    names = [node.name for node in read(LENET).nodes]
    assert names[:7] == ["conv1", "tanh1", "pool1", "conv2", "tanh2", "pool2", "flatten"]


def test_a_flatten_needs_no_number_and_no_name_of_its_own() -> None:
    text = "input 1x8x8 | flatten | dense 4 | flatten"
    assert [node.name for node in read(text).nodes] == ["flatten", "dense1", "flatten1"]
    assert write(read(text)) == text
    assert "flatten: " not in write(PRESETS["lenet5"].spec())


def test_space_and_lines_are_free() -> None:
    assert read("input 1x8x8|conv 6@5x5\n  relu|[conv 6@3x3 pad 1+]") == read(
        "input 1x8x8 | conv 6 @ 5x5 relu | [ conv 6@3x3 pad 1 + ]"
    )


def test_a_square_kernel_needs_one_side_only() -> None:
    assert ops("input 1x9x9 | conv 6@5") == [Conv2d(6, 5)]


def test_an_activation_needs_no_number() -> None:
    assert ops("input 1x9x9 | relu | relu 6 | dropout") == [
        Relu(),
        Relu(6),
        LAYERS["Dropout"](),
    ]


def test_the_input_may_be_given_instead_of_stated() -> None:
    assert read("relu", input=(3, 4, 4)).input == (3, 4, 4)
    assert read("input 1x2x2 | relu", input=(3, 4, 4)).input == (1, 2, 2)
    with pytest.raises(NotationError, match="begin with input 1x28x28"):
        read("relu")


def test_signals_and_clips_have_inputs_of_two_and_four_sides() -> None:
    assert read("input 3x40 | conv1d 4@5").input == (3, 40)
    assert read("input 3x4x8x8 | conv3d 4@3x3x3").nodes[0].op.dims == 3


def test_brackets_join_branches_that_read_the_same() -> None:
    assert reads("relu | [conv 4@1 tanh + conv 4@3 pad 1] tanh") == {
        "relu1": (INPUT,),
        "conv1": ("relu1",),
        "tanh1": ("conv1",),
        "conv2": ("relu1",),
        "add1": ("tanh1", "conv2"),
        "tanh2": ("add1",),
    }


def test_an_empty_branch_is_what_the_others_read() -> None:
    assert reads("relu | [tanh + ]")["add1"] == ("tanh1", "relu1")
    assert reads("[, relu]")["concat1"] == (INPUT, "relu1")


def test_branches_hold_branches() -> None:
    found = reads("[relu, [tanh * sigmoid] + ]".replace("+", ",")).items()
    assert dict(found)["concat1"] == ("relu1", "multiply1", INPUT)


def test_from_names_what_a_layer_reads_even_if_it_comes_later() -> None:
    found = reads("a: relu | tanh from input | add from a, tanh1, last | last: tanh")
    assert found["tanh1"] == (INPUT,)
    assert found["add1"] == ("a", "tanh1", "last")


def test_a_join_can_be_named() -> None:
    assert reads("both: [relu + tanh]")["both"] == ("relu1", "tanh1")


# There and back


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_survives_being_written_and_read(name: str) -> None:
    spec = PRESETS[name].spec()
    assert read(write(spec), name=spec.name) == concise(spec)


@pytest.mark.parametrize(
    ("op", "given_shapes", "macs"), every_layer_case(), ids=lambda v: type(v).__name__
)
def test_every_setting_survives(op: LayerKind, given_shapes: tuple[Shape, ...], macs: int) -> None:
    spec = ModelSpec("", (1, 8, 8), (Node("it", op, (INPUT,) * len(given_shapes)),))
    assert read(write(spec)) == concise(spec)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(specs())
def test_every_network_survives(spec: ModelSpec) -> None:
    text = write(spec)
    assert read(text, name=spec.name) == concise(spec)
    assert write(read(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        LENET,
        "input 4x8x8 | conv 4@3x3 pad 1 bias no relu | [conv 4@1x1 + ] relu",
        "input 4x8x8 | [conv 2@1x1 relu, conv 2@3x3 pad 1 relu, maxpool 3 stride 1 pad 1]",
        "input 4x8x8 | relu | [[tanh * sigmoid] + [relu + conv 4@1x1 | conv 4@1x1]]",
        "input 4x8x8 | [ + relu | [ + tanh]] sigmoid",
        "input 4x8x8 | first: relu | tanh from input | add from tanh1, first",
        "input 4x8x8 | relu tanh | add from input, relu1, tanh1",
        "input 4x8x8 | [[relu + tanh], sigmoid] | last: [relu + ]",
        'input 4x8x8 | fixed "0 1 0 / 1 -4 1 / 0 1 0" border valid',
        "input 4x8x8",
    ],
)
def test_writes_what_it_read(text: str) -> None:
    assert write(read(text)) == text


def test_brackets_stand_where_branches_part_and_meet() -> None:
    text = write(PRESETS["efficientnet_lite0"].spec())
    assert text.count("[") == 9
    assert "from" not in text


def test_text_in_quotes_keeps_every_character() -> None:
    matrix = 'a "b" \\ | [c] \n ü'
    spec = ModelSpec("", (1, 8, 8), (Node("fixed", FixedKernel(matrix=matrix)),))
    assert read(write(spec)) == spec


def test_names_stay_whatever_is_numbered_before() -> None:
    names = ("conv2", "conv1", "conv", "from", "0", "relu")
    nodes = tuple(Node(name, Conv2d(4, 1)) for name in names)
    spec = ModelSpec("", (4, 8, 8), (*nodes, Node("add", Add(), ("from", "0"))))
    assert read(write(spec)) == spec


def test_what_does_not_fit_is_written_all_the_same() -> None:
    nodes = (Node("a", Relu(), ("b",)), Node("b", Dense(3)), Node("add1", Add()))
    spec = ModelSpec("", (1, 8, 8), nodes)
    assert read(write(spec)) == concise(spec)


def test_a_name_of_two_words_cannot_be_written() -> None:
    with pytest.raises(UserError, match="letters, figures and underscores"):
        write(ModelSpec("", (1, 8, 8), (Node("two words", Relu()),)))


# Places


def test_tells_where_each_layer_stands() -> None:
    text = "input 4x8x8 | a: conv 4@3x3 pad 1 relu | [tanh + ] from".removesuffix(" from")
    spans = {name: text[start:end] for name, (start, end) in parse(text).spans.items()}
    assert spans == {
        "a": "a: conv 4@3x3 pad 1",
        "relu1": "relu",
        "tanh1": "tanh",
        "add1": "[tanh + ]",
    }


def test_tells_which_layer_is_at_a_place() -> None:
    text = "input 4x8x8 | [tanh + ]"
    parsed = parse(text)
    assert parsed.at(text.index("anh")) == "tanh1"
    assert parsed.at(text.index("+")) == "add1"
    assert parsed.at(2) == ""


# Mistakes


@pytest.mark.parametrize(
    ("text", "word", "message"),
    [
        ("cnov 6@5", "cnov", "'cnov' is no layer; did you mean conv"),
        ("conv 6@5 tahn", "tahn", "neither a layer nor a setting of conv; did you mean tanh?"),
        ("conv 6@5 pading 2", "pading", "a setting of conv; did you mean pad?"),
        ("conv", "conv", "conv lacks its filters; write conv 16@3x3."),
        ("conv 6", "6", "conv lacks its kernel; write conv 6@3x3."),
        ("conv 6@", "@", "A value is missing after @; write @3."),
        ("conv 6@5 pad | relu", "pad", "A value is missing after pad; write pad 0."),
        ("conv 6@5 pad 2 pad 3", "pad", "pad is stated twice for conv; leave one out."),
        ("conv 1000000000@3", "1000000000", "Its output would need 134 GiB of memory; choose"),
        ("conv 70000@1", "70000", "Filters (filters) cannot be 70,000; choose 1 to 65,536."),
        ("flatten | dense 1000000000", "1000000000", "Its parameters would need 242 GiB of"),
        ("dense 1000000000", "1000000000", "cannot be 1,000,000,000; choose 1 to 1,048,576."),
        ("dense 2 | dense 2000000", "2000000", "cannot be 2,000,000; choose 1 to 1,048,576."),
        ("dense 0", "0", "Units (units) cannot be 0; choose 1 to 1,048,576."),
        ("conv 6@5 same", "same", "'same' is a value of border; write border same."),
        ("conv six@5", "conv", "conv lacks its filters"),
        ("conv 6@5x3", "5x3", "equally long along 2 axes: write 5x5."),
        ("conv 6@5 bias maybe", "maybe", "Bias (bias) must be true or false"),
        ("dense " + "9" * 500, "9" * 500, "cannot be 99999999…, which is too long."),
        ("globalpool avg", "globalpool", "globalpool lacks its statistic"),
        ("conv 6@5 border sam", "sam", "did you mean same?"),
        ('fixed "1 0', '"', "This text has no end"),
        ("[relu + tanh", "[", "The bracket [ is not closed"),
        ("relu]", "]", "The bracket ] was not opened"),
        ("[relu]", "]", "A bracket holds two branches or more; put"),
        ("[relu + tanh, relu]", ",", "A bracket joined by + cannot have ,; nest another."),
        ("relu + tanh", "+", "+ joins branches in brackets: [a + b]."),
        ("relu | | tanh", "|", "A layer is missing after |."),
        ("relu |", "|", "A layer is missing after |."),
        ("[| relu + tanh]", "|", "A layer is missing before |."),
        ("relu @", "@", "'@' cannot stand here"),
        ("a: | relu", ":", "A layer is missing after a:."),
        ("a: relu a: tanh", "a", "The name 'a' is taken; choose another."),
        ("input: relu", "input", "The name 'input' is taken"),
        ('"a b": relu', '"a b"', "names no layer; a name is one word without quotes."),
        ('": relu', '"', "names no layer; a name is one word without quotes."),
        ("relu | tanh from rleu1", "rleu1", "There is no layer 'rleu1'; did you mean relu1?"),
        ("relu from inptu", "inptu", "There is no layer 'inptu'; did you mean input?"),
        ("relu from", "from", "A value is missing after from"),
    ],
)
def test_points_at_the_word_and_says_what_would_fit(text: str, word: str, message: str) -> None:
    with pytest.raises(NotationError) as caught:
        read(text, input=(1, 8, 8))
    error = caught.value
    assert text[error.start : error.end] == word
    assert message in str(error)


@pytest.mark.parametrize("shape", ["0x8x8", "8", "1x-8x8", "1x2x3x4x5", "1x8xeight", "1x8x٣"])
def test_an_input_that_is_none_is_refused(shape: str) -> None:
    with pytest.raises(NotationError, match=r"such as 1x28x28") as caught:
        read(f"input {shape} | relu")
    assert (caught.value.start, caught.value.end) == (6, 6 + len(shape))


def test_settings_that_do_not_fit_are_no_mistake_of_the_words() -> None:
    assert ops("input 1x8x8 | dense 10 | conv 6@50") == [Dense(10), Conv2d(6, 50)]


# The words


def test_no_two_kinds_share_a_word_or_a_sign() -> None:
    kinds = LAYERS.values()
    assert len({kind.word for kind in kinds}) == len(kinds)
    signs = [kind.joiner for kind in kinds if kind.joiner]
    assert len(set(signs)) == len(signs)


@pytest.mark.parametrize("name", LAYERS)
def test_a_kinds_words_can_be_told_apart(name: str) -> None:
    kind, known = LAYERS[name], vocabulary()
    words = option_words(kind)
    assert known.is_word(kind.word)
    assert all(known.is_word(word) for word in words)
    assert len(words) == len({row.name for row in words.values()})
    assert len(leading_options(kind)) == len(kind.leading)


@pytest.mark.parametrize(
    ("text", "described"),
    [
        (LENET, True),
        ("conv 6@5", True),
        ("[relu + tanh]", True),
        ("cnov 6@5 | relu", True),
        ("lenet5", False),
        ("torchvision:resnet18", False),
        ("runs/first", False),
        ("my weights.safetensors", False),
        ("flatten", False),
        ("", False),
    ],
)
def test_a_description_is_told_from_a_name(text: str, described: bool) -> None:
    assert is_notation(text) is described
