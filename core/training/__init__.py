"""How a network learns.

`train` is the generator of reports; `settings` says how and what may be sent to it while it
runs; `learner` is the network with all that a step changes, on `optimizers`, `schedule` and
`log`; `fitting` says what does not fit together; `runs` keeps a training in a folder.
"""
