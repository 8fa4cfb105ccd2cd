##! Clusters: several processes that share one script, know each other by name and divide the work. A process belongs to
##! one when the environment variable CLUSTER_NODE names it; the layout is then in cluster-layout along the search path.

@load ./main
@load ./stores
@load ./membership
@load ./pools

@if ( brogo_dialect == "zeek" )
@load ./telemetry
@endif

@if ( Cluster::is_enabled() )
redef peer_description = Cluster::node;
@prefixes += cluster

@if ( brogo_dialect == "zeek" )
@load ./broker-telemetry
@endif

@if ( Cluster::enable_round_robin_logging )
redef Broker::log_topic = Cluster::rr_log_topic;
@endif

# A layout may have been given by a script that was loaded before.
@if ( |Cluster::nodes| == 0 )
@load cluster-layout
@endif

@load base/frameworks/telemetry/node

@if ( Cluster::node in Cluster::nodes )
@load ./setup-connections
@if ( brogo_dialect == "zeek" )
@load ./table-stores
@endif

@if ( Cluster::local_node_type() == Cluster::MANAGER )
@load ./nodes/manager
@if ( Cluster::manager_is_logger )
@load ./nodes/logger
@endif
@endif

@if ( Cluster::local_node_type() == Cluster::LOGGER )
@load ./nodes/logger
@endif

@if ( Cluster::local_node_type() == Cluster::PROXY )
@load ./nodes/proxy
@endif

@if ( Cluster::local_node_type() == Cluster::WORKER )
@load ./nodes/worker
@endif
@endif
@endif
