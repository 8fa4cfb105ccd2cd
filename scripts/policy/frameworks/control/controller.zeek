##! The client of a process that has loaded controllee: it sends Control::cmd to Control::host and ends with the response. A
##! script that is loaded along with it may handle the response events.

@load base/frameworks/control

module Control;

event zeek_init() &priority=5
	{
	if ( cmd !in commands )
		{
		Reporter::error(fmt("The '%s' control command is unknown.", cmd));
		terminate();
		return;
		}

	if ( cmd == "id_value" && arg == "" )
		Reporter::fatal("The Control::id_value command requires that Control::arg also has some value.");

	Broker::subscribe(Control::topic_prefix);
	Broker::peer(cat(host), host_port);
	}

function is_configuration(name: string, id: script_id): bool
	{
	return id$constant && id$redefinable && name !in ignore_ids && id$type_name != "func" &&
		/^function|^event|^hook/ !in id$type_name;
	}

function send_configuration(topic: string)
	{
	local ids = global_ids();
	local sent = 0;

	for ( name in ids )
		if ( is_configuration(name, ids[name]) && Broker::publish_id(topic, name) )
			++sent;

	Reporter::info(fmt("Control framework sent %d IDs", sent));
	}

event Broker::peer_added(endpoint: Broker::EndpointInfo, msg: string) &priority=-10
	{
	local topic = fmt("%s/%s", Control::topic_prefix, endpoint$id);

	switch ( cmd )
		{
		case "id_value":
			Broker::publish(topic, Control::id_value_request, arg);
			break;
		case "peer_status":
			Broker::publish(topic, Control::peer_status_request);
			break;
		case "net_stats":
			Broker::publish(topic, Control::net_stats_request);
			break;
		case "configuration_update":
			send_configuration(topic);
			Broker::publish(topic, Control::configuration_update_request);
			break;
		case "shutdown":
			Broker::publish(topic, Control::shutdown_request);
			break;
		default:
			Reporter::fatal(fmt("unhandled Control::cmd, %s", cmd));
			break;
		}
	}

event Control::id_value_response(id: string, val: string) &priority=-10
	{
	event Control::terminate_event();
	}

event Control::peer_status_response(s: string) &priority=-10
	{
	event Control::terminate_event();
	}

event Control::net_stats_response(s: string) &priority=-10
	{
	event Control::terminate_event();
	}

event Control::configuration_update_response() &priority=-10
	{
	event Control::terminate_event();
	}

event Control::shutdown_response() &priority=-10
	{
	event Control::terminate_event();
	}
