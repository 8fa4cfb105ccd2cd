##! Intelligence: indicators that others have found bad, looked for in what scripts see.

@load ./main
@load ./files
@load base/frameworks/cluster

@if ( Cluster::is_enabled() )
@load ./cluster
@endif

@load ./input
