"""The graph of a network on a QGraphicsScene.

`boxes` says what stands on it, `scene` holds one `node_item` for each box and one `edge_item` for
each connection, `canvas` shows it and zooms, `gestures` are what a press of the mouse begins,
`keys` what the keys do, `minimap` the whole in a corner, `name_field` the editor of a name.
"""
