##! Broker: connections between processes, events sent between them, data stores.

@load ./main
@load ./data
@load ./log
@load ./backpressure
