##! Metrics of the peerings with other nodes: how much waits to be sent, and what was lost because it waited.

@load ./main
@load base/frameworks/telemetry

module Cluster;

global queued_gauge = Telemetry::register_gauge_family(Telemetry::MetricOpts(
	$prefix="zeek", $name="broker-peer-buffer-messages", $unit="", $label_names=vector("peer"),
	$help_text="Messages that wait to be sent to a node"));

global queued_most_gauge = Telemetry::register_gauge_family(Telemetry::MetricOpts(
	$prefix="zeek", $name="broker-peer-buffer-recent-max-messages", $unit="", $label_names=vector("peer"),
	$help_text="The most messages that waited for a node of late"));

global overflow_counter = Telemetry::register_counter_family(Telemetry::MetricOpts(
	$prefix="zeek", $name="broker-peer-buffer-overflows", $unit="", $label_names=vector("peer"),
	$help_text="How often the queue to a node was full"));

global disconnect_counter = Telemetry::register_counter_family(Telemetry::MetricOpts(
	$prefix="zeek", $name="broker-backpressure-disconnects", $unit="", $label_names=vector("peer"),
	$help_text="Peerings ended because the other side did not keep up"));

# Overflows count from zero in each peering of a node.
type Overflows: record {
	peer_id: string;
	now: count &default=0;
	before: count &default=0;
};

global overflows: table[string] of Overflows;

hook Telemetry::sync()
	{
	local stats = Broker::peering_stats();

	for ( id, s in stats )
		{
		local name = nodeid_to_node(id)$name;

		if ( name == "" )
			next;

		if ( name !in overflows )
			overflows[name] = Overflows($peer_id=id);

		local o = overflows[name];

		if ( o$peer_id != id )
			{
			o$peer_id = id;
			o$before += o$now;
			}

		o$now = s$num_overflows;
		Telemetry::gauge_family_set(queued_gauge, vector(name), s$num_queued);
		Telemetry::gauge_family_set(queued_most_gauge, vector(name), s$max_queued_recently);
		Telemetry::counter_family_set(overflow_counter, vector(name), o$before + o$now);
		}
	}

event Broker::peer_removed(endpoint: Broker::EndpointInfo, msg: string)
	{
	if ( ! endpoint?$network || "caf::sec::backpressure_overflow" !in msg )
		return;

	local name = nodeid_to_node(endpoint$id)$name;
	log(fmt("removed due to backpressure overflow: %s%s:%s (%s)", name == "" ? "non-cluster peer " : "",
	        endpoint$network$address, endpoint$network$bound_port, name == "" ? endpoint$id : name));
	Telemetry::counter_family_inc(disconnect_counter, vector(name == "" ? "unknown" : name));
	}
