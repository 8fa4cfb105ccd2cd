##! Software that hosts run.

@load ./main
