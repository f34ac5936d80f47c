"""What a network is.

`spec` describes it as data, `layers` and `presets` fill it (`shared` is what layers of one family
have in common), `edit`, `wiring`, `fragment` and `groups` change it, `notation` reads and writes
it in words, `repair` finds what would fit, `geometry` computes its table, `costs` and `allocation`
its memory, `layout` its drawing.  `network` builds the torch module, with `modules` that torch
lacks; `source` and `onnx_export` write it for others.  `weights` reads and writes its tensors,
`matching` finds their places, `snapshot` adds them to it, `subject` makes it runnable.  `loading`
opens it from a name or a file, or from the `moments` of a run (`run_files`), `foreign` reads
modules that were not described here.  `taps` looks inside while it runs; `preprocessing` makes its
input from a frame, and `imagenet` and `cifar10` name what some were trained on.
"""
