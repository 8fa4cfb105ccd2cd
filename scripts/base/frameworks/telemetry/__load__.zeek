##! Metrics of scripts and of the engine.

@load ./main
