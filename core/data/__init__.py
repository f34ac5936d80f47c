"""What a network looks at: pictures, data sets, cameras.

* `source`: what is looked at, as a value; `feed`: its frames, the newest first and nothing queued
* `cameras`, `datasets`: one file each
* what data sets are made with: `synthetic` pictures, a person's `picture_files`, recordings (`wav`,
  `spectrogram`), `downloads`; `query`: their options in one string; `reading`: as work for a lane
* `splits`: what is learned and what tested; `statistics`: what a data set is like
* `images`: stills as arrays, and maps as one picture; `video`: moving pictures
* `augment`: training batches from pictures in memory, by `moves`, `warp` and `tones`; `signals`:
  what that means for pictures of one row
* `colour_maps`: from numbers to colours
"""
