##! The SSH log's columns, for scripts that name them.

@load ./main
