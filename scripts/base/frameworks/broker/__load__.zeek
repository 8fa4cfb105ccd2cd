##! Broker: connections between processes, events sent between them, data stores.

@load ./main
@load ./data
@load ./store
@load ./log
@load ./backpressure
