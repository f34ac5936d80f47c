"""What a network is.

`spec` describes it as data, `layers` and `presets` fill it, `edit` changes it, `geometry` computes
its table.  `network` builds the torch module, with `modules` that torch lacks; `weights` reads and
writes its tensors, `snapshot` adds them to it, `subject` makes it runnable.  `loading` opens it
from a name or a file, `libraries` those of others, of which `trace` makes the table
(`windows`: receptive fields through torch's operations).  `taps` looks inside while it runs;
`preprocessing` makes its input from a frame, and `imagenet` names what most
were trained on.
"""
