##! Summaries of observations: sums, extremes, distinct values and others, by key and over stretches of time, on one node or
##! over the workers of a cluster.

@load ./main
@load ./plugins

@load base/frameworks/cluster

@if ( Cluster::is_enabled() )
@load ./cluster
@else
@load ./non-cluster
@endif
