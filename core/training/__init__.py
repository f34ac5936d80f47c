"""How a network learns.

`train` is the generator of reports; `settings` says how and what may be sent to it while it
runs; `learner` is the network with its place in the data, on `feeding`, `stepping` (on
`optimizers`, `losses`, `precision`, `compiling`), `schedule`, `examiner`, `log` and `notes`;
`divergence` finds where numbers end; `forecast` measures before the start, with `memory`;
`trainer` is training in a process of its own, `trainer_process` its other side, and
`trainer_frames` what they tell each other; `observer` is who looks on: the `watcher`, whose
`observation` is what the `doctor` judges, a question for each file of `diagnoses`; `fitting` says
what does not fit together.

`runs` keeps a training in a folder that one process at a time may `lock`: the `recorder` writes
`checkpoint`, `metrics` and the `timeline` of its moments.  The `catalogue` lists all runs,
`follow` watches one, `export_run` hands its curves on.  `distributed` lets several processes
train one (`whole_batch` has the layers for it, `shared_run` the start).
"""
