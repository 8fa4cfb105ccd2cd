##! Log streams, the writers that come with them.

@load ./main
@load ./writers/ascii
@load ./writers/none
@load ./writers/sqlite
@load ./postprocessors
