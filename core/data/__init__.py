"""What a network looks at: pictures, data sets, cameras.

* `source`: what is looked at, as a value; `feed`: its frames, the newest first and nothing queued
* `cameras`, `datasets`: one file each
* `images`: stills as arrays, and maps as one picture; `video`: moving pictures
* `augment`: training batches from pictures in memory
* `colour_maps`: from numbers to colours
"""
