"""A network with its normalisations taken into the convolutions before them: the same, sooner.

Source: Jacob et al. 2018, arXiv:1712.05877, section 3.2.
"""

from __future__ import annotations

import copy
from collections import Counter

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from core.network.network import Network


def folded(network: Network) -> tuple[Network, frozenset[str]]:
    """The network with folded normalisations, and the convolutions that took them in.

    All layers but these convolutions give what they give in `network`, up to rounding.  Modules
    that do not change are shared with it, its hooks too.  The network must be in eval mode.
    """
    twin = copy.copy(network)
    modules = twin._modules = dict(network._modules)
    readers = Counter(read for _, reads in network.plan for read in reads)
    taken_in = set()
    for name, (source, *_) in network.plan:
        convolution, normalisation = modules.get(source), modules[name]
        if (
            isinstance(convolution, nn.Conv2d)
            and isinstance(normalisation, nn.BatchNorm2d)
            and readers[source] == 1
        ):
            modules[source] = fuse_conv_bn_eval(convolution, normalisation)
            modules[name] = nn.Identity()
            taken_in.add(source)
    return twin, frozenset(taken_in)
