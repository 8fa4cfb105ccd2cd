##! Lets controllers look into this process and give it orders.

@load base/frameworks/control

module Control;

event zeek_init() &priority=-10
	{
	Broker::subscribe(fmt("%s/%s", Control::topic_prefix, Broker::node_id()));

	if ( Control::controllee_listen )
		Broker::listen();
	}

# Where the response to a command goes: all controllers that are connected hear it.
function response_topic(command: string): string
	{
	return fmt("%s/%s_response/%s", Control::topic_prefix, command, Cluster::node);
	}

event Control::id_value_request(id: string)
	{
	Broker::publish(response_topic("id_value"), Control::id_value_response, id, fmt("%s", lookup_ID(id)));
	}

event Control::peer_status_request()
	{
	local lines = "";
	local peers = Broker::peers();

	for ( i in peers )
		{
		local where = peers[i]$peer?$network ? peers[i]$peer$network$address : "<unknown>";
		lines += fmt("%.6f peer=%s host=%s status=%s\n", network_time(), peers[i]$peer$id, where, peers[i]$status);
		}

	Broker::publish(response_topic("peer_status"), Control::peer_status_response, lines);
	}

event Control::net_stats_request()
	{
	# Without a packet engine nothing is received and nothing lost.
	Broker::publish(response_topic("net_stats"), Control::net_stats_response,
	                fmt("%.6f recvd=%d dropped=%d link=%d\n", network_time(), 0, 0, 0));
	}

event Control::configuration_update_request()
	{
	# The values themselves came before the request.
	event Control::configuration_update();
	Broker::publish(response_topic("configuration_update"), Control::configuration_update_response);
	}

event Control::shutdown_request()
	{
	Broker::publish(response_topic("shutdown"), Control::shutdown_response);

	# The response needs time to leave.
	schedule 1sec { Control::terminate_event() };
	}
