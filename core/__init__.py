"""The engine: everything that a script, a notebook or a server can do, without Qt.

Floors, from the ground up; a room imports only from floors below it:

* tools: `jobs`, `errors`, `paths`, `registry`, `options`, `results`,
  `versions`
* `data`: what a network looks at
* `network`: what a network is
* `training`: how it learns; `analysis`: ways of looking
* `document`: what is open
"""
