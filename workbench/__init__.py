"""The window: docks that look at one network, on top of `core`.

* `app` starts it, `window` is its frame: `top_bar`, `spine`, `stage`, `input_panel`, `status_bar`
* `session` holds what is open; `engine` is what it asks of `core`
* `view` says what a dock is, `views` holds one file each; `widgets` show one type of result each
* `command` says what a command is, `commands` holds one file a menu
* `command_line` does the same work without the window
"""

from workbench.inspection import inspect

__all__ = ["inspect"]
