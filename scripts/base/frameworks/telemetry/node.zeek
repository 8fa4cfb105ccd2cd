##! What a cluster makes of the metrics: they carry the node's name and are served at the port that the layout gives.

@load ./options

module Telemetry;

redef Telemetry::metrics_endpoint_name = Cluster::node;

@if ( Cluster::local_node_metrics_port() != 0/unknown )
redef Telemetry::metrics_port = Cluster::local_node_metrics_port();
@endif
