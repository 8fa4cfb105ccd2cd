##! Orders to the network: what to drop, to redirect or to let pass. See main.

@load ./types
@load ./plugin
@load ./main
@load ./describe
@load ./rules
@load ./drop
@load ./shunt
@load ./plugins

@load base/frameworks/cluster/main

@if ( Cluster::is_enabled() )
@load ./cluster
@else
@load ./non-cluster
@endif

@if ( brogo_dialect == "bro" )
@load ./catch-and-release
@endif
