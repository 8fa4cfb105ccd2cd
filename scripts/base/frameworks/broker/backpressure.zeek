##! A peer that this node gave up because it did not keep up with what was sent to it is asked for again, by the side that
##! asked for it first.

@if ( brogo_dialect == "zeek" )

event Broker::peer_removed(endpoint: Broker::EndpointInfo, msg: string)
	{
	if ( "caf::sec::backpressure_overflow" !in msg )
		return;

	if ( ! endpoint?$network )
		{
		Reporter::error(fmt("Missing network info to re-peer with %s", endpoint$id));
		return;
		}

	local at = endpoint$network;

	if ( Broker::is_outbound_peering(at$address, at$bound_port) )
		Broker::peer(at$address, at$bound_port);
	}

@endif
