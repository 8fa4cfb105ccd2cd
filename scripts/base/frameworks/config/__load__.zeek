##! Options that change while the program runs: by function, by file, on all nodes.
@load ./main
@load ./input
@load ./weird
